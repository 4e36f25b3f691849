"""Children that are not ours by birth: as subreaper the daemon inherits what a dead driver leaves, and must bury it."""

import ctypes
import os
import sys
from contextlib import suppress
from typing import NoReturn

import psutil
import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.clock import SECONDS

log = structlog.get_logger()

LOOK = 10 * SECONDS
PR_SET_CHILD_SUBREAPER = 36


def become_subreaper() -> bool:
    """From now on orphans below this process become its children, where the system can do that (Linux)."""
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def bury() -> list[int]:
    """Collect dead children that belong to the group of a browser, and return their pids.

    A browser is started by its driver and leads its own group, so nobody else in this process waits for such a child: no exit code
    is taken away from anybody.
    """
    buried = []
    for child in psutil.Process().children():
        with suppress(psutil.Error, OSError):
            if child.status() == psutil.STATUS_ZOMBIE and os.getpgid(child.pid) in processes.GROUPS:
                found, _ = os.waitpid(child.pid, os.WNOHANG)
                buried += [found] if found else []
    return buried


class Orphans:
    """Buries them now and then."""

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Look until cancelled."""
        task_status.started()
        while True:
            await trio.sleep(LOOK)
            if buried := await trio.to_thread.run_sync(bury):
                child.progress(f"buried {len(buried)} at the last look")
