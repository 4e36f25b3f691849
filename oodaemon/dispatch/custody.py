"""Custody of processes: what an actor starts is recorded, so that the next boot finds it, until it is gone for sure."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.ladder import Unkillable
from oodaemon.clock import SECONDS
from oodaemon.store import os_processes
from oodaemon.store.os_processes import OsProcess
from oodaemon.store.store import Store

PATIENCE = 2 * SECONDS
"""For the words after the end of a process, cancelled or not."""


class Custody:
    """The processes that one incarnation of an actor started."""

    def __init__(self, store: Store, child: Child, kind: str) -> None:
        self._store, self._child, self._kind = store, child, kind
        self._taken: list[OsProcess] = []

    async def take(self, pid: int, folder: Path | None = None) -> None:
        """Record a process, unless it is gone already."""
        if (known := processes.identity(pid)) is not None:
            process = OsProcess(
                pid, known.started, known.host_boot, self._kind, self._child.path, folder=str(folder) if folder else ""
            )
            self._taken.append(process)
            await self._store.write(os_processes.record, process)

    async def settle(self) -> None:
        """Forget those that are gone; what is not stays on record."""
        for process in self._taken:
            if not processes.is_alive(process.pid) or processes.identity(process.pid) != identity_of(process):
                await self._store.write(os_processes.forget, process)

    async def lose(self, pids: tuple[int, ...]) -> None:
        """Tell that some cannot be killed."""
        await self._store.write(os_processes.unkillable, self._child.path, pids)


@asynccontextmanager
async def custody(store: Store, child: Child, kind: str) -> AsyncIterator[Custody]:
    """Enter it around the process, so that it is left when the process has been ended."""
    held = Custody(store, child, kind)
    try:
        yield held
    except Unkillable as error:
        with trio.move_on_after(PATIENCE, shield=True):
            await held.lose(error.pids)
        raise
    finally:
        with trio.move_on_after(PATIENCE, shield=True):
            await held.settle()


def identity_of(process: OsProcess) -> processes.Identity:
    """What its pid must still belong to for it to be the one on record."""
    return processes.Identity(process.started, process.host_boot)
