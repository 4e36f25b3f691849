"""Why does a run not go on? The conditions of a run, computed from facts when somebody asks. Pure."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from oodaemon.clock import SECONDS
from oodaemon.model.runs import Condition, Run, RunPhase, Standing

NO_BROWSER, BUDGET_EXHAUSTED, CONCURRENCY_WAIT = "NoBrowser", "BudgetExhausted", "ConcurrencyWait"
WAITING_FOR_RETRY, RESUMING, PACED, UNEXPLAINED = "WaitingForRetry", "Resuming", "Paced", "Unexplained"
CANNOT_PLAN = "CannotPlan"
KINDS = (NO_BROWSER, BUDGET_EXHAUSTED, CONCURRENCY_WAIT, WAITING_FOR_RETRY, RESUMING, PACED, CANNOT_PLAN, UNEXPLAINED)
"""Of conditions that are computed here; those of the site are its own."""
TO_LOOK_AGAIN = 60 * SECONDS
"""A run that is to go on and had no lease for so long has at least one condition, if need be that there is none."""
WORTH_TELLING = 10 * SECONDS
"""The usual moment between two tasks explains itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsers:
    """How many browsers there should be, how many can take tasks, how many were set aside, and since when none is up."""

    total: int
    up: int
    quarantined: int = 0
    none_since: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the daemon knows at a moment. `limits` are those of runs that come back slowly; `turn` is in how many seconds the next
    Run click may be made (0 or less: now); `clear_since` is when the last obstacle of the site ended or the last browser came up;
    `plans` says of runs whose further tasks cannot be chosen why.
    """

    now: datetime.datetime
    browsers: Browsers
    site: tuple[Condition, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    turn: float = 0.0
    clear_since: datetime.datetime | None = None
    plans: Mapping[str, Condition] = field(default_factory=dict)


def of_site(facts: Facts) -> tuple[Condition, ...]:
    """What is in the way of every run."""
    return (*facts.site, *_browsers(facts))


def of_run(run: Run, facts: Facts) -> tuple[Condition, ...]:
    """What is in the way of a run; nothing for one that is paused, cancelled or at rest, for that is what its phase says.

    What holds for the site is told of every run that is not at rest. That there is no browser, no turn or nothing due is told only
    while none of its tasks is in flight, and a wait that is over within seconds not at all.
    """
    if run.standing is None:
        return ()
    if run.phase is not RunPhase.RUNNING or run.counts.running:
        if run.phase is not RunPhase.RUNNING:
            return facts.site
        return (*_plan(run, facts), *facts.site, *_paced(run, run.standing, facts))
    found = (*_plan(run, facts), *of_site(facts), *_own(run, run.standing, facts))
    since = _free_since(run.standing, facts)
    if not found and run.run_id not in facts.limits and (facts.now - since).total_seconds() >= TO_LOOK_AGAIN:
        return (_unexplained(run.standing, since),)
    return found


def _unexplained(standing: Standing, since: datetime.datetime) -> Condition:
    """For a run with tasks that nothing keeps from being leased, unless their backtests are in flight for another one."""
    if standing.same_test:
        message = f"the backtests that are left are in flight for run {', '.join(standing.same_test)}; their results are waited for"
        return Condition(CONCURRENCY_WAIT, message, since)
    return Condition(UNEXPLAINED, "nothing is known to be in the way; please report this", since)


def _plan(run: Run, facts: Facts) -> tuple[Condition, ...]:
    return (facts.plans[run.run_id],) if run.run_id in facts.plans else ()


def _free_since(standing: Standing, facts: Facts) -> datetime.datetime:
    """Since when a lease could have been had."""
    due = [standing.due_at] if standing.due_at is not None and not standing.ready else []
    return max([standing.moved_at, *due, *([facts.clear_since] if facts.clear_since else [])])


def _browsers(facts: Facts) -> Iterator[Condition]:
    browsers = facts.browsers
    if browsers.up:
        return
    since = browsers.none_since or facts.now
    if browsers.total and browsers.quarantined == browsers.total:
        message = "every browser failed too often and was set aside; each is tried again now and then, `ooctl status` shows why"
        yield Condition(BUDGET_EXHAUSTED, message, since)
    else:
        yield Condition(NO_BROWSER, "no browser is up; `ooctl status` shows why", since)


def _own(run: Run, standing: Standing, facts: Facts) -> Iterator[Condition]:
    due, since = standing.due_at, standing.moved_at
    if not standing.ready and due is not None and (due - facts.now).total_seconds() > 0:
        at = due.strftime("%H:%M:%S")
        yield Condition(WAITING_FOR_RETRY, f"every task that is left failed before and waits; the next is tried at {at} UTC", since)
        return
    busy = sum(count for _, count in standing.others)
    if facts.browsers.up and busy >= facts.browsers.up:
        runs = ", ".join(run_id for run_id, _ in standing.others)
        yield Condition(CONCURRENCY_WAIT, f"all browsers are busy with run {runs}", since)
    yield from _paced(run, standing, facts)


def _paced(run: Run, standing: Standing, facts: Facts) -> Iterator[Condition]:
    limit = facts.limits.get(run.run_id)
    if limit is not None and limit < facts.browsers.up and standing.ready and run.counts.running >= limit:
        message = f"it comes back slowly: at most {limit} at a time for now, all browsers after a minute or five results"
        yield Condition(RESUMING, message, standing.moved_at)
    if facts.turn > WORTH_TELLING:
        yield Condition(PACED, f"politeness: the next backtest may be started in {facts.turn:.0f} s", facts.now)
