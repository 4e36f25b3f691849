"""Our nouns on the wire: nothing lost, nothing invented, and nothing said that goes without saying."""

import datetime
import json

import pytest
from google.protobuf import json_format

from oodaemon.api.v1 import runs_pb2
from oodaemon.model.events import Cursor, Event, EventType
from oodaemon.model.runs import AT_REST, Condition, Desired, Run, RunPhase, SavedTest, TaskCounts
from oodaemon.model.tasks import METRICS, Failure, FailureClass, Figures, Result, Task, TaskState
from oodaemon.parameters.registry import discover
from oodaemon.plans.outlook import UNKNOWN, Outlook
from oodaemon.rpc import convert
from oodaemon.rpc.convert import Converter

MOMENT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.UTC)
LATER = MOMENT + datetime.timedelta(hours=1)
TEST = SavedTest("aB3d", "Iron condor", "/test/aB3d", MOMENT)
SPEC = {"sweep": {"test": "1", "parameter": {"name": "delta", "range": {"start": "10", "end": "30"}}}}
CONVERTER = Converter("https://optionomega.com", discover([]))
VALUES = {"delta": 12.5, "delta.side": "short_only", "delta.apply_to": "both"}


def a_run(**changes) -> Run:
    plain = {
        "run_id": "01J",
        "name": "sweep",
        "revision": 7,
        "desired": Desired.RUN,
        "phase": RunPhase.RUNNING,
        "test": TEST,
        "spec": json.dumps(SPEC),
        "counts": TaskCounts(pending=5, running=2, completed=4, failed=1, skipped=1, cancelled=1),
        "created_at": MOMENT,
        "ended_at": None,
        "median_task_seconds": None,
    }
    return Run(**{**plain, **changes})


def a_task(**changes) -> Task:
    plain = {
        "run_id": "01J",
        "index": 3,
        "values": VALUES,
        "state": TaskState.READY,
        "attempts": 2,
        "not_before": None,
        "last_failure": None,
    }
    return Task(**{**plain, **changes})


def an_event(kind: EventType = EventType.TASK_LEASED, **changes) -> Event:
    plain = {"seq": 9, "occurred_at": MOMENT, "boot": 1, "type": kind, "run_id": "01J", "index": None, "actor": "", "body": {}}
    return Event(**{**plain, **changes})


def test_a_run_is_all_there() -> None:
    wire = CONVERTER.run(a_run())
    assert (wire.run_id, wire.name, wire.revision) == ("01J", "sweep", 7)
    assert wire.phase == runs_pb2.RUN_PHASE_RUNNING
    assert json_format.MessageToDict(wire.spec) == SPEC
    assert (wire.test.test_id, wire.test.name, wire.test.url) == ("aB3d", "Iron condor", "https://optionomega.com/test/aB3d")
    assert json_format.MessageToDict(wire.tasks) == {
        "total": 14,
        "pending": 5,
        "running": 2,
        "completed": 4,
        "failed": 1,
        "skipped": 1,
        "cancelled": 1,
    }
    assert wire.created_at.ToDatetime(datetime.UTC) == MOMENT
    assert not wire.HasField("ended_at")
    assert not wire.HasField("median_task_duration")
    assert not wire.HasField("eta")


def test_a_run_that_ended_says_when() -> None:
    wire = CONVERTER.run(a_run(phase=RunPhase.COMPLETED, ended_at=LATER))
    assert wire.ended_at.ToDatetime(datetime.UTC) == LATER


def test_the_estimate_is_told_as_it_is() -> None:
    wire = CONVERTER.run(a_run(median_task_seconds=8.5), ahead=Outlook(eta=340.25, next_result=8))
    assert wire.median_task_duration.ToMilliseconds() == 8500
    assert (wire.eta.ToMilliseconds(), wire.next_result_in.ToMilliseconds()) == (340_250, 8000)


def test_what_is_not_known_is_not_told() -> None:
    wire = CONVERTER.run(a_run(median_task_seconds=8.5))
    ahead = CONVERTER.outlook(UNKNOWN, [Condition("SiteBlocked", "no answer", MOMENT)])
    assert not any((wire.HasField("eta"), wire.HasField("next_result_in"), ahead.HasField("eta"), ahead.HasField("next_result_in")))
    assert [condition.kind for condition in ahead.conditions] == ["SiteBlocked"]


@pytest.mark.parametrize("phase", list(RunPhase))
def test_conditions_are_told_of_runs_that_are_not_at_rest(phase: RunPhase) -> None:
    condition = Condition("SiteBlocked", "no answer", MOMENT)
    wire = CONVERTER.run(a_run(phase=phase), conditions=[condition])
    if phase in AT_REST:
        assert not wire.conditions
    else:
        (told,) = wire.conditions
        assert (told.kind, told.message, told.since.ToDatetime(datetime.UTC)) == ("SiteBlocked", "no answer", MOMENT)


def test_every_word_of_ours_has_one_on_the_wire() -> None:
    assert len({convert.phase(phase) for phase in RunPhase} - {0}) == len(RunPhase)
    assert len({convert.failure_class(c) for c in FailureClass} - {0}) == len(FailureClass)
    statuses = {CONVERTER.task(a_task(state=state)).status for state in TaskState}
    assert statuses == set(runs_pb2.TaskStatus.values()) - {0}


OF_NO_RUN = {
    *(EventType.DAEMON_STARTED, EventType.TEST_SEEN, EventType.TEST_RENAMED, EventType.TEST_REMOVED, EventType.LOG_IMPORTED),
    *(EventType.ACTOR_UNKILLABLE, EventType.PROCESSES_REAPED, EventType.DAEMON_CLOCK_GAP),
}


@pytest.mark.parametrize("kind", [kind for kind in EventType if kind not in OF_NO_RUN])
def test_every_event_of_a_run_has_a_name_on_the_wire(kind: EventType) -> None:
    body = {"kind": "SiteBlocked", "message": ""} if kind is EventType.SITE_CONDITION_CHANGED else {}
    wire = CONVERTER.event(an_event(kind, body=body))
    assert runs_pb2.EventType.Name(wire.type) == f"EVENT_TYPE_{kind.name}"


def test_options_that_have_their_default_go_without_saying() -> None:
    values = {name: json_format.MessageToDict(value) for name, value in CONVERTER.values(VALUES).items()}
    assert values == {"delta": 12.5, "delta.side": "short_only"}


def test_what_is_not_known_any_more_is_said() -> None:
    values = {"gone": 1, "gone.unit": "x", "delta.gone": "both"}
    assert {name: json_format.MessageToDict(value) for name, value in CONVERTER.values(values).items()} == values


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "bool_value"), (False, "bool_value"), (0, "number_value"), (1.5, "number_value"), ("09:45", "string_value")],
)
def test_values_keep_their_kind(value: object, kind: str) -> None:
    wire = CONVERTER.values({"x": value})["x"]
    assert wire.WhichOneof("kind") == kind
    assert json_format.MessageToDict(wire) == value


def test_a_task_is_all_there() -> None:
    failure = Failure(11, FailureClass.TIMING, "too slow", MOMENT)
    wire = CONVERTER.task(a_task(state=TaskState.RETRY_WAIT, not_before=LATER, last_failure=failure))
    assert (wire.task_id, wire.run_id, wire.index, wire.attempts) == ("01J/3", "01J", 3, 2)
    assert wire.status == runs_pb2.TASK_STATUS_PENDING
    assert wire.not_before.ToDatetime(datetime.UTC) == LATER
    assert (wire.last_failure.attempt_id, wire.last_failure.message) == (11, "too slow")
    assert wire.last_failure.failure_class == runs_pb2.FAILURE_CLASS_TIMING
    assert wire.last_failure.failed_at.ToDatetime(datetime.UTC) == MOMENT
    assert set(wire.parameters) == {"delta", "delta.side"}
    plain = CONVERTER.task(a_task())
    assert not plain.HasField("not_before")
    assert not plain.HasField("last_failure")


def a_result(figures: Figures | None, **changes) -> Result:
    plain = {
        "run_id": "01J",
        "index": 0,
        "values": VALUES,
        "state": TaskState.SUCCEEDED,
        "attempts": 1,
        "recorded_at": MOMENT,
        "reason": "",
    }
    return Result(figures=figures, **{**plain, **changes})


def test_a_result_has_every_figure() -> None:
    numbers = {name: float(n) for n, name in enumerate(METRICS, start=-3)}
    wire = CONVERTER.result(a_result(Figures(numbers, {"Sharpe": "2.1"}, {"heading": "x"})))
    assert {name: getattr(wire.metrics, name) for name in METRICS} == numbers
    assert all(wire.metrics.HasField(name) for name in METRICS), "zero is a figure"
    assert dict(wire.extra) == {"Sharpe": "2.1"}
    assert wire.status == runs_pb2.TASK_STATUS_COMPLETED
    assert wire.recorded_at.ToDatetime(datetime.UTC) == MOMENT
    assert (wire.task_id, wire.attempts, wire.reason) == ("01J/0", 1, "")


def test_a_figure_the_site_did_not_show_is_absent_and_not_zero() -> None:
    wire = CONVERTER.result(a_result(Figures({"pl": 0.0, "unheard_of": 1.0})))
    assert [name for name in METRICS if wire.metrics.HasField(name)] == ["pl"]


@pytest.mark.parametrize(("state", "status"), [(TaskState.HELD, "FAILED"), (TaskState.INVALID, "SKIPPED")])
def test_a_task_without_figures_says_why(state: TaskState, status: str) -> None:
    wire = CONVERTER.result(a_result(None, state=state, reason="the site says no"))
    assert not wire.HasField("metrics")
    assert (runs_pb2.TaskStatus.Name(wire.status), wire.reason) == (f"TASK_STATUS_{status}", "the site says no")


def test_every_figure_has_a_field_of_its_own() -> None:
    assert set(METRICS) == {field.name for field in runs_pb2.Metrics.DESCRIPTOR.fields}


def test_an_event_of_a_task_is_all_there() -> None:
    body = {
        "values": VALUES,
        "counts": {"pending": 1, "running": 1, "completed": 0, "failed": 0, "skipped": 0, "cancelled": 0},
        "failure_class": "timing",
        "message": "too slow",
    }
    wire = CONVERTER.event(an_event(EventType.TASK_RETRY_SCHEDULED, index=0, attempt_id=5, actor="site/oo/browser/1", body=body))
    assert (wire.seq, wire.run_id, wire.task_index, wire.attempt_id, wire.actor) == (9, "01J", 0, 5, "site/oo/browser/1")
    assert wire.HasField("task_index"), "the first task is a task"
    assert wire.occurred_at.ToDatetime(datetime.UTC) == MOMENT
    assert (wire.message, wire.failure_class) == ("too slow", runs_pb2.FAILURE_CLASS_TIMING)
    assert (wire.tasks.total, wire.tasks.pending) == (2, 1)
    assert set(wire.parameters) == {"delta", "delta.side"}


def test_an_event_of_a_run_is_about_no_task() -> None:
    wire = CONVERTER.event(an_event(EventType.RUN_PHASE_CHANGED, body={"phase": "needs_review"}))
    assert wire.phase == runs_pb2.RUN_PHASE_NEEDS_REVIEW
    assert not wire.HasField("task_index")
    assert not wire.HasField("attempt_id")
    assert not wire.HasField("metrics")
    assert not wire.HasField("tasks")


def test_an_event_says_its_reason_and_its_figures() -> None:
    assert CONVERTER.event(an_event(EventType.RUN_PAUSE_REQUESTED, body={"reason": "lunch"})).message == "lunch"
    completed = CONVERTER.event(an_event(EventType.TASK_COMPLETED, index=1, body={"metrics": {"pl": 0.0}}))
    assert completed.metrics.HasField("pl")
    assert not completed.metrics.HasField("cagr")


@pytest.mark.parametrize(("message", "line"), [("no answer", "SiteBlocked: no answer"), ("", "SiteBlocked: over")])
def test_a_condition_of_the_site_is_an_event_of_no_run(message: str, line: str) -> None:
    wire = CONVERTER.event(
        an_event(EventType.SITE_CONDITION_CHANGED, run_id=None, body={"kind": "SiteBlocked", "message": message})
    )
    assert (wire.run_id, wire.message) == ("", line)


def test_a_saved_test_says_where_and_when() -> None:
    used = SavedTest("aB3d", "Iron condor", "/test/aB3d", MOMENT, LATER)
    wire = CONVERTER.saved_test(3, used)
    assert (wire.number, wire.test.url) == (3, "https://optionomega.com/test/aB3d")
    assert wire.last_seen_at.ToDatetime(datetime.UTC) == MOMENT
    assert wire.last_used_at.ToDatetime(datetime.UTC) == LATER
    assert not CONVERTER.saved_test(1, TEST).HasField("last_used_at")


def test_a_cursor_is_all_there() -> None:
    wire = convert.cursor(Cursor("store", 2, 99))
    assert (wire.store_id, wire.generation, wire.seq) == ("store", 2, 99)


@pytest.mark.parametrize(("seconds", "milliseconds"), [(0, 0), (1.5, 1500), (0.0004, 0), (0.0006, 1), (3600, 3_600_000)])
def test_a_duration_is_exact_to_the_millisecond(seconds: float, milliseconds: int) -> None:
    assert convert.duration(seconds).ToMilliseconds() == milliseconds
