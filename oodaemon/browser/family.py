"""A process and all that belong to it: those below it, and those of the group it leads."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from oodaemon.browser import processes

PROFILE = "--user-data-dir="


class Family:
    """Members are remembered once seen, with the moment of their birth, so that no later owner of a pid is mistaken for one.

    A browser leads a group of its own; its helpers stay in it whoever adopts them.
    """

    def __init__(self, pid: int, *, leads_group: bool) -> None:
        self._head, self._leads_group = pid, leads_group
        self._members: dict[int, psutil.Process] = {}
        self._look()

    def survivors(self) -> tuple[int, ...]:
        """Pids of members that run; zombies do not."""
        self._look()
        return tuple(sorted(pid for pid, member in self._members.items() if _runs(member)))

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to every member that runs."""
        for pid in self.survivors():
            with suppress(psutil.Error):
                self._members[pid].send_signal(what)

    async def wait_gone(self) -> None:
        """Return when no member runs."""
        while left := self.survivors():
            await processes.wait_gone(left[0])

    def resident(self) -> int:
        """Resident memory in bytes, all members together; pages they share count more than once."""
        total = 0
        for pid in self.survivors():
            with suppress(psutil.Error):
                total += self._members[pid].memory_info().rss
        return total

    def profile(self) -> Path | None:
        """The temporary profile folder that the head was started with, if it was."""
        with suppress(psutil.Error, KeyError):
            for word in self._members[self._head].cmdline():
                folder = Path(word.removeprefix(PROFILE))
                if word.startswith(PROFILE) and folder.name.startswith("playwright"):
                    return folder
        return None

    def _look(self) -> None:
        """Take in who belongs to it now. A group keeps its number as long as anybody is in it."""
        with suppress(psutil.Error):
            head = self._members.get(self._head) or psutil.Process(self._head)
            if head.is_running():
                for process in (head, *head.children(recursive=True)):
                    self._members.setdefault(process.pid, process)
        if self._leads_group and self._members:
            for pid in psutil.pids():
                if pid not in self._members and _group_of(pid) == self._head:
                    with suppress(psutil.Error):
                        self._members[pid] = psutil.Process(pid)


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _group_of(pid: int) -> int:
    with suppress(OSError):
        return os.getpgid(pid)
    return 0
