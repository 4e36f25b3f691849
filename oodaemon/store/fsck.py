"""A check of a whole store: every promise that its tables and its journal can be held to."""

from collections import Counter
from collections.abc import Iterator, Mapping

from oodaemon.failures import breaker
from oodaemon.failures.policy import is_counted
from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import AT_REST, derive_phase
from oodaemon.model.tasks import FailureClass, TaskState
from oodaemon.store import evidence, tasks, trades, walk
from oodaemon.store.fold import Contradiction, FoldedRun, fold
from oodaemon.store.transaction import Snapshot

_EXCUSABLE = breaker.COUNTED | {FailureClass.DRIFT}
_COUNTED = frozenset(failure_class.value for failure_class in FailureClass if is_counted(failure_class))

_MUST_BE_EMPTY: Mapping[str, str] = {
    "took the result of another task and has none": "SELECT t.run_id, t.idx FROM tasks t LEFT JOIN reuses u USING (run_id, idx)"
    " WHERE t.state = 'cached' AND u.attempt_id IS NULL",
    "took an answer and is not so": "SELECT u.run_id, u.idx FROM reuses u JOIN tasks t USING (run_id, idx)"
    " JOIN answers n USING (attempt_id) WHERE t.state IS NOT CASE n.kind WHEN 'result' THEN 'cached' ELSE 'invalid' END",
    "took an answer about another saved test": "SELECT u.run_id, u.idx FROM reuses u JOIN runs r USING (run_id)"
    " JOIN answers n USING (attempt_id) WHERE n.test_id <> r.test_id",
    "took an answer although it was to be asked anew": "SELECT u.run_id, u.idx FROM reuses u JOIN tasks t USING (run_id, idx)"
    " JOIN runs r USING (run_id) WHERE t.fresh OR r.fresh",
    "answered with a result that is neither recorded nor proven": "SELECT a.run_id, a.idx FROM answers n JOIN attempts a"
    " USING (attempt_id) LEFT JOIN results r USING (attempt_id) LEFT JOIN spares s USING (attempt_id) WHERE n.kind = 'result'"
    " AND (coalesce(r.proof, s.proof, '{}') = '{}' OR r.origin = 'accepted')",
    "answered with a refusal that is none": "SELECT a.run_id, a.idx FROM answers n JOIN attempts a USING (attempt_id)"
    " WHERE n.kind = 'refusal' AND a.outcome IS NOT 'site_error'",
    "has a result beside one of its own": "SELECT s.run_id, s.idx FROM spares s JOIN results r USING (attempt_id)",
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
    "has two open attempts": "SELECT run_id, idx FROM attempts WHERE closed_at IS NULL GROUP BY run_id, idx HAVING count(*) > 1",
    "has other values than an event of it tells": "SELECT DISTINCT e.run_id, e.idx FROM events e JOIN tasks t USING (run_id, idx)"
    """ WHERE json_extract(e.body, '$.values') <> json(t."values")""",
}
"""What no task may be, and which ones are."""

_NEVER: Mapping[str, str] = {
    "run {} is {} and has an open attempt": "SELECT DISTINCT run_id, phase FROM runs JOIN attempts USING (run_id)"
    " WHERE closed_at IS NULL AND phase IN ('paused', 'cancelled', 'completed', 'needs_review')",
    "run {} has {} tasks with indexes up to {}": "SELECT run_id, count(*), max(idx) FROM tasks GROUP BY run_id"
    " HAVING count(*) <> max(idx) + 1 OR min(idx) <> 0",
    "run {} has {} tasks where it was to have {} at most": "SELECT r.run_id, sum(t.tasks), r.planned FROM runs r JOIN tallies t"
    " USING (run_id) WHERE r.planned IS NOT NULL GROUP BY r.run_id HAVING sum(t.tasks) > r.planned",
    "run {} has no part for its first task, but one from {} on": "SELECT run_id, min(first_idx) FROM parts GROUP BY run_id"
    " HAVING min(first_idx) <> 0",
    "event {} comes after the newest number {} that was given": "SELECT max(e.seq), s.seq FROM events e,"
    " sqlite_sequence s WHERE s.name = 'events' GROUP BY s.name HAVING max(e.seq) > s.seq",
    "attempt {} comes after the newest number {} that was given": "SELECT max(attempt_id), s.seq FROM attempts,"
    " sqlite_sequence s WHERE s.name = 'attempts' GROUP BY s.name HAVING max(attempt_id) > s.seq",
    "request {} has no digest of its content": "SELECT request_id FROM requests WHERE digest = ''",
    "the events of {} up to {} were compacted, and nothing tells what they made of it": "SELECT scope, last_seq FROM compactions c"
    " WHERE scope <> '' AND NOT EXISTS (SELECT 1 FROM events e WHERE e.run_id = c.scope AND e.type = 'run_compacted'"
    " AND e.seq > c.last_seq AND json_extract(e.body, '$.last_seq') = c.last_seq)",
    "the store has no {}": "SELECT key FROM (SELECT 'store_id' AS key UNION ALL SELECT 'generation' UNION ALL SELECT 'boot')"
    " WHERE key NOT IN (SELECT key FROM meta WHERE value NOT IN ('', '0'))",
}
"""Sentences that must not be true, and where they are."""


def problems(db: Snapshot) -> list[str]:
    """One sentence per broken promise; empty for a sound store. Reads everything: seconds for 100,000 tasks."""
    found = [f"task {row[0]}/{row[1]} {what}" for what, query in _MUST_BE_EMPTY.items() for row in db.execute(query)]
    found += [sentence.format(*row) for sentence, query in _NEVER.items() for row in db.execute(query)]
    found.extend(trades.problems(db))
    found.extend(evidence.problems(db))
    try:
        folded = fold(_in_order(walk.events(db), found))
    except (Contradiction, ValueError) as contradiction:
        return [*found, str(contradiction)]
    stored = {row["run_id"]: row for row in db.execute("SELECT run_id, desired, mode, phase, ended_at, growing FROM runs")}
    if set(stored) != set(folded):
        found.append(f"runs {sorted(set(stored) ^ set(folded))} are in the tables or in the journal only")
    for run_id in stored.keys() & folded.keys():
        row, run = stored[run_id], folded[run_id]
        if (row["desired"], row["phase"]) != (run.desired.value, run.phase.value):
            found.append(f"run {run_id} is {row['desired']}/{row['phase']}, its events make {run.desired.value}/{run.phase.value}")
        if row["mode"] != run.mode.value:
            found.append(f"run {run_id} stops by {row['mode']}, its events make it {run.mode.value}")
        if row["growing"] != run.growth.value:
            found.append(f"run {run_id} is {row['growing']}, its events make it {run.growth.value}")
        if (row["ended_at"] is not None) != (run.phase in AT_REST):
            found.append(f"run {run_id} is {row['phase']} and ended at {row['ended_at']}")
        found.extend(_tasks_of(db, run_id, run))
    found.extend(_failures(db, folded))
    return found


def _in_order(events: Iterator[Event], found: list[str]) -> Iterator[Event]:
    """The events, and a sentence for each that is of an older boot than one before it, or starts no newer one."""
    boot = 0
    for event in events:
        if event.boot < boot or (event.type is EventType.DAEMON_STARTED and event.boot == boot):
            found.append(f"event {event.seq} is of boot {event.boot} and comes after one of boot {boot}")
        boot = event.boot
        yield event


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
    if (phase := derive_phase(run.desired, counts, growth=run.growth)) is not run.phase:
        yield f"run {run_id} is {run.phase.value} where its facts make it {phase.value}"


def _failures(db: Snapshot, folded: Mapping[str, FoldedRun]) -> Iterator[str]:
    """Strikes are counted attempts, so those must be the ones that the journal tells of, or fewer, where the site was to blame."""
    told = Counter({(run_id, *key): n for run_id, run in folded.items() for key, n in run.failures.items() if key[1] in _COUNTED})
    kept: Counter[tuple[str, int, str]] = Counter()
    for row in db.execute("SELECT run_id, idx, outcome, count(*) AS n FROM attempts GROUP BY run_id, idx, outcome"):
        if row["outcome"] in _COUNTED:
            kept[row["run_id"], row["idx"], row["outcome"]] = row["n"]
    for run_id, index, name in sorted(told.keys() | kept.keys()):
        had, has = told[run_id, index, name], kept[run_id, index, name]
        if has > had or (has < had and FailureClass(name) not in _EXCUSABLE):
            yield f"task {run_id}/{index} has {has} attempts that ended by {name} where its events tell of {had}"
