"""Files that only their owner may read, replaced as a whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def write(file: Path, content: bytes) -> None:
    """Put `content` in the place of `file`: mode 0600 from its first byte, in a folder of mode 0700. Raises OSError."""
    file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def read(file: Path) -> bytes | None:
    """Its content; None when there is none. Raises OSError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def remove(file: Path) -> bool:
    """True when it was there. Raises OSError."""
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    return True
