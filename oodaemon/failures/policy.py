"""Delay and budget of every class of failure, and the move that follows from them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from oodaemon.clock import MINUTES, SECONDS
from oodaemon.model.tasks import FailureClass, Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`budget`: strikes before the task is held with the next one (None never counts). `delay` .. `delay_cap`: seconds before the
    next try. `by_incarnation`: all strikes by one incarnation of a browser are one. `verdict`: why a task is held, in front of the
    message.
    """

    budget: int | None
    delay: float = 0.0
    delay_cap: float = 0.0
    when_spent: Move = Move.HOLD
    by_incarnation: bool = False
    verdict: str = ""


POLICIES: Mapping[FailureClass, Policy] = {
    FailureClass.TIMING: Policy(budget=6, delay=2 * SECONDS, delay_cap=5 * MINUTES),
    FailureClass.MODAL: Policy(budget=3, delay=30 * SECONDS, delay_cap=30 * SECONDS),
    FailureClass.SESSION: Policy(budget=None),
    FailureClass.BROWSER: Policy(budget=2, by_incarnation=True, verdict="poison: it ended three browsers"),
    FailureClass.SITE_ERROR: Policy(budget=0, when_spent=Move.REFUSE),
    FailureClass.RATE_LIMITED: Policy(budget=None, delay=30 * SECONDS, delay_cap=30 * SECONDS),
    FailureClass.DRIFT: Policy(budget=1, delay=5 * SECONDS, delay_cap=5 * SECONDS),
    FailureClass.MISMATCH: Policy(budget=0),
    FailureClass.INTERRUPTED: Policy(budget=None),
    FailureClass.BUG: Policy(budget=2, delay=5 * SECONDS, delay_cap=5 * SECONDS),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to the task: the move, and the seconds before it may be leased again (0 unless the move is RETRY_LATER)."""

    move: Move
    delay: float = 0.0


def is_counted(failure_class: FailureClass) -> bool:
    """True when a failure of this class is a strike against its task."""
    return POLICIES[failure_class].budget is not None


def decide(failure_class: FailureClass, strikes_before: int, rng: random.Random, asked: float | None = None) -> Decision:
    """The move after one more failure of a class of which the task already had `strikes_before`.

    `asked` is the delay in seconds the site itself asked for, which then takes the place of that of the class.
    A class whose delay and cap differ backs off by capped full jitter in `[delay, delay·2^n]`; one whose cap equals its delay
    waits exactly that.
    """
    policy = POLICIES[failure_class]
    if policy.budget is not None and strikes_before >= policy.budget:
        return Decision(policy.when_spent)
    if asked is not None:
        return Decision(Move.RETRY_LATER, asked)
    if policy.delay == 0:
        return Decision(Move.RETRY_NOW)
    ceiling = min(policy.delay_cap, policy.delay * 2 ** min(strikes_before + 1, 16))
    return Decision(Move.RETRY_LATER, policy.delay if ceiling <= policy.delay else rng.uniform(policy.delay, ceiling))
