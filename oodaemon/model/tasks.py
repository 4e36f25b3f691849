"""Tasks and attempts: their states, the only legal moves between them, and the records that are kept."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from oodaemon.model.config import TestConfig
from oodaemon.model.reuse import Basis
from oodaemon.model.runs import Wants
from oodaemon.model.trades import LogFile
from oodaemon.model.values import Value


class TaskState(enum.StrEnum):
    """Where a task stands, in the daemon's own words."""

    READY = "ready"
    RETRY_WAIT = "retry_wait"
    LEASED = "leased"
    SUBMITTED = "submitted"
    HELD = "held"
    SUCCEEDED = "succeeded"
    CACHED = "cached"
    INVALID = "invalid"
    CANCELLED = "cancelled"


class TaskStatus(enum.StrEnum):
    """Where a task stands, in the public words."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


PUBLIC_STATUS: Mapping[TaskState, TaskStatus] = {
    TaskState.READY: TaskStatus.PENDING,
    TaskState.RETRY_WAIT: TaskStatus.PENDING,
    TaskState.LEASED: TaskStatus.RUNNING,
    TaskState.SUBMITTED: TaskStatus.RUNNING,
    TaskState.HELD: TaskStatus.FAILED,
    TaskState.SUCCEEDED: TaskStatus.COMPLETED,
    TaskState.CACHED: TaskStatus.COMPLETED,
    TaskState.INVALID: TaskStatus.SKIPPED,
    TaskState.CANCELLED: TaskStatus.CANCELLED,
}

OPEN_STATES = frozenset({TaskState.READY, TaskState.RETRY_WAIT, TaskState.LEASED, TaskState.SUBMITTED})
IN_FLIGHT = frozenset({TaskState.LEASED, TaskState.SUBMITTED})
WAITING = frozenset({TaskState.READY, TaskState.RETRY_WAIT})


class Move(enum.StrEnum):
    """What can happen to a task."""

    LEASE = "lease"
    INTENT = "intent"
    SUCCEED = "succeed"
    RETRY_LATER = "retry_later"
    RETRY_NOW = "retry_now"
    HOLD = "hold"
    REFUSE = "refuse"
    EXCUSE = "excuse"
    CANCEL = "cancel"
    REOPEN = "reopen"
    SKIP = "skip"
    ACCEPT = "accept"
    ADOPT = "adopt"
    REUSE = "reuse"
    REUSE_REFUSAL = "reuse_refusal"


MOVES: Mapping[tuple[TaskState, Move], TaskState] = {
    (TaskState.READY, Move.LEASE): TaskState.LEASED,
    (TaskState.RETRY_WAIT, Move.LEASE): TaskState.LEASED,
    (TaskState.LEASED, Move.INTENT): TaskState.SUBMITTED,
    (TaskState.SUBMITTED, Move.SUCCEED): TaskState.SUCCEEDED,
    (TaskState.LEASED, Move.RETRY_LATER): TaskState.RETRY_WAIT,
    (TaskState.SUBMITTED, Move.RETRY_LATER): TaskState.RETRY_WAIT,
    (TaskState.LEASED, Move.RETRY_NOW): TaskState.READY,
    (TaskState.SUBMITTED, Move.RETRY_NOW): TaskState.READY,
    (TaskState.LEASED, Move.HOLD): TaskState.HELD,
    (TaskState.SUBMITTED, Move.HOLD): TaskState.HELD,
    (TaskState.LEASED, Move.REFUSE): TaskState.INVALID,
    (TaskState.SUBMITTED, Move.REFUSE): TaskState.INVALID,
    (TaskState.READY, Move.CANCEL): TaskState.CANCELLED,
    (TaskState.RETRY_WAIT, Move.CANCEL): TaskState.CANCELLED,
    (TaskState.LEASED, Move.CANCEL): TaskState.CANCELLED,
    (TaskState.SUBMITTED, Move.CANCEL): TaskState.CANCELLED,
    (TaskState.HELD, Move.CANCEL): TaskState.CANCELLED,
    (TaskState.RETRY_WAIT, Move.EXCUSE): TaskState.READY,
    (TaskState.HELD, Move.EXCUSE): TaskState.READY,
    (TaskState.HELD, Move.REOPEN): TaskState.READY,
    (TaskState.INVALID, Move.REOPEN): TaskState.READY,
    (TaskState.HELD, Move.SKIP): TaskState.INVALID,
    (TaskState.HELD, Move.ACCEPT): TaskState.SUCCEEDED,
    (TaskState.READY, Move.ADOPT): TaskState.SUCCEEDED,
    (TaskState.RETRY_WAIT, Move.ADOPT): TaskState.SUCCEEDED,
    (TaskState.LEASED, Move.ADOPT): TaskState.SUCCEEDED,
    (TaskState.SUBMITTED, Move.ADOPT): TaskState.SUCCEEDED,
    (TaskState.HELD, Move.ADOPT): TaskState.SUCCEEDED,
    (TaskState.READY, Move.REUSE): TaskState.CACHED,
    (TaskState.RETRY_WAIT, Move.REUSE): TaskState.CACHED,
    (TaskState.READY, Move.REUSE_REFUSAL): TaskState.INVALID,
    (TaskState.RETRY_WAIT, Move.REUSE_REFUSAL): TaskState.INVALID,
}


def move(state: TaskState, what: Move) -> TaskState:
    """The state after a move. Raises ValueError for a move the table does not have."""
    try:
        return MOVES[state, what]
    except KeyError:
        raise ValueError(f"a task that is {state} cannot {what}") from None


class FailureClass(enum.StrEnum):
    """Why an attempt failed, in the public words."""

    TIMING = "timing"
    MODAL = "modal"
    SESSION = "session"
    BROWSER = "browser"
    SITE_ERROR = "site_error"
    RATE_LIMITED = "rate_limited"
    DRIFT = "drift"
    MISMATCH = "mismatch"
    INTERRUPTED = "interrupted"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Token:
    """Proof of a lease: only the holder of the newest one may change its task."""

    attempt_id: int
    boot: int
    actor: str
    incarnation: int


HELD_AT_ONCE = 8
"""So many tasks one browser holds at most: one for each of its pages."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A task handed to a browser: what to run, where, and the token that must come back with the outcome."""

    token: Token
    run_id: str
    index: int
    test_id: str
    test_name: str
    test_path: str
    values: Mapping[str, Value]
    attempt_number: int
    strikes: Mapping[FailureClass, int]
    wants: Wants = field(default_factory=Wants)


METRICS = (
    "pl",
    "cagr",
    "max_drawdown",
    "mar",
    "win_percentage",
    "total_premium",
    "capture_rate",
    "starting_capital",
    "ending_capital",
    "avg_per_trade",
    "avg_winner",
    "avg_loser",
    "max_winner",
    "max_loser",
    "avg_minutes_in_trade",
    "avg_days_in_trade",
    "total_trades",
    "winners",
)
"""Names of the figures, in the order in which people see them; a page shows minutes or days."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a result page shows: numbers by metric (absent where the site shows none), other cards as text, the
    configuration it repeats, and the proof.
    """

    metrics: Mapping[str, float]
    extra: Mapping[str, str] = field(default_factory=dict)
    proof: Mapping[str, object] = field(default_factory=dict)
    config: TestConfig = field(default_factory=TestConfig)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept beside the figures of a result: pictures of its charts as PNG by name, its trade log, and what it rests on.

    `basis` is None for a result that may not stand for any other.
    """

    charts: Mapping[str, bytes] = field(default_factory=dict)
    trade_log: LogFile | None = None
    basis: Basis | None = None


NOTHING_KEPT = Kept()


class Verdict(enum.StrEnum):
    """What became of a verified result.

    RECORDED: it settled its task. ADOPTED: it did so although its lease was over. DUPLICATE: the task has the same result already.
    DIVERGED: it has another one, which stays. REFUSED: the task was settled without a result meanwhile, and stays so.
    """

    RECORDED = "recorded"
    ADOPTED = "adopted"
    DUPLICATE = "duplicate"
    DIVERGED = "diverged"
    REFUSED = "refused"


class Origin(enum.StrEnum):
    """How a result came to be recorded: verified in time, verified but late, accepted by a user without the proof, or verified for
    an earlier task.
    """

    VERIFIED = "verified"
    LATE = "late"
    ACCEPTED = "accepted"
    CACHED = "cached"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a user decided about a task that had failed: who, why, when."""

    client: str
    reason: str
    decided_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """The record of a failed attempt."""

    attempt_id: int
    failure_class: FailureClass
    message: str
    failed_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One backtest of a run as it stands.

    While the clock of its run stands still, a task that waits has `remaining` seconds to wait instead of a time `not_before`.
    """

    run_id: str
    index: int
    values: Mapping[str, Value]
    state: TaskState
    attempts: int
    not_before: datetime.datetime | None
    last_failure: Failure | None
    remaining: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A settled task; `figures` is None unless it succeeded, and then `reason` says why.

    `trade_count` and `derived` are of its trade log, None and empty without one. `ruling` is there when a user accepted or skipped
    the task; only then do figures of the origin ACCEPTED have no proof. `reused_from` is the task, by run and index, that was
    backtested instead of this one; figures, proof, configuration and trade log are then its own. `part` names the part of the run,
    empty without parts.
    """

    run_id: str
    index: int
    values: Mapping[str, Value]
    state: TaskState
    attempts: int
    figures: Figures | None
    recorded_at: datetime.datetime
    reason: str
    trade_count: int | None = None
    derived: Mapping[str, float] = field(default_factory=dict)
    origin: Origin | None = None
    ruling: Ruling | None = None
    part: str = ""
    reused_from: tuple[str, int] | None = None
