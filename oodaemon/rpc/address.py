"""Where the service listens: a unix socket only its owner can reach, and beside it an address of the network."""

import fcntl
import ipaddress
import os
import stat
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
    """The socket in a setting, as `unix:PATH`. Raises ConfigurationError with one line."""
    if not text.startswith(("unix:", "/")):
        reason = f"listen: {text!r} is not unix:PATH; for clients over the network set listen_tcp, which asks for TLS and tokens"
        raise ConfigurationError([reason])
    path = _socket_path(text.removeprefix("unix:"))
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        raise ConfigurationError([f"listen: the socket path {path} is longer than {MAX_SOCKET_PATH} bytes; choose a shorter one"])
    return Address(path=path)


def parse_tcp(text: str) -> Address:
    """The address of the network in a setting, as `HOST:PORT`; port 0 takes a free one. Raises ConfigurationError with one line."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ConfigurationError([f"listen_tcp: {text!r} is no HOST:PORT, such as 0.0.0.0:50051"])
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

    gRPC itself would replace the socket of a living daemon without a word. A folder in which others could put a socket of theirs in
    the place of ours is refused.
    """
    path = address.path
    assert path is not None, "only sockets are held"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_folder(path.parent)
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


def _check_folder(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid not in (os.getuid(), 0):
        raise ConfigurationError([f"listen: {folder} belongs to another user; set OODAEMON_LISTEN to a folder of your own"])
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        reason = f"listen: others may write in {folder} and put a socket of theirs there; run chmod go-w {folder}"
        raise ConfigurationError([f"{reason}, or set another OODAEMON_LISTEN"])
