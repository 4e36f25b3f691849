"""What people are told of, out of events: each thing once, and its end."""

import datetime

import pytest

from oodaemon.model.events import Event, EventType
from oodaemon.model.notices import Notice, Standing, Topic, step

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)


def event(seq: int, type_: EventType, *, boot: int = 1, run_id: str | None = None, **body: object) -> Event:
    return Event(seq=seq, occurred_at=NOW, boot=boot, type=type_, run_id=run_id, body=body)


def phase(seq: int, value: str, **counts: int) -> Event:
    return event(seq, EventType.RUN_PHASE_CHANGED, run_id="01R", phase=value, counts=counts)


def site(seq: int, kind: str, message: str, *, boot: int = 1) -> Event:
    return event(seq, EventType.SITE_CONDITION_CHANGED, boot=boot, kind=kind, message=message)


def leased(seq: int, *, boot: int = 1) -> Event:
    return event(seq, EventType.TASK_LEASED, boot=boot, run_id="01R")


def told(*events: Event) -> list[Notice]:
    standing, found = Standing(), []
    for each in events:
        standing, new = step(standing, each, "store")
        found += new
    return found


def words(*events: Event) -> list[tuple[Topic, str]]:
    return [(each.topic, each.condition or each.phase) for each in told(*events)]


@pytest.mark.parametrize(
    ("value", "name"), [("completed", "COMPLETED"), ("needs_review", "NEEDS_REVIEW"), ("cancelled", "CANCELLED")]
)
def test_the_end_of_a_run_is_told_with_what_came_of_it(value: str, name: str) -> None:
    (notice,) = told(phase(7, value, completed=3, failed=1, cached=2))
    assert (notice.topic, notice.run_id, notice.phase, notice.notice_id) == (Topic.RUN_ENDED, "01R", name, "store-7")
    assert notice.message == "of 4 backtests 3 completed, 1 failed"
    assert notice.as_record()["text"] == f"{notice.title}: {notice.message}"
    assert notice.as_record()["occurred_at"] == "2026-11-21T12:00:00Z"


@pytest.mark.parametrize("value", ["pending", "running", "pausing", "paused", "cancelling"])
def test_other_phases_are_nobodys_business(value: str) -> None:
    assert told(phase(7, value)) == []


@pytest.mark.parametrize("kind", ["AuthRequired", "SiteBlocked", "DiskLow"])
def test_what_needs_a_person_is_told_when_it_begins_and_when_it_is_over(kind: str) -> None:
    assert words(
        site(1, kind, "why"), site(2, kind, "in other words"), site(3, kind, ""), site(4, kind, ""), site(5, kind, "again")
    ) == [
        (Topic.ATTENTION, kind),
        (Topic.RECOVERED, kind),
        (Topic.ATTENTION, kind),
    ]
    assert told(site(1, kind, "why"))[0].message == "why"


@pytest.mark.parametrize("kind", ["RateLimited", "DaemonDraining", "SiteSlow"])
def test_what_passes_by_itself_is_not_told(kind: str) -> None:
    assert told(site(1, kind, "why"), site(2, kind, "")) == []


def test_an_end_of_something_that_was_not_told_is_not_told() -> None:
    assert told(site(1, "SiteBlocked", "")) == []


def test_a_start_of_the_daemon_repeats_nothing() -> None:
    events = [
        site(1, "AuthRequired", "why"),
        event(2, EventType.DAEMON_STARTED, boot=2, n=2),
        site(3, "AuthRequired", "why", boot=2),
    ]
    assert words(*events) == [(Topic.ATTENTION, "AuthRequired")]
    assert words(*events, site(4, "AuthRequired", "", boot=2))[1:] == [(Topic.RECOVERED, "AuthRequired")]


def test_what_went_away_with_the_daemon_is_over_once_a_task_is_leased() -> None:
    events = [site(1, "AuthRequired", "why"), site(2, "DiskLow", "why"), leased(3), leased(4, boot=2), leased(5, boot=2)]
    assert words(*events[:3]) == [(Topic.ATTENTION, "AuthRequired"), (Topic.ATTENTION, "DiskLow")]
    assert sorted(words(*events)[2:]) == [(Topic.RECOVERED, "AuthRequired"), (Topic.RECOVERED, "DiskLow")]


def test_what_is_seen_again_after_a_start_is_not_over_by_a_lease_of_before() -> None:
    assert words(site(1, "DiskLow", "why"), site(2, "DiskLow", "why", boot=2), leased(3, boot=2)) == [(Topic.ATTENTION, "DiskLow")]


def test_every_notice_has_an_id_of_its_own() -> None:
    found = told(site(1, "AuthRequired", "a"), site(2, "DiskLow", "b"), leased(3, boot=2), phase(4, "completed"))
    assert len({each.notice_id for each in found}) == len(found) == 5
