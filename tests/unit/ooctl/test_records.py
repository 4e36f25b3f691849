import json

from google.protobuf.struct_pb2 import Value

from ooctl.records import event_record, parameter_record, result_record, run_record, saved_test_record, task_record
from ooctl.render.tables import METRICS
from oodaemon.api.v1 import parameters_pb2, runs_pb2, tests_pb2
from tests.unit.ooctl.builders import RUN_ID, a_result, a_run, an_event, phase_event, stamp


def test_a_result_has_exactly_the_promised_fields():
    record = result_record(a_result(0, pl=113.0, cagr=23.25, winners=0))

    assert list(record) == [
        *("task_id", "run_id", "index", "parameters", "status", "attempts", "metrics"),
        *("extra", "config", "trade_count", "derived", "recorded_at", "reason", "origin", "ruling", "reused_from", "part"),
    ]
    assert tuple(record["metrics"]) == METRICS
    assert record["parameters"] == {"delta": 5, "delta.unit": "percent"}
    assert record["status"] == "COMPLETED"
    assert record["extra"] == {"Avg DIT": "3.2"}
    assert record["reason"] == ""


def test_the_columns_of_a_result_are_the_fields_of_the_wire():
    assert tuple(field.name for field in runs_pb2.Metrics.DESCRIPTOR.fields) == METRICS


def test_absent_figures_are_null_and_zero_is_zero():
    metrics = result_record(a_result(0, pl=113.0, mar=1.5, winners=0))["metrics"]

    assert (metrics["pl"], metrics["mar"], metrics["winners"], metrics["cagr"]) == (113, 1.5, 0, None)
    assert isinstance(metrics["pl"], int)


def test_figures_json_cannot_hold_are_null():
    metrics = result_record(a_result(0, pl=float("nan"), mar=float("inf"), cagr=1e21))["metrics"]

    assert (metrics["pl"], metrics["mar"], metrics["cagr"]) == (None, None, 10**21)
    json.dumps(metrics, allow_nan=False)


def test_a_result_without_figures_keeps_all_keys():
    record = result_record(runs_pb2.Result(status=runs_pb2.TASK_STATUS_SKIPPED, reason="refused"))

    assert set(record["metrics"].values()) == {None}
    assert (record["status"], record["recorded_at"], record["reason"]) == ("SKIPPED", None, "refused")


def test_a_run_is_complete_and_in_order():
    run = a_run(runs_pb2.RUN_PHASE_NEEDS_REVIEW)
    run.eta.FromMilliseconds(1500)
    run.median_task_duration.FromSeconds(20)
    run.conditions.add(kind="AuthRequired", message="sign in", since=stamp(1))

    assert run_record(run) == {
        "run_id": RUN_ID,
        "name": "iron fly delta",
        "revision": 4,
        "phase": "NEEDS_REVIEW",
        "test": {"test_id": "abc", "name": "Iron fly", "url": "https://site.test/test/abc"},
        "spec": {
            "sweep": {
                "test": "1",
                "parameter": {
                    "name": "delta",
                    "range": {"start": "5", "end": "15", "step": "5"},
                    "options": {"unit": "percent"},
                },
            },
            "fixed": [],
            "trades": False,
            "charts": False,
            "fresh": False,
            "walk_forward": None,
        },
        "tasks": {
            "total": 3,
            "pending": 3,
            "running": 0,
            "completed": 0,
            "failed": 0,
            "skipped": 0,
            "cancelled": 0,
            "cached": 0,
        },
        "conditions": [{"kind": "AuthRequired", "message": "sign in", "since": "2026-11-21T08:00:01Z"}],
        "created_at": "2026-11-21T08:00:00Z",
        "ended_at": None,
        "median_task_seconds": 20,
        "eta_seconds": 1.5,
        "stop_mode": None,
        "growing": False,
        "planned_tasks": None,
        "stage": "",
    }
    assert list(run_record(run)) == [
        *("run_id", "name", "revision", "phase", "test", "spec", "tasks", "conditions"),
        *("created_at", "ended_at", "median_task_seconds", "eta_seconds", "stop_mode"),
        *("growing", "planned_tasks", "stage"),
    ]


def test_a_run_that_grows_says_where_it_stands_and_how_far_it_may_go():
    run = a_run()
    run.growing, run.planned_tasks, run.stage = True, 40, "stage 2 of 3: delta"
    record = run_record(run)
    assert (record["growing"], record["planned_tasks"], record["stage"]) == (True, 40, "stage 2 of 3: delta")


def test_a_list_of_values_and_an_unknown_spec():
    run = a_run()
    run.spec.sweep.parameter.list.values.extend(["5", "7.5"])

    assert run_record(run)["spec"]["sweep"]["parameter"]["list"] == {"values": ["5", "7.5"]}
    assert run_record(runs_pb2.Run())["spec"] == {}


def test_values_of_every_kind():
    task = runs_pb2.Task(status=runs_pb2.TASK_STATUS_PENDING, not_before=stamp(0.25))
    task.parameters["a"].CopyFrom(Value(number_value=0.5))
    task.parameters["b"].CopyFrom(Value(bool_value=True))
    task.parameters["c"].CopyFrom(Value(null_value=0))
    task.parameters["d"].CopyFrom(Value(string_value="09:45"))
    record = task_record(task)

    assert record["parameters"] == {"a": 0.5, "b": True, "c": None, "d": "09:45"}
    assert record["not_before"] == "2026-11-21T08:00:00.250Z"
    assert record["last_failure"] is None


def test_a_failed_task_shows_its_failure():
    task = runs_pb2.Task(index=2, status=runs_pb2.TASK_STATUS_FAILED)
    task.last_failure.CopyFrom(
        runs_pb2.Failure(attempt_id=7, failure_class=runs_pb2.FAILURE_CLASS_MISMATCH, message="no proof", failed_at=stamp())
    )

    assert task_record(task)["last_failure"] == {
        "attempt_id": 7,
        "failure_class": "MISMATCH",
        "message": "no proof",
        "failed_at": "2026-11-21T08:00:00Z",
    }


def test_an_event_says_null_for_what_it_does_not_carry():
    record = event_record(phase_event(9, runs_pb2.RUN_PHASE_COMPLETED))

    assert (record["seq"], record["type"], record["phase"]) == (9, "RUN_PHASE_CHANGED", "COMPLETED")
    assert (record["task_index"], record["attempt_id"], record["failure_class"], record["metrics"]) == (None,) * 4


def test_task_zero_is_not_taken_for_no_task():
    record = event_record(an_event(3, task=0))

    assert record["task_index"] == 0
    assert record["metrics"]["winners"] == 0


def test_a_value_of_a_newer_daemon_keeps_its_number():
    assert event_record(runs_pb2.Event(type=99))["type"] == "UNKNOWN_99"


def test_saved_tests_are_flat():
    saved = tests_pb2.SavedTest(number=2, last_seen_at=stamp())
    saved.test.CopyFrom(runs_pb2.TestSummary(test_id="abc", name="n", url="u"))

    assert saved_test_record(saved) == {
        "number": 2,
        "test_id": "abc",
        "name": "n",
        "url": "u",
        "last_used_at": None,
        "last_seen_at": "2026-11-21T08:00:00Z",
    }


def test_a_parameter_has_its_schema():
    parameter = parameters_pb2.Parameter(name="delta")
    parameter.value.CopyFrom(parameters_pb2.Field(name="value", kind=parameters_pb2.FIELD_KIND_INT, maximum="100"))
    parameter.options.add(name="unit", kind=parameters_pb2.FIELD_KIND_CHOICE, choices=["a", "b"])
    record = parameter_record(parameter)

    assert (record["value"]["kind"], record["value"]["maximum"]) == ("INT", "100")
    assert record["options"][0]["choices"] == ["a", "b"]
