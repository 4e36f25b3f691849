"""Results as decisions need them: values and figures alone, quickly for any number of them. For `Store.examine`."""

import datetime
import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oodaemon.analysis.candidates import Candidate
from oodaemon.model.tasks import Origin
from oodaemon.store.results import OF_TASK
from oodaemon.store.transaction import Snapshot

_TOGETHER = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a run: its tasks from the index `first` up to the next part, or to the end."""

    first: int
    name: str


def parts(db: Snapshot, run_id: str) -> list[Part]:
    """The parts of a run (by its full id) in their order; none for a run that has one part only."""
    rows = db.execute("SELECT first_idx, part FROM parts WHERE run_id = ? ORDER BY first_idx", (run_id,))
    found = [Part(row["first_idx"], row["part"]) for row in rows]
    return found if any(part.name for part in found) else []


def sizes(found: Sequence[Part], total: int) -> dict[str, int]:
    """Tasks by the name of their part, for a run with `total` tasks; empty without parts."""
    ends = [part.first for part in found[1:]] + [total]
    counts: dict[str, int] = {}
    for part, end in zip(found, ends, strict=False):
        counts[part.name] = counts.get(part.name, 0) + max(0, end - part.first)
    return counts


def of_run(db: Snapshot, run_id: str, *, with_derived: bool) -> list[Candidate]:
    """All tasks of a run (by its full id) that have figures, by index; a second for 100,000 of them.

    `with_derived` also reads the figures of their trade logs, which takes longer, for they lie behind the files.
    """
    logs = "LEFT JOIN trade_logs l ON l.attempt_id = r.attempt_id LEFT JOIN log_files f ON f.log_id = l.log_id"
    rows = db.execute(
        'SELECT t.idx, t."values", coalesce(r.metrics, s.metrics) AS metrics,'  # noqa: S608 - constants only
        " CASE WHEN u.attempt_id IS NULL THEN r.origin ELSE 'cached' END AS origin,"
        f" {'f.derived' if with_derived else 'NULL'} AS derived FROM tasks t{OF_TASK} {logs if with_derived else ''}"
        " WHERE t.run_id = ? AND t.state IN ('succeeded', 'cached') ORDER BY t.idx",
        (run_id,),
    )
    found = parts(db, run_id)
    firsts = [part.first for part in found]
    candidates: list[Candidate] = []
    while taken := rows.fetchmany(_TOGETHER):
        values, metrics = _decoded(row["values"] for row in taken), _decoded(row["metrics"] for row in taken)
        derived = _decoded(row["derived"] or "{}" for row in taken)
        for row, value, figures, figures_of_log in zip(taken, values, metrics, derived, strict=True):
            part = found[place - 1].name if (place := bisect_right(firsts, row["idx"])) else ""
            candidates.append(Candidate(run_id, row["idx"], value, figures, figures_of_log, Origin(row["origin"]), part))
    return candidates


def _decoded(texts: Iterable[str]) -> list[dict[str, Any]]:
    """Many objects at once, which then share their keys: half of the memory, and less time."""
    return list(json.loads(f"[{','.join(texts)}]"))


def with_derived(db: Snapshot, candidates: Iterable[Candidate]) -> dict[tuple[str, int], Candidate]:
    """Some candidates with the figures of their trade logs, by run and index."""
    query = (
        f"SELECT f.derived FROM tasks t{OF_TASK} JOIN trade_logs l ON l.attempt_id = r.attempt_id JOIN log_files f USING (log_id)"  # noqa: S608 - constants only
        " WHERE t.run_id = ? AND t.idx = ?"
    )
    found = {}
    for each in candidates:
        row = db.execute(query, (each.run_id, each.index)).fetchone()
        found[each.run_id, each.index] = each if row is None else replace(each, derived=json.loads(row["derived"]))
    return found


def logs(db: Snapshot, run_id: str) -> dict[int, int]:
    """The numbers of the trade logs of a run (by its full id) by the index of their task."""
    rows = db.execute(
        "SELECT idx, log_id FROM trade_logs WHERE run_id = :run_id UNION ALL SELECT u.idx, o.log_id FROM reuses u"
        " JOIN trade_logs o USING (attempt_id) WHERE u.run_id = :run_id ORDER BY idx",
        {"run_id": run_id},
    )
    return {row["idx"]: row["log_id"] for row in rows}


def daily(db: Snapshot, log_id: int) -> dict[str, float]:
    """Net P/L of a log in dollars by the day of closing, ISO 8601, ascending; only days on which something was closed."""
    rows = db.execute(
        "SELECT substr(coalesce(closed_at, opened_at), 1, 10) AS day, sum(CAST(pl AS REAL)) AS pl"
        " FROM trades WHERE log_id = ? GROUP BY day ORDER BY day",
        (log_id,),
    )
    return {row["day"]: row["pl"] for row in rows}


def span(db: Snapshot, run_id: str, index: int) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of a test as its result page says; None where it does not."""
    query = f"SELECT coalesce(r.config, s.config) AS config FROM tasks t{OF_TASK} WHERE t.run_id = ? AND t.idx = ?"  # noqa: S608 - constants only
    row = db.execute(query, (run_id, index)).fetchone()
    found = json.loads((row and row["config"]) or "{}")
    first, last = found.get("start_date"), found.get("end_date")
    return (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)) if first and last else None


def trades_in(db: Snapshot, log_id: int) -> int:
    """How many trades a log has."""
    return int(db.execute("SELECT count(*) AS n FROM trades WHERE log_id = ?", (log_id,)).fetchone()["n"])
