"""One daemon per store: an exclusive lock that the kernel drops with the process, however it ends."""

import contextlib
import fcntl
import os
from pathlib import Path

from oodaemon.errors import StoreHeld

LOCK_NAME = "store.lock"


class StoreLock:
    """Holds the lock of a state folder until `release`. Raises StoreHeld naming the holder when another one has it."""

    def __init__(self, state_dir: Path) -> None:
        self._fd = os.open(state_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            who = f"process {holder}" if holder else "another process"
            raise StoreHeld(
                f"the store in {state_dir} is held by {who}; stop that daemon, or give this one another folder"
            ) from None
        except BaseException:
            os.close(self._fd)
            raise

    def release(self) -> None:
        """Let the next one in."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, 0)
        os.close(self._fd)
