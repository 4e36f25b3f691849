"""Conditions that no browser can begin or end: silence that is over, a disk that is full, browsers none of which can be started."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import ChildSnapshot
from oodaemon.clock import SECONDS
from oodaemon.dispatch.breakers import Breakers
from oodaemon.dispatch.site import BROWSERS, DISK_LOW, RATE_LIMITED, SITE_BLOCKED, SiteDesk
from oodaemon.store import drift
from oodaemon.store.store import Store

log = structlog.get_logger()

LOOK = 2 * SECONDS
HYSTERESIS = 1.1
"""Leasing goes on when a tenth more is free than where it stopped, so that it does not flutter at the limit."""

SLOT = "browser/"
MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The folder of the store, the bytes that must be free below it, and what tells how many are (it may raise OSError)."""

    folder: Path
    least: int
    free: Callable[[Path], int]


def free_bytes(folder: Path) -> int:
    """What this user may still write below a folder. Raises OSError."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


class Monitor:
    """Looks every 2 s. Level-triggered: what holds is told, what no longer holds is taken back, whoever saw it first."""

    def __init__(
        self, desk: SiteDesk, breakers: Breakers, store: Store, *, disk: Disk, tree: Callable[[], Iterable[ChildSnapshot]]
    ) -> None:
        self._desk, self._breakers, self._store, self._disk, self._tree = desk, breakers, store, disk, tree
        self._site = desk.site

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Look until cancelled."""
        await self.look()
        child.progress("looks every 2 s")
        task_status.started()
        while True:
            await trio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Begin and end what has begun and ended."""
        await self._desk.tell_again()
        if RATE_LIMITED in self._desk.conditions and self._desk.silence <= 0:
            await self._desk.leave(RATE_LIMITED)
        await self._desk.tell_pace()
        await self._look_at_browsers()
        await self._look_at_disk()
        await self._look_at_breakers()

    async def _look_at_browsers(self) -> None:
        """When every slot is set aside, the site is blocked. They are probed by their supervisor."""
        slots = [child for child in self._tree() if SLOT in child.path]
        if not slots or any(slot.state is not ChildState.QUARANTINED for slot in slots):
            await self._desk.leave(BROWSERS)
            return
        failure = slots[0].last_failure
        reason = next(iter(failure.causes), failure.failure_class) if failure else "no reason given"
        message = f"browsers cannot be started: {reason}; they are tried again by themselves, `ooctl status` shows when"
        await self._desk.enter(SITE_BLOCKED, message, key=BROWSERS)

    async def _look_at_disk(self) -> None:
        folder, least = self._disk.folder, self._disk.least
        try:
            free = self._disk.free(folder)
        except OSError as error:
            log.warning("the free space cannot be read", folder=str(folder), reason=str(error))
            return
        if free < least:
            message = f"less than {least / MEBIBYTE:g} MiB are free below {folder}; nothing new is started until there is room"
            await self._desk.enter(DISK_LOW, message)
        elif free >= HYSTERESIS * least:
            await self._desk.leave(DISK_LOW)

    async def _look_at_breakers(self) -> None:
        if self._desk.site is not self._site:
            self._site = self._desk.site
            await self._breakers.forget("the recordings changed")
        elif not self._breakers.is_closed and not await self._store.read(drift.is_any_wanted):
            await self._breakers.forget("no run waits for the site any more")
