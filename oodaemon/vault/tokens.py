"""The tokens of a running daemon: recognised without asking the store, and told to whoever waits for the end of one."""

import datetime
import secrets
from collections.abc import Iterable

import structlog
import trio

from oodaemon.clock import SECONDS, WallClock
from oodaemon.model import tokens
from oodaemon.model.tokens import ENTROPY, Scope, Token
from oodaemon.store import tokens as kept
from oodaemon.store.store import Store

log = structlog.get_logger()

LOOK = 5 * SECONDS
"""How late the end of a token may be noticed when the wall clock is set meanwhile."""


class TokenBook:
    """Who may come in from elsewhere. Every change goes through here, so that what is known is what is kept."""

    def __init__(self, store: Store, wall_clock: WallClock) -> None:
        self._store, self._wall_clock = store, wall_clock
        self._known: dict[str, Token] = {}
        self._changed = trio.Event()

    async def recall(self) -> None:
        """Take up what is kept."""
        self._take(await self._store.read(kept.listing))

    def listing(self) -> list[Token]:
        """Every token, by name; also those that expired."""
        return list(self._known.values())

    @property
    def is_any_good(self) -> bool:
        """True when somebody could come in."""
        return any(token.is_good(self._wall_clock()) for token in self._known.values())

    def verify(self, text: str) -> Token | None:
        """The good token this text is; None for anything else."""
        return tokens.find(self._known.values(), text, self._wall_clock())

    async def create(self, name: str, scope: Scope, lasts: datetime.timedelta | None) -> tuple[Token, str]:
        """A new token and its text, which nobody can be told again. Raises InvalidArgument, AlreadyExists."""
        text = tokens.text_of(secrets.token_bytes(ENTROPY))
        expires_at = None if lasts is None else self._wall_clock() + lasts
        await self._store.write(kept.add, name, tokens.digest_of(text), scope=scope, expires_at=expires_at)
        await self.recall()
        log.info("a token was made", name=name, scope=scope.value, expires=str(expires_at or "never"))
        return self._known[name], text

    async def revoke(self, name: str) -> None:
        """Forget a token; streams that it opened end. Raises NotFound."""
        await self._store.write(kept.revoke, name)
        await self.recall()
        log.info("a token was revoked", name=name)

    async def note_use(self, token: Token) -> None:
        """Note that a token was used, if that is news."""
        now = self._known.get(token.name)
        if now is not None and now.is_use_news(self._wall_clock()):
            await self._store.write(kept.note_use, token.digest)
            await self.recall()

    def holds(self, token: Token) -> bool:
        """True while a token that was verified is neither revoked nor expired."""
        now = self._known.get(token.name)
        return now is not None and now.digest == token.digest and now.is_good(self._wall_clock())

    async def wait_over(self, token: Token) -> None:
        """Return once a token that was verified is revoked or expired."""
        while self.holds(token):
            left = LOOK if token.expires_at is None else (token.expires_at - self._wall_clock()).total_seconds()
            with trio.move_on_after(min(LOOK, max(0.0, left))):
                await self._changed.wait()

    def _take(self, found: Iterable[Token]) -> None:
        self._known = {token.name: token for token in found}
        self._changed.set()
        self._changed = trio.Event()
