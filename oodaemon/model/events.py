"""Events: the journal of everything that happened, one row per fact."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class EventType(enum.StrEnum):
    """What happened, in the past tense."""

    DAEMON_STARTED = "daemon_started"
    RUN_SUBMITTED = "run_submitted"
    RUN_PAUSE_REQUESTED = "run_pause_requested"
    RUN_RESUME_REQUESTED = "run_resume_requested"
    RUN_CANCEL_REQUESTED = "run_cancel_requested"
    RUN_PHASE_CHANGED = "run_phase_changed"
    TASK_LEASED = "task_leased"
    TASK_SUBMITTED = "task_submitted"
    TASK_COMPLETED = "task_completed"
    TASK_RETRY_SCHEDULED = "task_retry_scheduled"
    TASK_FAILED = "task_failed"
    TASK_SKIPPED = "task_skipped"
    TASK_INTERRUPTED = "task_interrupted"
    TASK_CANCELLED = "task_cancelled"
    TEST_SEEN = "test_seen"
    TEST_RENAMED = "test_renamed"
    TEST_REMOVED = "test_removed"
    LOG_IMPORTED = "log_imported"
    SITE_CONDITION_CHANGED = "site_condition_changed"
    RUN_COMPACTED = "run_compacted"
    ACTOR_UNKILLABLE = "actor_unkillable"
    PROCESSES_REAPED = "processes_reaped"
    DAEMON_CLOCK_GAP = "daemon_clock_gap"
    TASK_REOPENED = "task_reopened"
    TASK_ACCEPTED = "task_accepted"
    TASK_ADOPTED = "task_adopted"
    TASK_DIVERGED = "task_diverged"
    RUN_EXTENDED = "run_extended"
    TASK_REUSED = "task_reused"


@dataclass(frozen=True, slots=True)
class Event:
    """One committed fact. `body` holds what the type adds (values, metrics, counts, phase, class, message)."""

    seq: int
    occurred_at: datetime.datetime
    boot: int
    type: EventType
    run_id: str | None = None
    index: int | None = None
    attempt_id: int | None = None
    actor: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the journal of one store: events up to and including `seq` are behind it."""

    store_id: str
    generation: int
    seq: int
