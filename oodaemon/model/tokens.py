"""Tokens: secrets that let another program in, what each of them may do, and how one is recognised. Pure.

A token is 256 random bits, so nobody finds one by trying, and a plain SHA-256 of it can be kept: slow hashes protect secrets that
people think up. What is kept does not let anybody in.
"""

import base64
import datetime
import enum
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

PREFIX = "oot_"
"""How every token begins, so that people and scanners for leaked secrets know one when they see it."""
ENTROPY = 32
"""Bytes of chance in a token."""
COARSE = datetime.timedelta(hours=1)
"""How exactly the last use of a token is kept: it must not cost a commit per request."""

_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


class Scope(enum.StrEnum):
    """What a token may do: look at everything, or change runs and tests as well."""

    READ = "read"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; `expires_at` None: never. `digest` is not the secret and is shown nowhere all the same."""

    name: str
    scope: Scope
    digest: str = field(repr=False)
    created_at: datetime.datetime
    expires_at: datetime.datetime | None = None
    last_used_at: datetime.datetime | None = None

    def is_good(self, now: datetime.datetime) -> bool:
        """True until it expires."""
        return self.expires_at is None or now < self.expires_at

    def is_use_news(self, now: datetime.datetime) -> bool:
        """True when a use now should be noted: the last one that was is an hour old."""
        return self.last_used_at is None or now - self.last_used_at >= COARSE


def text_of(entropy: bytes) -> str:
    """The token made of these random bytes. Raises ValueError for any other number of them than ENTROPY."""
    if len(entropy) != ENTROPY:
        raise ValueError(f"a token has {ENTROPY} bytes of chance, not {len(entropy)}")
    return PREFIX + base64.urlsafe_b64encode(entropy).decode().rstrip("=")


def is_name(name: str) -> bool:
    """True for what a token can be called: letters, digits, dots, dashes and underscores, at most 32."""
    return _NAME.fullmatch(name) is not None


def digest_of(text: str) -> str:
    """What is kept of a token: SHA-256, as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def find(kept: Iterable[Token], text: str, now: datetime.datetime) -> Token | None:
    """The good token this text is; None when it is none, or one that expired. Takes the same time whichever it is."""
    if _SHAPE.fullmatch(text) is None:
        return None
    digest, found = digest_of(text), None
    for token in kept:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found if found is not None and found.is_good(now) else None
