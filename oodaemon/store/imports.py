"""Imports: files that users exported themselves. The same bytes are kept once."""

from dataclasses import dataclass
from typing import Any

from oodaemon.errors import InvalidArgument, NotFound
from oodaemon.ids import is_ulid_prefix, ulid
from oodaemon.model.events import EventType
from oodaemon.model.runs import NOBODY, Author
from oodaemon.model.trades import LogFile, StoredLog
from oodaemon.store import trades
from oodaemon.store.transaction import Snapshot, Transaction

_CANDIDATES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: kept now, or known before under this id and the name it then had."""

    log: StoredLog
    is_new: bool


def add(tx: Transaction, file: LogFile, *, author: Author = NOBODY) -> Imported:
    """Keep a file under a new id, or find the import that has the same bytes; the name decides nothing. `author` brings it."""
    known = tx.execute(f"{trades.select()} WHERE i.sha256 = ?", (trades.digest(file.raw),)).fetchone()
    if known is not None:
        return Imported(trades.stored(known), is_new=False)
    import_id = ulid(tx.now, tx.rng)
    log_id = trades.keep(tx, file)
    tx.execute("INSERT INTO imports (import_id, log_id, sha256) VALUES (?, ?, ?)", (import_id, log_id, trades.digest(file.raw)))
    told: dict[str, Any] = {"name": file.name, "kind": file.kind.value, "entries": file.entries, **author.named()}
    tx.emit(EventType.LOG_IMPORTED, import_id=import_id, **told)
    return Imported(get(tx.db, import_id), is_new=True)


def get(db: Snapshot, ref: str) -> StoredLog:
    """The import with this id, or the only one whose id begins so; case does not matter.

    Raises NotFound, and InvalidArgument naming the candidates when there are several.
    """
    if not ref:
        raise InvalidArgument.of("import_id", "is empty; give the id of an import or the beginning of it")
    first, last = ref.upper(), ref.upper() + "["  # "[" sorts after every character of an id
    query = f"{trades.select()} WHERE i.import_id >= ? AND i.import_id < ? ORDER BY i.import_id LIMIT ?"
    rows = db.execute(query, (first, last, _CANDIDATES_NAMED + 1)).fetchall() if is_ulid_prefix(ref) else []
    if not rows:
        raise NotFound("import", ref)
    if len(rows) > 1:
        named = ", ".join(row["import_id"] for row in rows[:_CANDIDATES_NAMED])
        more = " and more" if len(rows) > _CANDIDATES_NAMED else ""
        raise InvalidArgument.of("import_id", f"{ref!r} begins more than one id: {named}{more}; give more characters")
    return trades.stored(rows[0])


def page(db: Snapshot, *, limit: int, before: str | None = None) -> list[StoredLog]:
    """Imports, newest first, beginning after the one whose full id is `before`."""
    query = f"{trades.select()} WHERE i.import_id < ? ORDER BY i.import_id DESC LIMIT ?"
    return [trades.stored(row) for row in db.execute(query, (before or "[", limit))]
