"""A daemon whose private folder of temporary files is looked at from outside."""

from contextlib import suppress
from pathlib import Path

import psutil

from tests.support.process import OodaemonProcess, has_variable, wait_for


class Daemon(OodaemonProcess):
    """Started with the test, with one browser unless it says otherwise."""

    def __init__(self, folder: Path, **environ: str) -> None:
        super().__init__(folder, **{"OODAEMON_BROWSERS": "1", **environ})
        self.spawn()

    def wait_browser(self) -> None:
        """Return when a browser is up."""
        wait_for(lambda: "actor=site/oo/browser/1 state=UP" in self.said(), self.said)
        self.note_family()

    def marked(self) -> list[psutil.Process]:
        """Everything that runs with the temporary folder of a daemon on this store."""
        temporary = self.temporary
        return [process for process in psutil.process_iter() if temporary and has_variable(process, "TMPDIR", temporary)]

    @property
    def temporary(self) -> str:
        """The private folder, as its browsers have it; empty before there is any."""
        for process in self.family.values():
            with suppress(psutil.Error):
                if found := process.environ().get("TMPDIR", ""):
                    self._temporary = found
        return getattr(self, "_temporary", "")
