"""The index of evidence: which files belong to which failed attempt, how much is kept, and what has to go when it is too much."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from oodaemon import clock
from oodaemon.errors import NotFound
from oodaemon.model.evidence import KeptItem, Limits
from oodaemon.store.shelf import Place, Shelf
from oodaemon.store.transaction import Snapshot, Transaction

BLOCK = 4096
"""Bytes that a file takes at least."""

_SETTLED = "t.state IN ('succeeded', 'cached', 'invalid', 'cancelled')"
_ON_DISK = (
    f"SELECT e.attempt_id, sum(max(e.bytes, {BLOCK})) AS bytes FROM evidence e JOIN attempts a USING (attempt_id)"  # noqa: S608 - constants only
    " JOIN tasks t ON t.run_id = a.run_id AND t.idx = a.idx WHERE e.dropped_at IS NULL AND t.state <> 'held'"
)
_OLDEST_SETTLED_FIRST = f" GROUP BY e.attempt_id ORDER BY {_SETTLED} DESC, e.attempt_id"


def size_of(items: Iterable[KeptItem]) -> int:
    """Bytes that files take on disk."""
    return sum(max(item.size, BLOCK) for item in items)


def add(tx: Transaction, attempt_id: int, items: Iterable[KeptItem]) -> None:
    """Enter the files of an attempt, which must be on disk."""
    tx.execute_many(
        "INSERT INTO evidence (attempt_id, name, media_type, bytes, sha256) VALUES (?, ?, ?, ?, ?)",
        [(attempt_id, item.name, item.media_type, item.size, item.sha256) for item in items],
    )


def make_room(tx: Transaction, run_id: str, index: int, *, size: int, limits: Limits) -> list[Place] | None:
    """Drop what must go so that another attempt of a task with `size` bytes fits; the files are the caller's to remove.

    The oldest evidence of settled tasks goes first, then the oldest of others. That of tasks that are held is never dropped: when
    it alone leaves no room, nothing is dropped and None returned.
    """
    bytes_kept, attempts_kept = tx.execute(
        f"SELECT coalesce(sum(max(bytes, {BLOCK})), 0), count(DISTINCT attempt_id) FROM evidence WHERE dropped_at IS NULL"  # noqa: S608
    ).fetchone()
    going: dict[int, int] = {}
    for where, most in (
        (("a.run_id = ? AND a.idx = ?", (run_id, index)), limits.attempts_of_task),
        (("a.run_id = ?", (run_id,)), limits.attempts_of_run),
    ):
        found = _droppable(tx, *where)
        kept = _attempts_of(tx, *where)
        going |= dict(found[: max(0, kept + 1 - most)])
    over, many = bytes_kept + size - limits.size, attempts_kept + 1 - limits.attempts
    for attempt_id, freed in _droppable(tx, "1", ()) if over > sum(going.values()) or many > len(going) else ():
        if over <= sum(going.values()) and many <= len(going):
            break
        going.setdefault(attempt_id, freed)
    if over > sum(going.values()) or many > len(going):
        return None
    return drop(tx, going)


def _droppable(tx: Transaction, where: str, values: Sequence[Any]) -> list[tuple[int, int]]:
    rows = tx.execute(f"{_ON_DISK} AND {where}{_OLDEST_SETTLED_FIRST}", values)
    return [(row["attempt_id"], row["bytes"]) for row in rows]


def _attempts_of(tx: Transaction, where: str, values: Sequence[Any]) -> int:
    count: int = tx.execute(
        "SELECT count(DISTINCT e.attempt_id) FROM evidence e JOIN attempts a USING (attempt_id)"  # noqa: S608 - constants only
        f" WHERE e.dropped_at IS NULL AND {where}",
        values,
    ).fetchone()[0]
    return count


def drop(tx: Transaction, attempt_ids: Iterable[int]) -> list[Place]:
    """Mark all evidence of attempts as dropped; return the files, to be removed after the commit. No event tells of it."""
    places: list[Place] = []
    for attempt_id in attempt_ids:
        rows = tx.execute("SELECT name FROM evidence WHERE attempt_id = ? AND dropped_at IS NULL", (attempt_id,)).fetchall()
        places += [(attempt_id, row["name"]) for row in rows]
    mark_dropped(tx, places)
    return places


def mark_dropped(tx: Transaction, places: Iterable[Place]) -> None:
    """The files of these are gone, or are to go."""
    for place in places:
        tx.note("UPDATE evidence SET dropped_at = ? WHERE attempt_id = ? AND name = ?", (tx.now_text, *place))


def on_disk(db: Snapshot) -> list[Place]:
    """Every piece of evidence whose file must be there."""
    return [
        (row["attempt_id"], row["name"]) for row in db.execute("SELECT attempt_id, name FROM evidence WHERE dropped_at IS NULL")
    ]


def size(db: Snapshot) -> int:
    """Bytes that all evidence takes on disk."""
    row = db.execute(f"SELECT coalesce(sum(max(bytes, {BLOCK})), 0) AS bytes FROM evidence WHERE dropped_at IS NULL")  # noqa: S608
    return int(row.fetchone()["bytes"])


def of_attempt(db: Snapshot, attempt_id: int) -> tuple[KeptItem, ...]:
    """The evidence of an attempt by name, also what was dropped."""
    rows = db.execute("SELECT * FROM evidence WHERE attempt_id = ? ORDER BY name", (attempt_id,))
    return tuple(_kept(row) for row in rows)


def get(db: Snapshot, attempt_id: int, name: str) -> KeptItem:
    """One piece of evidence that is on disk. Raises NotFound, also for one that was dropped, and says so."""
    items = of_attempt(db, attempt_id)
    found = next((item for item in items if item.name == name), None)
    ref = f"{attempt_id}/{name}"
    if found is None:
        there = ", ".join(item.name for item in items)
        raise NotFound("evidence", ref, f"the attempt left {there}" if there else "the attempt left none")
    if found.dropped_at is not None:
        raise NotFound("evidence", ref, f"it was removed at {clock.to_text(found.dropped_at)} to make room")
    return found


def _kept(row: Any) -> KeptItem:  # noqa: ANN401 - a row of evidence
    dropped_at = clock.from_text(row["dropped_at"]) if row["dropped_at"] else None
    return KeptItem(row["name"], row["media_type"], row["bytes"], row["sha256"], dropped_at)


_MUST_BE_EMPTY = {
    "has evidence of an attempt that did not fail": "SELECT a.run_id, a.idx FROM evidence e JOIN attempts a USING (attempt_id)"
    " LEFT JOIN failures f USING (attempt_id) WHERE f.attempt_id IS NULL",
    "has quarantined figures without a mismatch": "SELECT a.run_id, a.idx FROM quarantine q JOIN attempts a USING (attempt_id)"
    " WHERE a.outcome IS NOT 'mismatch'",
}


def problems(db: Snapshot) -> Iterator[str]:
    """One sentence per broken promise of the index; also of the files, when their folder stands beside the database."""
    for what, query in _MUST_BE_EMPTY.items():
        for row in db.execute(query):
            yield f"task {row['run_id']}/{row['idx']} {what}"
    shelf = _shelf_beside(db)
    if shelf is not None:
        rows = db.execute("SELECT * FROM evidence WHERE dropped_at IS NULL ORDER BY attempt_id, name")
        yield from shelf.faults((row["attempt_id"], _kept(row)) for row in rows)


def _shelf_beside(db: Snapshot) -> Shelf | None:
    file = next((row["file"] for row in db.execute("PRAGMA database_list") if row["name"] == "main"), "")
    shelf = Shelf(Path(file).parent) if file else None
    return shelf if shelf is not None and shelf.root.is_dir() else None
