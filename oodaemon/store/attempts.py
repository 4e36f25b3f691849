"""Attempts: a leased task is announced to the site, and ends in a result, a failure, or at no cost."""

import datetime

from oodaemon import clock
from oodaemon.failures import facts
from oodaemon.failures.policy import POLICIES, Decision, decide, is_counted
from oodaemon.model.events import EventType
from oodaemon.model.reuse import Basis
from oodaemon.model.runs import AT_REST, Author, Desired
from oodaemon.model.tasks import NOTHING_KEPT, FailureClass, Figures, Kept, Move, Origin, Token, Verdict
from oodaemon.store import answers, clocks, holding, late, runs, tasks
from oodaemon.store.holding import Held
from oodaemon.store.transaction import Snapshot, Transaction

StaleToken = holding.StaleToken

SUCCEEDED = "succeeded"
"""The outcome of an attempt that recorded a result; every other outcome is a FailureClass."""

MESSAGE_LIMIT = 1000
"""Characters kept of the message of a failure, so that a page of tasks fits in a reply."""

_EVENTS = {
    Move.RETRY_NOW: EventType.TASK_RETRY_SCHEDULED,
    Move.RETRY_LATER: EventType.TASK_RETRY_SCHEDULED,
    Move.HOLD: EventType.TASK_FAILED,
    Move.REFUSE: EventType.TASK_SKIPPED,
    Move.CANCEL: EventType.TASK_CANCELLED,
}


def strikes(tx: Transaction, run_id: str, index: int, *, besides: Token | None = None) -> dict[FailureClass, int]:
    """The counted failures of a task by class since a user last had it tried again; where the policy says so, the distinct
    incarnations of browsers that failed.

    `besides` leaves out those incarnations that are the one of this token: it cannot count twice.
    """
    this = (besides.boot, besides.actor, besides.incarnation) if besides else (None, None, None)
    rows = tx.execute(
        "SELECT outcome, count(*) AS n, count(DISTINCT CASE WHEN (boot, actor, incarnation) IS NOT (?, ?, ?)"
        " THEN boot || '/' || incarnation || '/' || actor END) AS incarnations"
        " FROM attempts JOIN tasks t USING (run_id, idx) WHERE run_id = ? AND idx = ? AND attempt_id > t.forgiven_before"
        " GROUP BY outcome",
        (*this, run_id, index),
    )
    found = {FailureClass(row["outcome"]): row for row in rows if row["outcome"] not in (None, SUCCEEDED)}
    counted = {kind: row for kind, row in found.items() if is_counted(kind)}
    return {kind: row["incarnations"] if POLICIES[kind].by_incarnation else row["n"] for kind, row in counted.items()}


def in_flight(db: Snapshot) -> int:
    """How many attempts are open."""
    count: int = db.execute("SELECT count(*) FROM attempts WHERE closed_at IS NULL").fetchone()[0]
    return count


def latest_clicks(db: Snapshot) -> list[datetime.datetime]:
    """When the Run button was last pressed, by the intents of the newest thousand attempts, whatever their boot."""
    rows = db.execute(
        "SELECT submitted_at FROM (SELECT submitted_at FROM attempts ORDER BY attempt_id DESC LIMIT 1000)"
        " WHERE submitted_at IS NOT NULL"
    )
    return [clock.from_text(row["submitted_at"]) for row in rows]


def limited_until(db: Snapshot) -> datetime.datetime | None:
    """When the last of the tasks that wait because the site asked to slow down is due; None when none does. May be in the past."""
    row = db.execute(
        "SELECT max(t.not_before) AS due FROM tasks t JOIN failures f USING (run_id, idx)"  # noqa: S608 - constants only
        f" WHERE t.state = 'retry_wait' AND f.attempt_id = {tasks.LAST_FAILURE} AND f.class = ?",
        (FailureClass.RATE_LIMITED.value,),
    ).fetchone()
    return clock.from_text(row["due"]) if row["due"] else None


def give_back(tx: Transaction, token: Token) -> bool:
    """If the run is not to run any more, end a lease before the site was asked, at no cost: True. Raises StaleToken."""
    current = holding.current(tx, token)
    if current.desired is Desired.RUN:
        return False
    _interrupt(tx, current, "the run was paused or cancelled before the site was asked")
    return True


def intent(tx: Transaction, token: Token) -> bool:
    """Record that the Run button is about to be pressed; False says: do not press it, the lease is over.

    False comes when the run is not to run any more; the attempt is then closed at no cost. Raises StaleToken.
    """
    if give_back(tx, token):
        return False
    current = holding.current(tx, token)
    tasks.change(tx, current.run_id, current.index, Move.INTENT)
    tx.execute("UPDATE attempts SET submitted_at = ? WHERE attempt_id = ?", (tx.now_text, token.attempt_id))
    holding.report(tx, EventType.TASK_SUBMITTED, current)
    runs.settle(tx, current.run_id)
    return True


def succeed(tx: Transaction, token: Token, figures: Figures, kept: Kept = NOTHING_KEPT, *, spared: float = 0.0) -> Verdict:
    """Record the verified figures, and what is kept beside them, and settle the task; whoever holds the result of this call knows
    that it is on disk, once.

    A run that was cancelled meanwhile keeps the result as well: it was in flight, and results stay. A lease that is over does not
    make a verified result worthless: see `late.settle`. Raises StaleToken for an attempt that never was or never asked the site,
    and ValueError without a preceding `intent`, without a proof, or for a figure that is not finite.

    For `spared` seconds it did not keep its browser from other backtests, as they waited or were proven beside each other: these
    are not counted in how long a backtest takes.
    """
    held = holding.known(tx, token)
    if not figures.proof:
        raise ValueError(f"the figures of task {held.run_id}/{held.index} come without a proof")
    if not held.is_open:
        if not held.is_announced:
            raise StaleToken(token)
        return late.settle(tx, held, figures, kept)
    tasks.change(tx, held.run_id, held.index, Move.SUCCEED)
    told = late.keep(tx, held, figures, kept, Origin.VERIFIED)
    holding.close(tx, held, SUCCEEDED, spared=spared)
    holding.report(tx, EventType.TASK_COMPLETED, held, metrics=dict(figures.metrics), **({"message": told} if told else {}))
    runs.settle(tx, held.run_id)
    return Verdict.RECORDED


def fail(tx: Transaction, token: Token, failure_class: FailureClass, message: str, asked: float | None = None) -> Decision:
    """Close the attempt as failed and do with its task what the policy says; return what was done.

    `asked` is the delay in seconds that the site asked for, if it did.

    The task of a run that is being cancelled is cancelled instead of waiting or being held (`Move.CANCEL`); one that the site
    refuses is skipped all the same. Raises StaleToken.
    """
    current = holding.current(tx, token)
    if failure_class is FailureClass.INTERRUPTED:
        return _interrupt(tx, current, message)
    before = strikes(tx, current.run_id, current.index, besides=token).get(failure_class, 0)
    decision = decide(failure_class, before, tx.rng, asked)
    if current.desired is Desired.CANCEL and decision.move is not Move.REFUSE:
        decision = Decision(Move.CANCEL)
    verdict = POLICIES[failure_class].verdict if decision.move is Move.HOLD else ""
    message = _bounded(f"{verdict}; {message}" if verdict else message)
    holding.close(tx, current, failure_class.value)
    tx.execute(
        "INSERT INTO failures (attempt_id, run_id, idx, class, message, failed_at, rules) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (token.attempt_id, current.run_id, current.index, failure_class.value, message, tx.now_text, facts.VERSION),
    )
    _apply(tx, current, decision, failure_class, message)
    return decision


def refuse(tx: Transaction, token: Token, message: str, basis: Basis | None) -> Decision:
    """The site does not take the values of the task: skip it with the reason, and later ones that rest on the same as well.

    Raises StaleToken.
    """
    decision = fail(tx, token, FailureClass.SITE_ERROR, message)
    answers.refuse(tx, token.attempt_id, basis)
    return decision


def refuse_test(tx: Transaction, token: Token, message: str) -> None:
    """The run cannot apply to its test: skip this task with the reason, and burn no other.

    A run without any result is cancelled, for nothing is lost; one that has results is paused, so that it can go on once the test
    is mended. When the run does not run any more (another task found it out first, or a user stopped it), the task is given back
    at no cost. Raises StaleToken.
    """
    current = holding.current(tx, token)
    if current.desired is not Desired.RUN:
        _interrupt(tx, current, message)
        return
    fail(tx, token, FailureClass.SITE_ERROR, message)
    run = runs.get(tx.db, current.run_id)
    if run.phase not in AT_REST:
        desired, advice = (Desired.PAUSE, "resume once the test is changed") if run.counts.completed else (Desired.CANCEL, "")
        reason = "; ".join(filter(None, [_bounded(message), "no other task can do better", advice]))
        runs.set_desired(tx, current.run_id, desired, author=Author(reason=reason))


def release(tx: Transaction, token: Token, reason: str) -> None:
    """Give a task back at no cost: READY again, or CANCELLED when its run is being cancelled. Raises StaleToken."""
    _interrupt(tx, holding.current(tx, token), reason)


def interrupt_orphans(tx: Transaction) -> int:
    """Close every attempt of an older boot at no cost, first thing after a start; return how many there were."""
    found = holding.orphans(tx)
    for held in found:
        _interrupt(tx, held, "the daemon stopped while the task was in flight")
    return len(found)


def _interrupt(tx: Transaction, current: Held, message: str) -> Decision:
    decision = Decision(Move.CANCEL if current.desired is Desired.CANCEL else Move.RETRY_NOW)
    holding.close(tx, current, FailureClass.INTERRUPTED.value)
    _apply(tx, current, decision, FailureClass.INTERRUPTED, _bounded(message))
    return decision


def _apply(tx: Transaction, current: Held, decision: Decision, failure_class: FailureClass, message: str) -> None:
    delay = datetime.timedelta(seconds=decision.delay)
    not_before = clocks.now_of(tx, current.run_id) + delay if decision.move is Move.RETRY_LATER else None
    tasks.change(tx, current.run_id, current.index, decision.move, not_before=not_before)
    is_free = failure_class is FailureClass.INTERRUPTED and decision.move is Move.RETRY_NOW
    event = EventType.TASK_INTERRUPTED if is_free else _EVENTS[decision.move]
    when = {"not_before": clock.to_text(not_before)} if not_before else {}
    holding.report(tx, event, current, failure_class=failure_class.value, message=message, **when)
    runs.settle(tx, current.run_id)


def _bounded(message: str) -> str:
    clean = message.encode("utf-8", "replace").decode()
    return clean if len(clean) <= MESSAGE_LIMIT else clean[: MESSAGE_LIMIT - 1] + "…"
