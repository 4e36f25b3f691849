"""The best figures of a run, gathered from what is new since the last look; SQLite does the counting."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from oodaemon.store.transaction import Snapshot

FIGURES = ("pl", "cagr", "mar", "win_percentage")
"""Figures of which more is better."""

_OWN = "tasks t JOIN results r ON r.run_id = t.run_id AND r.idx = t.idx"
_WHERE_ALL = "r.run_id = :run_id AND r.rowid <= :upto AND r.origin <> 'accepted'"
# The plus keeps SQLite from walking all results of the run for those that are new.
_WHERE_NEW = "r.rowid > :after AND r.rowid <= :upto AND +r.run_id = :run_id AND r.origin <> 'accepted'"
_TAKEN = (
    "tasks t JOIN reuses u ON u.run_id = t.run_id AND u.idx = t.idx"
    " JOIN (SELECT attempt_id, metrics FROM results WHERE origin <> 'accepted' UNION ALL SELECT attempt_id, metrics FROM spares) r"
    " ON r.attempt_id = u.attempt_id"
)
_WHERE_TAKEN = "t.run_id = :run_id"


@dataclass(frozen=True, slots=True)
class Bests:
    """The best of each figure, and the best P/L by parameter and its value as text; empty before the first proven result.

    `upto` is the row of results up to which own ones are in it (rows are numbered as they come, attempts are not), and `taken` how
    many results of earlier runs are. Figures that a user accepted without proof are in none.
    """

    figures: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)
    upto: int = 0
    taken: int = 0


def look(db: Snapshot, run_id: str, known: Bests) -> Bests:
    """What is known, brought up to date."""
    upto = db.execute("SELECT coalesce(max(rowid), 0) FROM results").fetchone()[0]
    row = db.execute("SELECT tasks FROM tallies WHERE run_id = ? AND state = 'cached'", (run_id,)).fetchone()
    taken = row["tasks"] if row else 0
    given = {"run_id": run_id, "after": known.upto, "upto": upto}
    sources = [(_OWN, _WHERE_NEW if known.upto else _WHERE_ALL)] if upto > known.upto else []
    if taken != known.taken:
        sources.append((_TAKEN, _WHERE_TAKEN))
    figures, values = dict(known.figures), dict(known.values)
    for source, where in sources:
        for name, best in _figures(db, source, where, given):
            figures[name] = max(best, figures.get(name, best))
        for key, best in _values(db, source, where, given):
            values[key] = max(best, values.get(key, best))
    return Bests(figures, values, upto, taken)


def _figures(db: Snapshot, source: str, where: str, given: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    columns = ", ".join(f"max(json_extract(r.metrics, '$.{name}')) AS {name}" for name in FIGURES)
    row = db.execute(f"SELECT {columns} FROM {source} WHERE {where}", dict(given)).fetchone()  # noqa: S608 - constants only
    yield from ((name, float(row[name])) for name in FIGURES if row[name] is not None)


def _values(db: Snapshot, source: str, where: str, given: Mapping[str, object]) -> Iterator[tuple[tuple[str, str], float]]:
    rows = db.execute(
        "SELECT j.key AS name, j.value AS value, max(json_extract(r.metrics, '$.pl')) AS best"  # noqa: S608 - constants only
        f' FROM {source}, json_each(t."values") j WHERE {where} GROUP BY 1, 2',
        dict(given),
    )
    yield from (((row["name"], str(row["value"])), float(row["best"])) for row in rows if row["best"] is not None)
