"""What exports read: settled tasks and trades, a batch of rows at a time, with their JSON as it is stored."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic_core import from_json

from oodaemon.model.values import Value
from oodaemon.store import trades
from oodaemon.store.results import SETTLED
from oodaemon.store.transaction import Snapshot

FIELDS = (
    *("idx", "state", "values", "attempts", "metrics", "extra", "origin", "recorded_at", "message", "entries", "derived"),
    *("client", "decision", "decided_at", "config", "part", "from_run", "from_index"),
)
"""What is read of a settled task; see `store.results.SETTLED`."""
_FIELDS = ", ".join(f'"{name}"' for name in FIELDS)
_TRADE = "SELECT place, opened_at, closed_at, legs, contracts, premium, closing_cost, pl, reason, strategy, rest FROM trades"


def values(db: Snapshot, run_id: str, *, after_index: int, before_index: int, limit: int) -> tuple[int, set[tuple[str, Value]]]:
    """The distinct values of some tasks of a run, whatever their state, by name, and the index of the last of them.

    The index is -1 when there are none.
    """
    rows = db.execute(
        'SELECT idx, "values" FROM tasks WHERE run_id = ? AND idx > ? AND idx < ? ORDER BY idx LIMIT ?',
        (run_id, after_index, before_index, limit),
    ).fetchall()
    found: set[tuple[str, Value]] = set()
    for each in many(row["values"] for row in rows):
        found.update(each.items())
    return rows[-1]["idx"] if rows else -1, found


def settled(db: Snapshot, run_id: str, *, after_index: int, before_index: int, limit: int) -> dict[str, Sequence[Any]]:
    """Settled tasks between two indexes, by index: the values of each of FIELDS, None where a task has none.

    `values`, `metrics`, `extra`, `derived` and `config` are JSON text. Empty when there are no such tasks.
    """
    rows = db.execute(
        f"SELECT {_FIELDS} FROM ({SETTLED} AND t.run_id = ? AND t.idx > ? AND t.idx < ? ORDER BY t.idx LIMIT ?)",  # noqa: S608 - constants only
        (run_id, after_index, before_index, limit),
    ).fetchall()
    return dict(zip(FIELDS, zip(*rows, strict=True), strict=True)) if rows else {}


def trade_rows(db: Snapshot, run_id: str, *, after: tuple[int, int], before_index: int, limit: int) -> list[tuple[int, Any]]:
    """Index of the task and row of the trade, by task and place, after an index and a place; `rest` is JSON text."""
    found: list[tuple[int, Any]] = []
    for log_id, index, after_place in _logs(db, run_id, after, before_index):
        query = f"{_TRADE} WHERE log_id = ? AND place > ? ORDER BY place LIMIT ?"
        found += [(index, row) for row in db.execute(query, (log_id, after_place, limit - len(found)))]
        if len(found) == limit:
            break
    return found


def many(texts: Iterable[str]) -> list[dict[str, Any]]:
    """Several JSON objects, read at once by a parser that is three times as quick: most of the time of an export goes here."""
    found: list[dict[str, Any]] = from_json(f"[{','.join(texts)}]", cache_strings="keys")
    return found


def _logs(db: Snapshot, run_id: str, after: tuple[int, int], before_index: int) -> Iterator[tuple[int, int, int]]:
    """Number, index and the place after which to read, of the log that is half read and of those that follow."""
    index, place = after
    first = index - 1
    while logs := trades.of_run(db, run_id, after_index=first, limit=200):
        for log in logs:
            assert log.index is not None
            if log.index >= before_index:
                return
            yield log.log_id, log.index, place if log.index == index else -1
            first = log.index
