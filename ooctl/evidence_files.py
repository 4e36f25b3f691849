"""Evidence of failed attempts as files: written where the user wants them, and handed to the system's opener."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record

SHOWN: Final = ("screenshot.png", "dom.html")
"""What is opened; the rest is only saved."""


def write(place: Path, daemon: Daemon, failure: Record, name: str) -> Path:
    """One piece of evidence below `place`; a name of the daemon is not trusted with a path. Raises ClientError."""
    folder = place / f"{failure['index']:05}-{failure['attempt_id']}"
    path = folder / Path(name).name
    content = daemon.failures.evidence(failure["attempt_id"], name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ClientError(f"{path} cannot be written: {error.strerror}", ExitStatus.FAILED) from error
    return path


def open_files(paths: Sequence[Path], env: Mapping[str, str]) -> bool:
    """Hand files to the system's opener; False where there is no display, and their paths are all there is to tell."""
    is_mac = sys.platform == "darwin"
    opener = shutil.which("open" if is_mac else "xdg-open", path=env.get("PATH"))
    if opener is None or not (is_mac or env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")):
        return False
    for path in paths:
        subprocess.Popen(  # noqa: S603 - the system's opener with a path of ours
            [opener, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    return True
