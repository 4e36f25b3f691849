"""What is done to a running daemon: one entry per blow in the table at the end."""

import random
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from tests.support.daemon import DaemonProcess, PracticeProcess
from tests.support.process import runs, wait_for

REAPED = 30.0
"""Seconds on a busy machine from a start to the end of whatever an older boot left."""


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass
class Ring:
    """The daemon, its site, and what must be woken again. `say` writes to the log."""

    at: DaemonProcess
    site: PracticeProcess
    rng: random.Random
    say: Callable[[str], None]
    asleep: list[psutil.Process] = field(default_factory=list)

    def kin(self, *, having: str, lacking: str = "\0") -> list[psutil.Process]:
        """Processes below the daemon by a word of their command line."""
        found = []
        for process in self.at.note_family():
            with suppress(psutil.Error):
                words = " ".join(process.cmdline())
                if having in words and lacking not in words and runs(process):
                    found.append(process)
        return found

    def strike(self, found: Sequence[psutil.Process], what: signal.Signals) -> str:
        """Send a signal to one of these; who it was."""
        if not found:
            return "nobody there"
        process = self.rng.choice(list(found))
        with suppress(psutil.Error):
            process.send_signal(what)
            if what is signal.SIGSTOP:
                self.asleep.append(process)
        return f"pid {process.pid}"

    def wake(self) -> None:
        """Whoever was stopped goes on."""
        for process in self.asleep:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGCONT)
        self.asleep.clear()

    def start_again(self) -> None:
        """A new boot; of the older one nothing may be left."""
        self.at.start()
        older = list(self.at.family.values())
        wait_for(lambda: not [p for p in older if runs(p)], lambda: f"of an older boot: {self.at.survivors()}", within=REAPED)
        self.at.family.clear()


def kill_daemon(ring: Ring) -> str:
    """As the power does."""
    ring.at.note_family()
    ring.at.kill()
    ring.start_again()
    return "killed and started"


def end_daemon(ring: Ring) -> str:
    """As the system does at its shutdown."""
    ring.at.note_family()
    ring.wake()
    code = ring.at.end(signal.SIGTERM)
    if code != 0:
        raise Broken(f"the daemon ended with {code} after SIGTERM")
    ring.start_again()
    return "ended with 0 and started"


def stop_daemon(ring: Ring) -> str:
    """As a laptop that sleeps."""
    return ring.strike([psutil.Process(ring.at.process.pid)], signal.SIGSTOP)


def expire_sessions(ring: Ring) -> str:
    """Everybody is signed out."""
    ring.site.expire_sessions()
    return "signed out"


def _process(what: signal.Signals, **which: str) -> Callable[[Ring], str]:
    return lambda ring: ring.strike(ring.kin(**which), what)


DRIVER, MAIN, RENDERER = (
    {"having": "run-driver"},
    {"having": "--user-data-dir", "lacking": "--type="},
    {"having": "--type=renderer"},
)

BLOWS: Mapping[str, tuple[int, Callable[[Ring], str]]] = {
    "SIGKILL daemon": (3, kill_daemon),
    "SIGTERM daemon": (1, end_daemon),
    "SIGSTOP daemon": (1, stop_daemon),
    "SIGKILL driver": (2, _process(signal.SIGKILL, **DRIVER)),
    "SIGSTOP driver": (1, _process(signal.SIGSTOP, **DRIVER)),
    "SIGTERM driver": (1, _process(signal.SIGTERM, **DRIVER)),
    "SIGKILL browser": (3, _process(signal.SIGKILL, **MAIN)),
    "SIGSTOP browser": (1, _process(signal.SIGSTOP, **MAIN)),
    "SIGTERM browser": (1, _process(signal.SIGTERM, **MAIN)),
    "SIGKILL renderer": (2, _process(signal.SIGKILL, **RENDERER)),
    "SIGSTOP renderer": (1, _process(signal.SIGSTOP, **RENDERER)),
    "expire sessions": (1, expire_sessions),
}
"""Weight and blow by name."""
