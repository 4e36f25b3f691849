"""An account of the site as it is kept, and what may be told of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from oodaemon.errors import FailedPrecondition


class Place(StrEnum):
    """Where an account is kept."""

    KEYRING = "keyring"
    FILE = "file"
    MEMORY = "memory"
    """Nowhere: it is gone with the daemon."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which account: its name, and the address of the site it belongs to. It is never used for another site."""

    name: str
    site: str


@dataclass(frozen=True, slots=True)
class Login:
    """E-mail address and password. Never shown: not in a repr, a log or an event."""

    email: str
    password: str

    def __repr__(self) -> str:
        return "Login(...)"

    def to_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps({"email": self.email, "password": self.password}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes | str) -> "Login":
        """Raises ValueError for anything else than `to_bytes` made."""
        kept = json.loads(content)
        if not isinstance(kept, dict) or not all(isinstance(kept.get(key), str) for key in ("email", "password")):
            raise ValueError("it holds no account")
        return cls(kept["email"], kept["password"])


@dataclass(frozen=True, slots=True)
class Listed:
    """An account that is kept, without its secrets. `address` is masked: it tells its owner which one it is, and nobody else."""

    key: Key
    place: Place
    address: str


class Unkept(FailedPrecondition):
    """An account cannot be kept, or not be read, where it should be."""


def masked(email: str) -> str:
    """`margot@example.com` as `m…@e….com`: enough for whoever knows it."""
    local, at, domain = email.rpartition("@")
    if not at or not local or not domain:
        return "…"
    host, dot, top = domain.rpartition(".")
    return f"{local[0]}…@{host[0]}…{dot}{top}" if host else f"{local[0]}…@…"


def names(listed: Sequence[Listed]) -> str:
    """The names, for a sentence."""
    return ", ".join(sorted(each.key.name for each in listed))
