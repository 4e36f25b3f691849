"""A small disk of its own for the state folder, which can run full and be made read-only. Needs the right to mount."""

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE_MIB, LEAST_MIB = 96, 8
"""Of the disk, and what the daemon wants to be free."""

BALLAST = "ballast"
BLOCK = bytes(64 * 1024)


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """Mount a disk there while the block runs; None, and nothing mounted, where that is not allowed."""
    place.mkdir(mode=0o700, exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", f"size={SIZE_MIB}m,mode=700", "tmpfs", str(place)):
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


def fill(disk: Path) -> None:
    """Leave not a byte."""
    with (disk / BALLAST).open("ab", buffering=0) as file:
        size = len(BLOCK)
        while size:
            try:
                file.write(BLOCK[:size])
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2


def empty(disk: Path) -> None:
    """Make room again."""
    (disk / BALLAST).unlink(missing_ok=True)


def free_mib(disk: Path) -> float:
    """What is free."""
    return shutil.disk_usage(disk).free / 2**20


def make(disk: Path, how: str) -> None:
    """`ro` or `rw`; nobody may have a file open for writing."""
    if not _mount("-o", f"remount,{how}", str(disk)):
        raise RuntimeError(f"{disk} cannot be made {how}")


def _mount(*words: str) -> bool:
    if shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode == 0
