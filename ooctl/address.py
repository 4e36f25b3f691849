"""Where the daemon listens: option, environment, context, default socket; without a context by the daemon's own rule."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl import contexts
from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

SOCKET_NAME: Final = "oodaemon.sock"
MAX_SOCKET_PATH: Final = 107
"""Bytes the kernel keeps of the path of a unix socket."""

_HOST_AND_PORT: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Address:
    """A place to connect to: `unix:/absolute/path` or `host:port`; `context` is where it comes from, if from one.

    `is_default` says that nothing named it.
    """

    target: str
    context: contexts.Context | None = field(default=None, compare=False)
    is_default: bool = field(default=False, compare=False)

    @property
    def is_socket(self) -> bool:
        """True for a socket of this machine."""
        return self.target.startswith("unix:")

    def __str__(self) -> str:
        return self.target


def parse_address(text: str, *, source: str = "--daemon") -> Address:
    """Read `unix:PATH`, `/abs/path` or `HOST:PORT`.

    `source` names where the text came from. Raises ClientError (USAGE) when the text is none of these.
    """
    text = text.strip()
    if text.startswith(("unix:", "/")):
        return _socket(text, source)
    matched = _HOST_AND_PORT.fullmatch(text)
    if matched is None:
        raise _malformed(text, source, "it is neither unix:PATH, /abs/path nor HOST:PORT")
    if not 1 <= int(matched["port"]) <= 65535:
        raise _malformed(text, source, "the port is not between 1 and 65535")
    return Address(text)


def find_daemon(option: str | None, env: Mapping[str, str], *, context: str | None = None) -> Address:
    """The address to use: `option`, `context`, OOCTL_DAEMON, OOCTL_CONTEXT, where a daemon with this environment would listen,
    the current context, the default socket.

    Raises ClientError (USAGE) for a malformed address or configuration, and for a context there is none of.
    """
    if option is not None:
        return parse_address(option)
    if context is not None:
        return _of_context(context, env, "--context")
    if env.get("OOCTL_DAEMON"):
        return parse_address(env["OOCTL_DAEMON"], source="OOCTL_DAEMON")
    if env.get("OOCTL_CONTEXT"):
        return _of_context(env["OOCTL_CONTEXT"], env, "OOCTL_CONTEXT")
    if env.get("OODAEMON_LISTEN"):
        return parse_address(env["OODAEMON_LISTEN"], source="OODAEMON_LISTEN")
    if env.get("OODAEMON_STATE_DIR"):
        folder = Path(env["OODAEMON_STATE_DIR"]).expanduser().absolute()
        return parse_address(str(folder / SOCKET_NAME), source="OODAEMON_STATE_DIR")
    current = contexts.load(env)
    if current.current:
        return _of_context(current.current, env, str(current.file))
    return replace(parse_address(str(_default_socket(env)), source="the default socket"), is_default=True)


def check_owner(address: Address) -> None:
    """Raise ClientError (DENIED) for a socket of somebody else: whoever listens there would be told everything, passwords included.

    One that is not there is nobody's.
    """
    if not address.is_socket:
        return
    path = Path(address.target.removeprefix("unix:"))
    try:
        owner = path.stat().st_uid
    except OSError:
        return
    if owner not in (os.getuid(), 0):
        raise ClientError(
            f"the socket {path} belongs to another user, so it is not used",
            ExitStatus.DENIED,
            hint='name your own daemon with --daemon, or ask its owner for a token, see "ooctl context add --help"',
        )


def _of_context(name: str, env: Mapping[str, str], source: str) -> Address:
    found = contexts.load(env)
    context = found.get(name, source=source)
    return replace(parse_address(context.daemon, source=f'context "{name}" in {found.file}'), context=context)


def _default_socket(env: Mapping[str, str]) -> Path:
    import platformdirs  # noqa: PLC0415 - only this branch needs it

    in_state = Path(platformdirs.user_state_dir("oodaemon")) / SOCKET_NAME
    if not env.get("XDG_RUNTIME_DIR"):
        return in_state
    in_runtime = Path(env["XDG_RUNTIME_DIR"]) / SOCKET_NAME
    return in_state if in_state.exists() and not in_runtime.exists() else in_runtime


def _socket(text: str, source: str) -> Address:
    path = text.removeprefix("unix:")
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    if not path or path.endswith("/") or "\0" in path:
        raise _malformed(text, source, "the path of the socket is missing")
    path = str(Path(path).expanduser().absolute())
    if len(path.encode()) > MAX_SOCKET_PATH:
        raise _malformed(text, source, f"the path of a socket has at most {MAX_SOCKET_PATH} bytes")
    return Address(f"unix:{path}")


def _malformed(text: str, source: str, reason: str) -> ClientError:
    return ClientError(
        f'{source}: "{text}" is no address of a daemon: {reason}',
        ExitStatus.USAGE,
        hint="use unix:/run/user/1000/oodaemon.sock, /run/user/1000/oodaemon.sock or 127.0.0.1:50051",
    )
