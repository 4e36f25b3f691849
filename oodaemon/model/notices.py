"""Notices: what a person wants to be told of, out of the events of the journal. Pure: the same events give the same notices."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import RunPhase, TaskCounts


class Topic(enum.StrEnum):
    """What people choose to be told of."""

    RUN_ENDED = "run_ended"
    ATTENTION = "attention"
    RECOVERED = "recovered"


ENDS = {
    RunPhase.COMPLETED: "is completed",
    RunPhase.NEEDS_REVIEW: "needs review: not every backtest succeeded",
    RunPhase.CANCELLED: "was cancelled",
}
"""Phases in which a run is over, and what is said of it."""
SETTLED = ("completed", "failed", "skipped", "cancelled")
NEEDS = {
    "AuthRequired": "a person has to sign in",
    "SiteBlocked": "the site cannot be used",
    "DiskLow": "the disk is nearly full",
}
"""Conditions of the site that need a person or stop everything, by their kind; the others pass by themselves."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. `notice_id` is the same however often it is sent; `condition` is empty for the end of a run."""

    notice_id: str
    topic: Topic
    occurred_at: datetime.datetime
    title: str
    message: str
    run_id: str = ""
    phase: str = ""
    condition: str = ""

    def as_record(self) -> dict[str, str]:
        """As JSON. `text` is all of it in one line, for receivers that show a text and nothing else."""
        return {
            "id": self.notice_id,
            "topic": self.topic.value,
            "occurred_at": self.occurred_at.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z"),
            "title": self.title,
            "message": self.message,
            "run_id": self.run_id,
            "phase": self.phase,
            "condition": self.condition,
            "text": f"{self.title}: {self.message}" if self.message else self.title,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What was told and not yet taken back: by kind of condition, the boot of the daemon that saw it last."""

    told: Mapping[str, int] = field(default_factory=dict)


def step(standing: Standing, event: Event, store_id: str) -> tuple[Standing, tuple[Notice, ...]]:
    """What one more event means: what stands after it, and what is to be told.

    A condition is told when it begins, not when its words change. Conditions are facts of a living daemon and end with it without a
    word: one that is seen again after a start is not told again, and one that is not is over once a task is leased, which nothing
    but a site in order allows.
    """
    match event.type:
        case EventType.RUN_PHASE_CHANGED:
            ended = _run_ended(event, store_id)
            return standing, (ended,) if ended else ()
        case EventType.SITE_CONDITION_CHANGED:
            return _condition(standing, event, store_id)
        case EventType.TASK_LEASED:
            over = [kind for kind, boot in standing.told.items() if boot < event.boot]
            left = {kind: boot for kind, boot in standing.told.items() if kind not in over}
            return (replace(standing, told=left) if over else standing), tuple(_recovered(event, kind, store_id) for kind in over)
        case _:
            return standing, ()


def _run_ended(event: Event, store_id: str) -> Notice | None:
    phase, counts = RunPhase(event.body["phase"]), TaskCounts(**event.body.get("counts", {}))
    if phase not in ENDS or not event.run_id:
        return None
    told = ", ".join(f"{count} {state}" for state in SETTLED if (count := getattr(counts, state)))
    return Notice(
        notice_id=f"{store_id}-{event.seq}",
        topic=Topic.RUN_ENDED,
        occurred_at=event.occurred_at,
        title=f"Run {event.run_id} {ENDS[phase]}",
        message=f"of {counts.total} backtests {told or 'none was begun'}",
        run_id=event.run_id,
        phase=phase.name,
    )


def _condition(standing: Standing, event: Event, store_id: str) -> tuple[Standing, tuple[Notice, ...]]:
    kind, message = str(event.body.get("kind", "")), str(event.body.get("message", ""))
    if kind not in NEEDS:
        return standing, ()
    was_told = kind in standing.told
    others = {each: boot for each, boot in standing.told.items() if each != kind}
    if not message:
        return replace(standing, told=others), (_recovered(event, kind, store_id),) if was_told else ()
    after = replace(standing, told={**others, kind: event.boot})
    if was_told:
        return after, ()
    begun = Notice(
        notice_id=f"{store_id}-{event.seq}",
        topic=Topic.ATTENTION,
        occurred_at=event.occurred_at,
        title=f"Attention: {NEEDS[kind]}",
        message=message,
        condition=kind,
    )
    return after, (begun,)


def _recovered(event: Event, kind: str, store_id: str) -> Notice:
    return Notice(
        notice_id=f"{store_id}-{event.seq}-{kind}",
        topic=Topic.RECOVERED,
        occurred_at=event.occurred_at,
        title=f"Over: {NEEDS[kind]}",
        message="",
        condition=kind,
    )
