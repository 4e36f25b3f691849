"""A private temporary folder that marks every process started with it, and waits with a deadline for what has no event."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import trio

from oodaemon.browser import processes


@contextmanager
def private_folder(prefix: str) -> Iterator[Path]:
    """A folder with a short path; on the way out whatever still carries its mark is ended, by pid."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    try:
        yield folder
    finally:
        for process in processes.marked(folder):
            with suppress(psutil.Error):
                os.kill(process.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def alive(folder: Path) -> list[str]:
    """Command lines of the processes that carry the mark of a folder and run."""
    found = []
    for process in processes.marked(folder):
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline()[:3])}")
    return found


def profiles(folder: Path) -> list[str]:
    """Profile folders that browsers left."""
    return sorted(path.name for path in folder.glob("playwright*"))


async def settled(look: Callable[[], object], *, within: float) -> object:
    """The first falsy answer of `look`, or the last one when the time is over."""
    deadline = trio.current_time() + within
    while (answer := look()) and trio.current_time() < deadline:  # noqa: ASYNC110 - a process tells only its parent that it ends
        await trio.sleep(0.02)
    return answer


def settled_now(look: Callable[[], object], *, within: float) -> object:
    """`settled` for tests without a loop."""
    deadline = time.monotonic() + within
    while (answer := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer
