"""What lets this client in at a daemon on another machine: its certificate, a token, a certificate of our own."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ooctl.address import Address

PREFIX: Final = "oot_"
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Access:
    """PEM texts and the token; nothing of it is ever shown. Without `ca` the authorities that gRPC knows are trusted."""

    token: str = field(default="", repr=False)
    ca: bytes | None = field(default=None, repr=False)
    cert: bytes | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)


def access_to(address: Address, env: Mapping[str, str]) -> Access | None:
    """How to come in there: by OOCTL_TOKEN, OOCTL_CA, OOCTL_CERT and OOCTL_KEY, else by what the context names; None for a socket.

    Raises ClientError (USAGE) for files that cannot be read, and for a token or a key that others may read.
    """
    if address.is_socket:
        return None
    context = address.context
    ca = env.get("OOCTL_CA") or (context.ca if context else "")
    cert = env.get("OOCTL_CERT") or (context.cert if context else "")
    key = env.get("OOCTL_KEY") or (context.key if context else "")
    if bool(cert) != bool(key):
        raise ClientError("a certificate of the client needs its key, and a key its certificate", ExitStatus.USAGE)
    token = env.get("OOCTL_TOKEN", "").strip()
    if not token and context and context.token_file:
        token = read_token(Path(context.token_file))
    return Access(
        token=check_token(token, "OOCTL_TOKEN") if token else "",
        ca=_read(Path(ca), "the certificate to trust") if ca else None,
        cert=_read(Path(cert), "the certificate of the client") if cert else None,
        key=_read(Path(key), "the key of the client", is_secret=True) if key else None,
    )


def read_token(file: Path) -> str:
    """The token in a file. Raises ClientError (USAGE)."""
    return check_token(_read(file, "the token", is_secret=True).decode("utf-8", "replace").strip(), str(file))


def check_token(text: str, source: str) -> str:
    """A text that looks like a token. Raises ClientError (USAGE), which does not repeat it."""
    if not text.startswith(PREFIX) or not text.isascii() or len(text.split()) != 1:
        raise ClientError(
            f"{source} holds no token",
            ExitStatus.USAGE,
            hint=f'one begins with {PREFIX}; "ooctl token create NAME" makes one on the machine of the daemon',
        )
    return text


def _read(file: Path, what: str, *, is_secret: bool = False) -> bytes:
    try:
        if is_secret and file.stat().st_mode & OTHERS:
            raise ClientError(f"{what} in {file} may be read by others", ExitStatus.USAGE, hint=f"run chmod 600 {file}")
        return file.read_bytes()
    except OSError as error:
        raise ClientError(f"{what} in {file} cannot be read: {error.strerror}", ExitStatus.USAGE) from None
