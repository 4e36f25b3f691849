"""The cache: tasks take what the site answered to the same backtest before, instead of being backtested.

Nothing is taken without a policy, for a run or a task that is to be fresh, while what the saved test is now is not known, and
unless everything that decides on the figures is the same; see `model.reuse`.
"""

import datetime
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.model.events import EventType
from oodaemon.model.reuse import JUST_NOW, Look, Policy, Reveal
from oodaemon.model.runs import Wants
from oodaemon.model.tasks import WAITING, Move, TaskState
from oodaemon.model.values import Value
from oodaemon.store import answers, looks, ranges, results, runs, tasks
from oodaemon.store.answers import Answer
from oodaemon.store.transaction import Snapshot, Transaction

REUSED_ONE_BY_ONE = 1000
"""Of so many tasks that take an answer one event each tells; of more, one event without an index and with all of them."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is known of a saved test at a moment, and by which rules it may be taken."""

    policy: Policy
    test_id: str
    look: Look
    reveals: Mapping[str, str]
    now: datetime.datetime

    def answer(
        self, db: Snapshot, values: Mapping[str, Value], wants: Wants, known: Collection[str] | None = None
    ) -> Answer | None:
        """What the site answered to these values; `known` are the keys of all answers, where many values are looked up."""
        basis = self.policy.basis(self.test_id, self.look, values, self.reveals.get)
        if basis is None or (known is not None and basis.key not in known):
            return None
        return answers.find(db, basis, wants, now=self.now, trust=self.policy.trust)

    def keys(self, db: Snapshot) -> set[str]:
        """The keys of all answers about the test as it is."""
        return answers.keys(db, self.policy.scope, self.test_id, self.look.fingerprint)


def reuse(tx: Transaction, run_id: str, first_index: int = 0) -> int:
    """Let the tasks of a run (full id) from an index on that are READY take what is known; how many did.

    To be called in the transaction that adds the tasks, after they were told of. Settles the run. Never asks the site.
    """
    found = _of_run(tx, run_id)
    known = found[0].keys(tx.db) if found else set()
    if found is None or not known:
        return 0
    desk, wants = found
    rows = tx.execute(
        'SELECT idx, "values" FROM tasks INDEXED BY tasks_ready'
        " WHERE run_id = ? AND idx >= ? AND state = 'ready' AND fresh = 0 ORDER BY idx",
        (run_id, first_index),
    ).fetchall()
    taken = [
        (row["idx"], answer) for row in rows if (answer := desk.answer(tx.db, json.loads(row["values"]), wants, known)) is not None
    ]
    _take(tx, run_id, taken)
    return len(taken)


def take(tx: Transaction, run_id: str, index: int) -> bool:
    """Let one task that waits, be it for a retry, take what is known, if anything is. Settles the run."""
    found = _of_run(tx, run_id)
    row = tx.execute('SELECT state, fresh, "values" FROM tasks WHERE run_id = ? AND idx = ?', (run_id, index)).fetchone()
    if found is None or TaskState(row["state"]) not in WAITING or row["fresh"]:
        return False
    answer = found[0].answer(tx.db, json.loads(row["values"]), found[1])
    if answer is not None:
        _take(tx, run_id, [(index, answer)])
    return answer is not None


def note_look(tx: Transaction, policy: Policy, test_id: str, look: Look | None, reveal: Reveal | None = None) -> None:
    """A saved test was looked at, page and panel; None stands for one that cannot be told from others.

    If what was known of it was another thing, or not to be trusted, runs of the test that are to run take what they can at once.
    """
    before = _desk(tx.db, policy, test_id, tx.now)
    looks.note(tx, policy.scope, test_id, look, reveal)
    after = _desk(tx.db, policy, test_id, tx.now)
    if after is not None and (before is None or (before.look, before.reveals) != (after.look, after.reveals)):
        waiting = tx.execute("SELECT run_id FROM runs WHERE test_id = ? AND desired = 'run' AND ended_at IS NULL", (test_id,))
        for row in waiting.fetchall():
            reuse(tx, row["run_id"])


def needs_look(db: Snapshot, policy: Policy, test_id: str, shape: str, now: datetime.datetime) -> bool:
    """True when something is known that a run of the test might take, if only the test were looked at again with such settings."""
    desk = _desk(db, policy, test_id, now, least=datetime.timedelta(0))
    is_known = desk is not None and shape in desk.reveals
    return not is_known and answers.any_of_test(db, policy.scope, test_id, shape)


def hits(
    db: Snapshot, policy: Policy, test_id: str, points: Iterable[Mapping[str, Value]], *, wants: Wants, now: datetime.datetime
) -> list[int]:
    """The places of those points, full sets of values, whose task would take what is known now, if a run had these points.

    Asks nobody and changes nothing. While nothing is known of the test, the points are not even made.
    """
    desk = _desk(db, policy, test_id, now)
    known = desk.keys(db) if desk else set()
    if desk is None or not known:
        return []
    return [place for place, point in enumerate(points) if desk.answer(db, point, wants, known) is not None]


def count(
    db: Snapshot, policy: Policy, test_id: str, points: Iterable[Mapping[str, Value]], *, wants: Wants, now: datetime.datetime
) -> int:
    """How many of some points `hits` names."""
    return len(hits(db, policy, test_id, points, wants=wants, now=now))


def _desk(
    db: Snapshot, policy: Policy, test_id: str, now: datetime.datetime, *, least: datetime.timedelta = JUST_NOW
) -> _Desk | None:
    """None while what the test is now is not known well enough."""
    looked = looks.of_test(db, policy.scope, test_id)
    if looked is None or not policy.trusts(looked.look, looked.at, now, least=least):
        return None
    seen = looks.reveals(db, policy.scope, test_id, looked.look.fingerprint)
    trusted = {shape: digest for shape, (digest, at) in seen.items() if policy.trusts(looked.look, at, now, least=least)}
    return _Desk(policy, test_id, looked.look, trusted, now)


def _of_run(tx: Transaction, run_id: str) -> tuple[_Desk, Wants] | None:
    if tx.policy is None:
        return None
    row = tx.execute("SELECT test_id, fresh, wants_trades, wants_charts FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    desk = None if row["fresh"] else _desk(tx.db, tx.policy, row["test_id"], tx.now)
    return None if desk is None else (desk, Wants(trades=bool(row["wants_trades"]), charts=bool(row["wants_charts"])))


def _take(tx: Transaction, run_id: str, taken: Sequence[tuple[int, Answer]]) -> None:
    for is_refusal, what in ((False, Move.REUSE), (True, Move.REUSE_REFUSAL)):
        same = [(index, answer) for index, answer in taken if answer.is_refusal is is_refusal]
        is_many = len(same) > REUSED_ONE_BY_ONE
        for index, answer in same:
            tasks.change(tx, run_id, index, what)
            tx.execute(
                "INSERT INTO reuses (run_id, idx, attempt_id, reused_at) VALUES (?, ?, ?, ?)",
                (run_id, index, answer.attempt_id, tx.now_text),
            )
            if not is_many:
                _tell(tx, run_id, index, answer)
        if is_many:
            body = {"indexes": ranges.text(index for index, _ in same), "message": f"{len(same)} tasks: {_message(same[0][1])}"}
            runs.report(tx, EventType.TASK_SKIPPED if is_refusal else EventType.TASK_REUSED, run_id, **body)
    if taken:
        runs.settle(tx, run_id)


def _tell(tx: Transaction, run_id: str, index: int, answer: Answer) -> None:
    row = tx.execute('SELECT "values" FROM tasks WHERE run_id = ? AND idx = ?', (run_id, index)).fetchone()
    body: dict[str, object] = {
        "values": json.loads(row["values"]),
        "message": _message(answer),
        "reused_from": {"run_id": answer.run_id, "index": answer.index},
    }
    if not answer.is_refusal:
        body["metrics"] = results.of_attempt(tx.db, answer.attempt_id)
    runs.report(tx, EventType.TASK_SKIPPED if answer.is_refusal else EventType.TASK_REUSED, run_id, index=index, **body)


def _message(answer: Answer) -> str:
    what = "the site refused these values before" if answer.is_refusal else "the result of an earlier run was taken"
    return f"{what} ({answer.run_id}/{answer.index})"
