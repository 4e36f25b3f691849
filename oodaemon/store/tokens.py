"""Tokens of those who come in from elsewhere. They are no facts of any run: no event tells of them, the log does."""

import datetime

from oodaemon import clock
from oodaemon.errors import AlreadyExists, InvalidArgument, NotFound
from oodaemon.model import tokens
from oodaemon.model.tokens import Scope, Token
from oodaemon.store.transaction import Snapshot, Transaction

MOST = 100
"""Tokens that can be kept; every one is looked at to recognise one."""

_GENERATION = "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'generation')"


def verify(db: Snapshot, text: str, now: datetime.datetime) -> Token | None:
    """The good token this text is; None for anything else: no token, an unknown or a revoked one, one that expired."""
    return tokens.find(listing(db), text, now)


def listing(db: Snapshot) -> list[Token]:
    """Every token of this life of the store, also those that expired; by name."""
    return [
        Token(
            name=row["name"],
            scope=Scope(row["scope"]),
            digest=row["digest"],
            created_at=clock.from_text(row["created_at"]),
            expires_at=clock.from_text(row["expires_at"]) if row["expires_at"] else None,
            last_used_at=clock.from_text(row["last_used_at"]) if row["last_used_at"] else None,
        )
        for row in db.execute(f"SELECT * FROM tokens WHERE generation = {_GENERATION} ORDER BY name")  # noqa: S608 - constant
    ]


def add(tx: Transaction, name: str, digest: str, *, scope: Scope, expires_at: datetime.datetime | None) -> None:
    """Keep a new token. Raises InvalidArgument for a name that cannot be, AlreadyExists for one that is in use."""
    if not tokens.is_name(name):
        raise InvalidArgument.of("name", f"{name!r} is no name for a token: letters, digits, . - and _, at most 32, such as laptop")
    known = listing(tx.db)
    if any(token.name == name for token in known):
        raise AlreadyExists(f"there is a token {name!r} already; revoke it first, or choose another name")
    if len(known) >= MOST:
        raise InvalidArgument.of("name", f"there are {MOST} tokens already; revoke one that is not used")
    tx.note(f"DELETE FROM tokens WHERE name = ? AND generation <> {_GENERATION}", (name,))  # noqa: S608 - constant
    tx.note(
        f"INSERT INTO tokens (name, digest, scope, generation, created_at, expires_at) VALUES (?, ?, ?, {_GENERATION}, ?, ?)",  # noqa: S608 - constant
        (name, digest, scope.value, tx.now_text, clock.to_text(expires_at) if expires_at else None),
    )


def revoke(tx: Transaction, name: str) -> None:
    """Forget a token. Raises NotFound."""
    if not any(token.name == name for token in listing(tx.db)):
        raise NotFound("token", name, "`ooctl token list` shows them")
    tx.note("DELETE FROM tokens WHERE name = ?", (name,))


def note_use(tx: Transaction, digest: str) -> None:
    """Note that a token was used now; nothing when it was revoked meanwhile."""
    tx.note("UPDATE tokens SET last_used_at = ? WHERE digest = ?", (tx.now_text, digest))
