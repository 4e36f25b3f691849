"""What exports read: settled tasks and trades, a window of rows at a time, gathered into columns by SQLite itself.

A row that SQLite hands out costs Python more than finding it does. So a window comes as one row whose cells hold a whole column
each, and whatever no task of the window has (reuses, rulings, failures, trade logs) is not looked for.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pydantic_core import from_json

from oodaemon.store import gathered, trades
from oodaemon.store.gathered import GAP
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

_MOMENTS: Final = {"rulings": "d.decided_at", "failures": "f.failed_at"}
"""What stands for the moment of a result where there is none, by its table."""
_REASONS: Final = {"rulings": "nullif(d.reason, '')", "failures": "nullif(f.message, '')"}
"""Why there is none."""
_NEEDS: Final = {
    **dict.fromkeys(("from_run", "from_index"), "reuses"),
    **dict.fromkeys(("entries", "derived"), "trade_logs"),
    **dict.fromkeys(("client", "decision", "decided_at"), "rulings"),
}
"""The table without which a column has no value."""
_TEXTS: Final = frozenset({"state", "origin", "recorded_at", "config", "decided_at", "from_run"})
_OBJECTS: Final = frozenset({"values", "metrics", "derived"})

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


def settled(db: Snapshot, run_id: str, *, after_index: int, last_index: int) -> dict[str, Any]:
    """The settled tasks between two indexes, the second of which is included, by index: columns of equal length by name.

    They are those of `store.results.SETTLED`, and mean the same, but for `reason`, why a task has no figures, which there is only
    for such tasks. A column of which no task has a value may be left out; nothing at all is left when there are no such tasks.
    `values`, `metrics` and `derived` are columns by name in turn, None where a task has no such value, unless `metrics` could be
    Packed. `extra` is JSON text, None for an empty object, and `config` the first HEAD characters of its JSON text.
    """
    window = {"run_id": run_id, "after": after_index, "last": last_index}
    there = {table for table, is_there in zip(_SPARSE, db.execute(_THERE, window).fetchone(), strict=True) if is_there}
    if "reuses" in there:  # what was reused may bring all of this along
        there |= {"trade_logs", "failures"}
    row = db.execute(_query(frozenset(there)), window).fetchone()
    indexes: list[int] = from_json(row["idx"])
    if not indexes:
        return {}
    found = {name: _column(name, row[name], len(indexes)) for name in row.keys()}  # noqa: SIM118 - a row is no mapping
    found["attempts"] = _attempts(db, window, indexes)
    found["part"] = _parts(db, run_id, indexes)
    _agree(indexes, found)
    return found


def config_of(db: Snapshot, run_id: str, index: int) -> str | None:
    """The whole configuration of one task, its own or that of the result it reuses, as JSON text."""
    row = db.execute(
        f"SELECT coalesce(r.config, s.config) AS config FROM tasks t{OF_TASK} WHERE t.run_id = ? AND t.idx = ?",  # noqa: S608
        (run_id, index),
    ).fetchone()
    return None if row is None else row["config"]


@cache
def _query(there: frozenset[str]) -> str:
    """One row with a column of the window in each cell. What is in none of the tables is not asked for."""
    arrays, plain, objects = (
        {name: each for name, each in columns.items() if _NEEDS.get(name) in (None, *there)} for columns in _columns(there)
    )
    cells = {
        **{name: f"json_group_array({each})" for name, each in arrays.items()},
        **{name: f"group_concat(coalesce({each}, ''), char({ord(GAP)}))" for name, each in plain.items()},
        **{name: f"group_concat(coalesce({each}, 'null'))" for name, each in objects.items()},
    }
    wanted = ", ".join(f'{cell} AS "{name}"' for name, cell in cells.items())
    return f"SELECT {wanted} FROM tasks t{_joins(there)} WHERE {_SETTLED}"  # noqa: S608 - constants only


def _columns(there: frozenset[str]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Columns of any text or of numbers; of text without control characters, never empty, which is quicker; of JSON objects."""
    own = "coalesce(r.{0}, s.{0})" if "reuses" in there else "r.{0}"
    moments = [own.format("recorded_at"), *(_MOMENTS[table] for table in _MOMENTS if table in there), "NULL"]
    reasons = [*(_REASONS[table] for table in _REASONS if table in there), "NULL", "NULL"]
    arrays = {
        "idx": "t.idx",
        "extra": f"nullif({own.format('extra')}, '{{}}')",
        "entries": "lf.entries",
        "reason": f"CASE WHEN {own.format('metrics')} IS NULL THEN coalesce({', '.join(reasons)}) END",
        "client": "d.client",
        "decision": "d.reason",
        "from_index": "a.idx",
    }
    plain = {
        "state": "t.state",
        "origin": f"CASE WHEN {own.format('metrics')} IS NULL THEN NULL WHEN u.attempt_id IS NULL THEN r.origin ELSE 'cached' END"
        if "reuses" in there
        else "r.origin",
        "recorded_at": f"coalesce({', '.join(moments)})",
        "config": f"substr({own.format('config')}, 1, {HEAD})",
        "decided_at": "d.decided_at",
        "from_run": "a.run_id",
    }
    return arrays, plain, {"values": 't."values"', "metrics": own.format("metrics"), "derived": "lf.derived"}


def _joins(there: frozenset[str]) -> str:
    own, reused = " LEFT JOIN results r ON r.run_id = t.run_id AND r.idx = t.idx", "reuses" in there
    return "".join(
        join
        for join, is_needed in (
            (OF_TASK if reused else own, True),
            (" LEFT JOIN attempts a ON a.attempt_id = u.attempt_id", reused),
            (
                " LEFT JOIN trade_logs tl ON tl.attempt_id = r.attempt_id LEFT JOIN log_files lf ON lf.log_id = tl.log_id",
                "trade_logs" in there,
            ),
            (" LEFT JOIN rulings d ON d.run_id = t.run_id AND d.idx = t.idx", "rulings" in there),
            (
                f" LEFT JOIN failures f ON f.attempt_id = {f'coalesce(u.attempt_id, {LAST_FAILURE})' if reused else LAST_FAILURE}",
                "failures" in there,
            ),
        )
        if is_needed
    )


def _column(name: str, cell: str, rows: int) -> Any:  # noqa: ANN401 - a column, or columns by name
    if name in _TEXTS:
        return gathered.texts(cell, rows)
    if name == "metrics" and (packed := gathered.pack(cell)) is not None:
        return packed
    return gathered.objects(cell) if name in _OBJECTS else from_json(cell)


def _agree(indexes: Sequence[int], found: Mapping[str, Any]) -> None:
    lengths = {length for column in found.values() for length in _lengths(column)}
    if list(indexes) != sorted(indexes) or lengths != {len(indexes)}:
        raise AssertionError("SQLite gathered rows that do not add up")


def _lengths(column: Any) -> list[int]:  # noqa: ANN401 - a column, columns by name, or packed ones
    if isinstance(column, gathered.Packed):
        count, rest = divmod(column.numbers.count(b",") + 1, len(column.names))
        return [count, *([-1] if rest else [])]
    return [len(each) for each in column.values()] if isinstance(column, dict) else [len(column)]


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
