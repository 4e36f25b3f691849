"""Keeps the recordings up to date while the daemon runs, and probes a site that drifted."""

from pathlib import Path
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.browser import recordings
from oodaemon.browser.tab import Tab
from oodaemon.clock import SECONDS
from oodaemon.dispatch.drift import Blocked, DriftWatch
from oodaemon.dispatch.site import BREAKER, DRIFT, SiteDesk
from oodaemon.errors import ConfigurationError, OODaemonError

log = structlog.get_logger()

LOOK = 2 * SECONDS

Stamp = tuple[tuple[int, int], ...]


class Mender:
    """Reads the recordings again when their files change, and asks a site that drifted now and then whether it is as it was."""

    def __init__(self, desk: SiteDesk, drift: DriftWatch, folder: Path) -> None:
        self._desk, self._drift, self.folder = desk, drift, folder
        self.read_at, self.problem = desk.now(), ""
        """When the recordings were last read, and why the files could not be taken up since, while that is so."""
        self._stamp = stamp(folder)
        self._blocked: Blocked | None = None
        self._due = 0.0

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Look every 2 s until cancelled."""
        task_status.started()
        async with trio.open_nursery() as nursery:
            while True:
                await trio.sleep(LOOK)
                await self._reload(child)
                if await self._is_probe_due():
                    nursery.start_soon(self._probe, child, self._drift.blocked)
        raise AssertionError("unreachable")

    async def _reload(self, child: Child) -> None:
        """Take up recordings that changed. Those that are broken are told of once, and the known ones stay in use."""
        found = stamp(self.folder)
        if found == self._stamp:
            return
        self._stamp = found
        try:
            known = recordings.load(self.folder)
        except ConfigurationError as error:
            self.problem = str(error)
            log.warning("the changed recordings cannot be used; the known ones stay", reason=str(error))
            return
        self.read_at, self.problem = self._desk.now(), ""
        if known == self._desk.site.recordings:
            return
        child.progress("recordings changed")
        log.info("recordings were read again", folder=str(self.folder))
        self._desk.use(known)
        await self._drift.clear("the recordings changed")

    @property
    def blocked_by(self) -> str:
        """The locator that holds the site up; empty when none does."""
        return self._drift.blocked.locator if self._drift.blocked is not None else ""

    def until_probe(self) -> float | None:
        """Seconds until the site is asked again, 0 while it is being asked; None when nothing holds it up."""
        if self._drift.blocked is None or self._blocked is not self._drift.blocked:
            return None
        return max(0.0, self._due - trio.current_time()) if self._due != float("inf") else 0.0

    async def _is_probe_due(self) -> bool:
        blocked, now = self._drift.blocked, trio.current_time()
        if blocked is not self._blocked:
            self._blocked, self._due = blocked, now + self._drift.delay
        if blocked is None:
            return False
        if not await self._drift.is_wanted():
            await self._drift.clear("no run wants it any more")
            return False
        if now < self._due or self._desk.blocks(besides=(DRIFT, BREAKER)):
            return False
        self._due = float("inf")
        return True

    async def _probe(self, child: Child, blocked: Blocked | None) -> None:
        """Prepare a task that missed its locator, without running it: if that works, the locator is there again."""
        if blocked is None:
            return
        child.progress(f"probing {blocked.locator}")

        async def prepare(tab: Tab) -> None:
            await tab.prepare(blocked.path, blocked.order)

        try:
            await self._desk.ask(prepare)
        except OODaemonError as error:
            log.info("the site is still not as it was", locator=blocked.locator, reason=str(error))
            self._drift.missed_again()
            if self._blocked is blocked:
                self._due = trio.current_time() + self._drift.delay
        else:
            if self._drift.blocked is blocked:
                self._drift.missed_again()  # until a backtest got through, the next probe comes later all the same
                await self._drift.clear("the locator was found again")


def stamp(folder: Path) -> Stamp:
    """What changes with every change of the two files; a file that is missing counts as another one."""
    found = []
    for name in (recordings.FLOW, recordings.SELECTORS):
        try:
            status = (folder / name).stat()
        except OSError:
            found.append((0, 0))
        else:
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)
