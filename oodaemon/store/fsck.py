"""A check of a whole store: every promise that its tables and its journal can be held to."""

from collections.abc import Iterator, Mapping

from oodaemon.model.events import Event
from oodaemon.model.runs import AT_REST, derive_phase
from oodaemon.model.tasks import TaskState
from oodaemon.store import journal, tasks, trades
from oodaemon.store.fold import Contradiction, FoldedRun, fold
from oodaemon.store.transaction import Snapshot

_BATCH = 5000

_MUST_BE_EMPTY: Mapping[str, str] = {
    "succeeded without a result": "SELECT t.run_id, t.idx FROM tasks t LEFT JOIN results r USING (run_id, idx)"
    " WHERE t.state = 'succeeded' AND r.attempt_id IS NULL",
    "has a result without having succeeded": "SELECT run_id, idx FROM results JOIN tasks t USING (run_id, idx)"
    " WHERE t.state <> 'succeeded'",
    "has a result that its attempt does not know": "SELECT r.run_id, r.idx FROM results r JOIN attempts a USING (attempt_id)"
    " WHERE (a.outcome IS NOT 'succeeded' AND r.origin = 'verified') OR (a.run_id, a.idx) <> (r.run_id, r.idx)",
    "has a result that was neither proven nor accepted": "SELECT run_id, idx FROM results LEFT JOIN rulings d USING (run_id, idx)"
    " WHERE CASE origin WHEN 'accepted' THEN d.kind IS NOT 'accepted' ELSE proof = '{}' END",
    "was decided upon by a user and is not so": "SELECT d.run_id, d.idx FROM rulings d JOIN tasks t USING (run_id, idx)"
    " LEFT JOIN results r USING (run_id, idx)"
    " WHERE CASE d.kind WHEN 'accepted' THEN r.origin IS NOT 'accepted' ELSE t.state <> 'invalid' END",
    "in flight without an open attempt": "SELECT t.run_id, t.idx FROM tasks t LEFT JOIN attempts a"
    " ON a.run_id = t.run_id AND a.idx = t.idx AND a.closed_at IS NULL"
    " WHERE t.state IN ('leased', 'submitted') AND a.attempt_id IS NULL",
    "has an open attempt without being in flight": "SELECT a.run_id, a.idx FROM attempts a JOIN tasks t USING (run_id, idx)"
    " WHERE a.closed_at IS NULL AND t.state NOT IN ('leased', 'submitted')",
    "has an open attempt of an older boot": "SELECT a.run_id, a.idx FROM attempts a"
    " WHERE a.closed_at IS NULL AND a.boot <> (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'boot')",
    "has a failed attempt without a failure": "SELECT a.run_id, a.idx FROM attempts a LEFT JOIN failures f USING (attempt_id)"
    " WHERE a.outcome NOT IN ('succeeded', 'interrupted') AND (f.class IS NULL OR f.class <> a.outcome)",
    "has a failure without a failed attempt": "SELECT f.run_id, f.idx FROM failures f JOIN attempts a USING (attempt_id)"
    " WHERE a.outcome IS NOT f.class",
}


def problems(db: Snapshot) -> list[str]:
    """One sentence per broken promise; empty for a sound store. Reads everything: seconds for 100,000 tasks."""
    found = [f"task {row[0]}/{row[1]} {what}" for what, query in _MUST_BE_EMPTY.items() for row in db.execute(query)]
    found.extend(trades.problems(db))
    try:
        folded = fold(_events(db))
    except Contradiction as contradiction:
        return [*found, str(contradiction)]
    stored = {row["run_id"]: row for row in db.execute("SELECT run_id, desired, mode, phase, ended_at FROM runs")}
    if set(stored) != set(folded):
        found.append(f"runs {sorted(set(stored) ^ set(folded))} are in the tables or in the journal only")
    for run_id in stored.keys() & folded.keys():
        row, run = stored[run_id], folded[run_id]
        if (row["desired"], row["phase"]) != (run.desired.value, run.phase.value):
            found.append(f"run {run_id} is {row['desired']}/{row['phase']}, its events make {run.desired.value}/{run.phase.value}")
        if row["mode"] != run.mode.value:
            found.append(f"run {run_id} stops by {row['mode']}, its events make it {run.mode.value}")
        if (row["ended_at"] is not None) != (run.phase in AT_REST):
            found.append(f"run {run_id} is {row['phase']} and ended at {row['ended_at']}")
        found.extend(_tasks_of(db, run_id, run))
    return found


def _tasks_of(db: Snapshot, run_id: str, run: FoldedRun) -> Iterator[str]:
    states = {row["idx"]: TaskState(row["state"]) for row in db.execute("SELECT idx, state FROM tasks WHERE run_id = ?", (run_id,))}
    if states != run.states:
        yield f"run {run_id}: its tasks are not what its events make of them"
    attempts = db.execute("SELECT idx, attempt_id FROM attempts WHERE run_id = ? AND closed_at IS NULL", (run_id,))
    if {row["idx"]: row["attempt_id"] for row in attempts} != run.open_attempts:
        yield f"run {run_id}: its open attempts are not what its events make of them"
    counts = tasks.counts(db, run_id)
    if counts != run.counts():
        yield f"run {run_id}: it counts {counts} where its events make {run.counts()}"
    if derive_phase(run.desired, counts) is not run.phase:
        yield f"run {run_id} is {run.phase.value} where its facts make it {derive_phase(run.desired, counts).value}"


def _events(db: Snapshot) -> Iterator[Event]:
    after = 0
    while batch := journal.read(db, after, run_id=None, limit=_BATCH):
        yield from batch
        after = batch[-1].seq
