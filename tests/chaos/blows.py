"""What is done to a running daemon: one entry per blow in the table at the end."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.chaos import disk
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
    disk: Path | None = None
    """The small disk on which the state folder is; None where nothing can be mounted."""
    clock: Path | None = None
    """Holds the seconds by which the clock of the daemon is wrong."""

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


STORE_LOST, CANNOT_START = 70, {70, 78}
UNTIL_TOLD = 15.0
"""Seconds in which a daemon on a full disk says so, or ends."""


def fill_disk(ring: Ring) -> str:
    """Not a byte is left: nothing new may start, and a commit that fails ends the daemon. Then room is made."""
    if ring.disk is None:
        return "nothing can be mounted here"
    ring.at.note_family()
    ring.wake()
    disk.fill(ring.disk)
    ends = time.monotonic() + UNTIL_TOLD
    while ring.at.process.poll() is None and time.monotonic() < ends:
        time.sleep(0.2)
    code = ring.at.process.poll()
    told = "" if code is not None else " ".join(c["kind"] for c in ring.at.json("status")["conditions"])
    disk.empty(ring.disk)
    if code is None:
        if "DiskLow" not in told:
            raise Broken(f"a full disk was not told: {told!r}")
        return "told, and room was made"
    if code != STORE_LOST:
        raise Broken(f"the daemon ended with {code} on a full disk: {ring.at.said()[-2000:]}")
    ring.start_again()
    return "ended with 70, room was made, started"


def write_protect(ring: Ring) -> str:
    """A daemon that is started on a folder it cannot write says so in a sentence, and nothing is lost."""
    if ring.disk is None:
        return "nothing can be mounted here"
    ring.at.note_family()
    ring.at.kill()
    disk.make(ring.disk, "ro")
    ring.at.spawn()
    code = ring.at.process.wait(60)
    disk.make(ring.disk, "rw")
    said = ring.at.said()
    if code not in CANNOT_START or "Traceback" in said:
        raise Broken(f"the daemon ended with {code} on a folder that cannot be written: {said[-2000:]}")
    ring.start_again()
    return f"refused with {code}, started"


STEPS = (-90000, -3600, -45, 45, 3600, 90000)
"""Seconds by which somebody sets the clock: a wrong hour, a wrong day, and just more than what the daemon takes for a jump."""


def step_clock(ring: Ring) -> str:
    """The wall clock of the machine is set, forwards or back, while the daemon runs."""
    if ring.clock is None:
        return "its clock cannot be set"
    step = ring.rng.choice(STEPS)
    new = ring.clock.with_suffix(".new")
    new.write_text(str(float(ring.clock.read_text()) + step))
    new.replace(ring.clock)
    return f"by {step:+} s"


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
    "full disk": (1, fill_disk),
    "read-only folder": (1, write_protect),
    "clock step": (2, step_clock),
}
"""Weight and blow by name."""
