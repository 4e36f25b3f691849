"""What exports read: settled tasks and trades, a window of rows at a time, gathered into columns by SQLite itself.

A row that SQLite hands out costs Python more than finding it does. So a window comes as one row whose cells hold a whole column
each, and whatever no task of the window has (reuses, rulings, failures, trade logs) is not looked for.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pydantic_core import from_json

from oodaemon.store import trades
from oodaemon.store.results import OF_TASK
from oodaemon.store.tasks import LAST_FAILURE
from oodaemon.store.transaction import Snapshot

HEAD: Final = 120
"""Characters of a configuration that are read: underlying and dates stand at its beginning."""

_WITHIN = "run_id = :run_id AND idx > :after AND idx <= :last"
_SETTLED = "t.run_id = :run_id AND t.idx > :after AND t.idx <= :last AND t.state IN ('succeeded', 'cached', 'held', 'invalid')"
_SPARSE: Final = ("reuses", "trade_logs", "rulings", "failures")
_THERE = "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {_WITHIN}) AS {table}" for table in _SPARSE)  # noqa: S608
_ATTEMPTS = (
    "SELECT json_group_array(idx) AS idx, json_group_array(tries) AS tries FROM (SELECT idx, count(*) AS tries FROM attempts"  # noqa: S608
    f" WHERE {_WITHIN} AND (outcome IS NULL OR outcome <> 'interrupted') GROUP BY idx)"
)

_ARRAYS: Final = {
    "idx": "t.idx",
    "extra": "nullif(coalesce(r.extra, s.extra), '{}')",
    "entries": "lf.entries",
    "message": "f.message",
    "client": "d.client",
    "decision": "d.reason",
    "from_index": "a.idx",
}
"""Columns of any text or of numbers."""
_PLAIN: Final = {
    "state": "t.state",
    "origin": "CASE WHEN u.attempt_id IS NULL THEN r.origin ELSE 'cached' END",
    "recorded_at": "coalesce(r.recorded_at, s.recorded_at, d.decided_at, f.failed_at)",
    "config": f"substr(coalesce(r.config, s.config), 1, {HEAD})",
    "decided_at": "d.decided_at",
    "from_run": "a.run_id",
}
"""Columns of text without control characters, never empty: quicker."""
_OBJECTS: Final = {"values": 't."values"', "metrics": "coalesce(r.metrics, s.metrics)", "derived": "lf.derived"}
"""Columns of JSON objects."""
_NEEDS: Final = {
    **dict.fromkeys(("from_run", "from_index"), "reuses"),
    **dict.fromkeys(("entries", "derived"), "trade_logs"),
    **dict.fromkeys(("client", "decision", "decided_at"), "rulings"),
    "message": "failures",
}
"""The table without which a column has no value."""

_TRADE = "SELECT place, opened_at, closed_at, legs, contracts, premium, closing_cost, pl, reason, strategy, rest FROM trades"


def values(db: Snapshot, run_id: str, *, after_index: int, before_index: int, limit: int) -> tuple[int, str]:
    """The values of some tasks of a run, whatever their state, as lines of JSON, and the index of the last of them.

    The index is -1 when there are none.
    """
    row = db.execute(
        'SELECT coalesce(max(idx), -1) AS last, group_concat("values", char(10)) AS lines FROM'
        ' (SELECT idx, "values" FROM tasks WHERE run_id = ? AND idx > ? AND idx < ? ORDER BY idx LIMIT ?)',
        (run_id, after_index, before_index, limit),
    ).fetchone()
    return row["last"], row["lines"] or ""


def settled(db: Snapshot, run_id: str, *, after_index: int, last_index: int) -> dict[str, Sequence[Any]]:
    """The settled tasks between two indexes, the second of which is included, by index: columns of equal length by name.

    They are those of `store.results.SETTLED`, and mean the same. A column of which no task has a value may be left out; nothing at
    all is left when there are no such tasks. `values`, `metrics` and `derived` are objects, `extra` is JSON text, None for an empty
    object, and `config` the first HEAD characters of its JSON text.
    """
    window = {"run_id": run_id, "after": after_index, "last": last_index}
    there = {table for table, is_there in zip(_SPARSE, db.execute(_THERE, window).fetchone(), strict=True) if is_there}
    if "reuses" in there:  # what was reused may bring all of this along
        there |= {"trade_logs", "failures"}
    row = db.execute(_query(there), window).fetchone()
    found: dict[str, Sequence[Any]] = {name: column for name in row.keys() if (column := _column(name, row[name]))}  # noqa: SIM118 - a row is no mapping
    if not found:
        return {}
    found["attempts"] = _attempts(db, window, found["idx"])
    found["part"] = _parts(db, run_id, found["idx"])
    indexes = found["idx"]
    if list(indexes) != sorted(indexes) or any(len(column) != len(indexes) for column in found.values()):
        raise AssertionError("SQLite gathered rows that do not add up")
    return found


def config_of(db: Snapshot, run_id: str, index: int) -> str | None:
    """The whole configuration of one task, its own or that of the result it reuses, as JSON text."""
    row = db.execute(
        f"SELECT coalesce(r.config, s.config) AS config FROM tasks t{OF_TASK} WHERE t.run_id = ? AND t.idx = ?",  # noqa: S608
        (run_id, index),
    ).fetchone()
    return None if row is None else row["config"]


def _query(there: set[str]) -> str:
    """One row with a column of the window in each cell; of a table that is not there the key that none has is asked for."""
    own = (
        " LEFT JOIN results r ON r.run_id = t.run_id AND r.idx = t.idx"
        " LEFT JOIN reuses u ON u.run_id = NULL LEFT JOIN spares s ON s.attempt_id = NULL"
    )
    failure = f"coalesce(u.attempt_id, {LAST_FAILURE})" if "failures" in there else "NULL"
    joins = (
        OF_TASK if "reuses" in there else own,
        " LEFT JOIN attempts a ON a.attempt_id = u.attempt_id",
        f" LEFT JOIN trade_logs tl ON tl.attempt_id = {'r.attempt_id' if 'trade_logs' in there else 'NULL'}",
        " LEFT JOIN log_files lf ON lf.log_id = tl.log_id",
        f" LEFT JOIN rulings d ON {'d.run_id = t.run_id AND d.idx = t.idx' if 'rulings' in there else 'd.run_id = NULL'}",
        f" LEFT JOIN failures f ON f.attempt_id = {failure}",
    )
    cells = {
        **{name: f"json_group_array({each})" for name, each in _ARRAYS.items()},
        **{name: f"group_concat(coalesce({each}, ''), char(30))" for name, each in _PLAIN.items()},
        **{name: f"group_concat(coalesce({each}, 'null'))" for name, each in _OBJECTS.items()},
    }
    wanted = ", ".join(f'{cell} AS "{name}"' for name, cell in cells.items() if _NEEDS.get(name) in (None, *there))
    return f"SELECT {wanted} FROM tasks t{''.join(joins)} WHERE {_SETTLED}"  # noqa: S608 - constants only


def _column(name: str, cell: str | None) -> list[Any]:
    if not cell:
        return []
    if name in _PLAIN:
        return cell.split("\x1e") if "\x1e\x1e" not in f"\x1e{cell}\x1e" else [each or None for each in cell.split("\x1e")]
    found: list[Any] = from_json(f"[{cell}]" if name in _OBJECTS else cell, cache_strings="keys")
    return found


def _attempts(db: Snapshot, window: dict[str, Any], indexes: Sequence[int]) -> Sequence[int]:
    row = db.execute(_ATTEMPTS, window).fetchone()
    tried, tries = from_json(row["idx"]), from_json(row["tries"])
    if tried == indexes:
        return list(tries)
    counts = dict(zip(tried, tries, strict=True))
    return [counts.get(index, 0) for index in indexes]


def _parts(db: Snapshot, run_id: str, indexes: Sequence[int]) -> list[str]:
    """The name of the part of each task; empty for a run without parts."""
    rows = db.execute(
        "SELECT first_idx, part FROM parts WHERE run_id = ? AND first_idx <= ? ORDER BY first_idx", (run_id, indexes[-1])
    ).fetchall()
    firsts, names = [row["first_idx"] for row in rows], ["", *(row["part"] for row in rows)]
    return [names[bisect_right(firsts, index)] for index in indexes] if rows else [""] * len(indexes)


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
