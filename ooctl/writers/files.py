"""A file that is there as a whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ooctl.exits import ClientError, ExitStatus


def check(path: Path, *, may_replace: bool) -> None:
    """Raise ClientError for a file that may not be replaced, and for a place where there cannot be one."""
    if path.is_dir():
        raise ClientError(f"{path} is a folder; name a file in it", ExitStatus.USAGE)
    if not path.parent.is_dir():
        raise ClientError(f"{path} cannot be written: there is no folder {path.parent}", ExitStatus.FAILED)
    if path.is_file() and not may_replace:
        raise ClientError(f"{path} exists already", ExitStatus.CONFLICT, hint="--overwrite replaces it")


@contextmanager
def whole_file(path: Path, *, may_replace: bool) -> Generator[BinaryIO, None, None]:
    """Write to a file beside the one that is meant, which takes its place at the end; an error on the way leaves nothing.

    What is no ordinary file, such as a pipe, is written as it is. Raises ClientError as `check` does, and when the disk refuses.
    """
    check(path, may_replace=may_replace)
    try:
        if _is_stream(path):
            with path.open("wb") as file:
                yield file
            return
        part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _settle(part, path, may_replace=may_replace)
        finally:
            with suppress(OSError):
                part.unlink()
    except OSError as error:
        raise ClientError(f"{path} cannot be written: {error.strerror or error}", ExitStatus.FAILED) from error


def _is_stream(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _settle(part: Path, path: Path, *, may_replace: bool) -> None:
    if may_replace:
        part.replace(path)
        return
    try:
        path.hardlink_to(part)
    except FileExistsError:  # another one came meanwhile
        check(path, may_replace=False)
        raise
    except OSError:  # a file system without links
        check(path, may_replace=False)
        part.replace(path)
