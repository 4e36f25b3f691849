"""Who may act: one-time links, and the sessions they are exchanged for. In memory, bounded, gone with the daemon."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from oodaemon.clock import HOURS, SECONDS

LINK_LIFE = 60 * SECONDS
SESSION_LIFE = 12 * HOURS
LINKS, SESSIONS = 16, 64
"""How many are kept; the oldest gives way."""
BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that may act, until `ends` on the clock of the sessions; its forms carry `csrf`."""

    csrf: str
    ends: float


class Sessions:
    """Keeps digests only: what is in the memory of the daemon opens nothing."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a clock in seconds that never goes back."""
        self._now = now
        self._links: dict[str, float] = {}
        self._sessions: dict[str, Session] = {}

    def link(self) -> str:
        """The secret of a new link, good for one exchange within a minute."""
        secret = secrets.token_urlsafe(BYTES)
        self._links = {key: ends for key, ends in self._links.items() if ends > self._now()}
        _make_room(self._links, LINKS)
        self._links[_digest(secret)] = self._now() + LINK_LIFE
        return secret

    def exchange(self, secret: str) -> str | None:
        """The secret of a new session for that of a link; None for one that is unknown, used or expired."""
        ends = self._links.pop(_digest(secret), 0.0)
        if ends <= self._now():
            return None
        cookie = secrets.token_urlsafe(BYTES)
        self._sessions = {key: kept for key, kept in self._sessions.items() if kept.ends > self._now()}
        _make_room(self._sessions, SESSIONS)
        self._sessions[_digest(cookie)] = Session(secrets.token_urlsafe(BYTES), self._now() + SESSION_LIFE)
        return cookie

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, if it has one that did not end."""
        found = self._sessions.get(_digest(cookie))
        return found if found is not None and found.ends > self._now() else None

    def end(self, cookie: str) -> None:
        """Forget a session."""
        self._sessions.pop(_digest(cookie), None)


def is_token(session: Session, token: str) -> bool:
    """Whether a form carries the token of its session; takes as long for any text."""
    return hmac.compare_digest(session.csrf.encode(), token.encode("utf-8", "replace"))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _make_room(kept: "dict[str, float] | dict[str, Session]", most: int) -> None:
    while len(kept) >= most:
        del kept[next(iter(kept))]
