"""Operating-system processes of browsers and drivers: find, await, end. Nothing of an older boot stays alive."""

import os
import re
import shutil
import signal
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import trio

from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError

POLL = 1 * SECONDS
DRIVER_MARK = "run-driver"
ROUNDS = 4
GROUPS: set[int] = set()
"""Process groups of the browsers that this process had started."""


async def wait_gone(pid: int) -> None:
    """Return when the process is gone. Event-driven where the system has pidfds, else looks once a second."""
    if not hasattr(os, "pidfd_open"):
        while psutil.pid_exists(pid):  # noqa: ASYNC110 - there is no event to wait for on this system
            await trio.sleep(POLL)
        return
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        await trio.lowlevel.wait_readable(descriptor)
    finally:
        os.close(descriptor)


async def end(pid: int, *, is_group: bool = False) -> None:
    """SIGKILL a process, or the whole group it leads, if it is alive, and wait until it is gone."""
    if is_alive(pid):
        with suppress(ProcessLookupError, PermissionError):
            (os.killpg if is_group else os.kill)(pid, signal.SIGKILL)
        await wait_gone(pid)


def is_alive(pid: int) -> bool:
    """True for a process that runs; a zombie that waits to be reaped does not."""
    with suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def driver_pids() -> set[int]:
    """The Playwright drivers that are children of this process."""
    found = set()
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if DRIVER_MARK in child.cmdline():
                found.add(child.pid)
    return found


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a process from any other owner of its pid: when it was started, and in which boot of the machine."""

    started: str
    host_boot: str


def identity(pid: int) -> Identity | None:
    """Who has the pid now; None when nobody has. A step of the wall clock does not change it where the system counts ticks."""
    with suppress(psutil.Error, OSError):
        stat = Path(f"/proc/{pid}/stat")
        if stat.exists():
            return Identity(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[19], _host_boot())
        return Identity(f"{psutil.Process(pid).create_time():.0f}", _host_boot())
    return None


def _host_boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    return f"{psutil.boot_time():.0f}"


def marked(folder: Path) -> Iterator[psutil.Process]:
    """Processes of this user, other than this one, whose arguments or environment name the private temporary folder."""
    mark = re.compile(re.escape(str(folder)) + r"(?:/|$)")
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with suppress(psutil.Error, OSError):
            if process.uids().real != os.getuid():
                continue
            if any(mark.search(word) for word in process.cmdline()) or mark.match(process.environ().get("TMPDIR", "")):
                yield process


def reap(folder: Path, known: Collection[int] = (), *, patience: float = 5 * SECONDS) -> list[int]:
    """Kill what an older boot left and make its folder afresh. Blocks for about `patience` seconds; returns the pids killed.

    `known` are pids of which is known that they were left; the groups they lead go with them. Who comes to life meanwhile is
    killed as well. A pid that is still alive afterwards cannot be killed.

    Raises ConfigurationError when the folder cannot be made its own. Safe only while this process holds the store's lock: then
    whatever carries the mark has no daemon any more.
    """
    killed: list[int] = []
    for _ in range(ROUNDS):
        leftover = [*marked(folder), *_with_groups(known)]
        _kill(leftover, patience / ROUNDS)
        fresh = {process.pid for process in leftover if process.pid not in killed}
        killed += sorted(fresh)
        if not fresh:
            break
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise ConfigurationError(
            [f"{folder} cannot be made afresh ({error.strerror}); remove it, it may belong to another user"]
        ) from error
    return killed


def _with_groups(known: Collection[int]) -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        with suppress(psutil.Error, OSError):
            if pid in known or os.getpgid(pid) in known:
                yield psutil.Process(pid)


def _kill(found: Sequence[psutil.Process], patience: float) -> None:
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(found, timeout=patience)
