"""Where the service listens: a unix socket only its owner can reach, or loopback."""

import fcntl
import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from oodaemon.errors import ConfigurationError

MAX_SOCKET_PATH = 107
SOCKET_NAME = "oodaemon.sock"


@dataclass(frozen=True, slots=True)
class Address:
    """`unix:PATH` or `HOST:PORT`; exactly one of the two is set."""

    path: Path | None = None
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"{self.host}:{self.port}"


def parse(text: str) -> Address:
    """The address in a setting. Raises ConfigurationError with one line."""
    if text.startswith(("unix:", "/")):
        path = _socket_path(text.removeprefix("unix:"))
        if len(os.fsencode(path)) > MAX_SOCKET_PATH:
            raise ConfigurationError(
                [f"listen: the socket path {path} is longer than {MAX_SOCKET_PATH} bytes; choose a shorter one"]
            )
        return Address(path=path)
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ConfigurationError([f"listen: {text!r} is neither unix:PATH nor HOST:PORT"])
    if not is_loopback(host):
        raise ConfigurationError([f"listen: {host} is reachable from other machines; only loopback addresses are supported"])
    return Address(host=host, port=int(port))


def _socket_path(text: str) -> Path:
    if not text:
        raise ConfigurationError(["listen: unix: names no path"])
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigurationError([f"listen: {text} names a home folder that is not known"]) from error


def is_loopback(host: str) -> bool:
    """True for localhost and loopback addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@contextmanager
def held(address: Address) -> Iterator[None]:
    """Make the folder of a socket (0700) and keep a second daemon off its path. Raises ConfigurationError.

    gRPC itself would replace the socket of a living daemon without a word.
    """
    if address.path is None:
        yield
        return
    path = address.path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError([f"listen: cannot use {path}: {error.strerror}"]) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(
                [f"listen: another daemon listens at {path}; stop it or set another OODAEMON_LISTEN"]
            ) from error
        if path.exists() and not path.is_socket():
            raise ConfigurationError([f"listen: {path} is there and is no socket; remove it or set another OODAEMON_LISTEN"])
        path.unlink(missing_ok=True)
        yield
        path.unlink(missing_ok=True)
    finally:
        os.close(lock)
