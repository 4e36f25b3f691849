import csv
import io
import json

import pytest

from ooctl.records import (
    daemon_record,
    event_record,
    parameter_record,
    result_record,
    run_record,
    task_record,
)
from ooctl.render import text
from ooctl.render.details import daemon_details, parameter_details, run_details
from ooctl.render.formats import Format, Output
from ooctl.render.progress import BarView
from ooctl.render.tables import METRICS, PARAMETERS, RESULTS, RUNS, TASKS, total_of
from ooctl.render.views import LineView, event_line, state_line
from oodaemon.api.v1 import daemon_pb2, parameters_pb2, runs_pb2
from tests.unit.ooctl.builders import RUN_ID, Stream, a_result, a_run, an_event, counts, phase_event, stamp


def printed(noun, records, format_, *, is_terminal=False, env=None):
    out = Stream(is_terminal=is_terminal)
    Output(out, Stream(), env=env or {}).many(noun, records, format_)
    return out.getvalue()


@pytest.mark.parametrize(
    ("format_", "is_quiet", "records", "said"),
    [
        (Format.TABLE, False, [], "nothing was run yet\n"),
        (Format.WIDE, False, [], "nothing was run yet\n"),
        (Format.TABLE, True, [], ""),
        (Format.JSON, False, [], ""),
        (Format.CSV, False, [], ""),
        (Format.TABLE, False, [run_record(a_run())], ""),
    ],
)
def test_an_empty_table_says_what_to_do_and_not_among_the_data(format_, is_quiet, records, said):
    out, err = Stream(), Stream()
    output = Output(out, err, env={})
    output.is_quiet = is_quiet
    output.many(RUNS, records, format_, empty="nothing was run yet")

    assert err.getvalue() == said
    assert "nothing was run yet" not in out.getvalue()


def results():
    refused = a_result(1)
    refused.status, refused.reason = runs_pb2.TASK_STATUS_SKIPPED, "the site refused 10"
    refused.ClearField("metrics")
    return [result_record(a_result(0, pl=1234.0, cagr=23.3, mar=1.5, winners=7)), result_record(refused)]


@pytest.mark.parametrize(
    ("show", "value", "expected"),
    [
        (text.money, 1234, "$1,234"),
        (text.money, -1234.5, "-$1,234.50"),
        (text.money, -0.001, "$0"),
        (text.money, None, "\N{EN DASH}"),
        (text.percent, 23.3, "23.3%"),
        (text.percent, -12.346, "-12.35%"),
        (text.percent, 0, "0%"),
        (text.number, 1234.5, "1,234.5"),
        (text.number, 100, "100"),
        (text.number, -0.00001, "0"),
        (text.minutes, 93.25, "93.2 min"),
        (text.duration, 0.4, "0 s"),
        (text.duration, 59.6, "1 min"),
        (text.duration, 61, "1 min 1 s"),
        (text.duration, 3600, "1 h"),
        (text.duration, 3 * 86_400 + 7_300, "3 d 2 h"),
        (text.duration, None, "\N{EN DASH}"),
        (text.moment, "2026-11-21T08:00:01.250Z", "2026-11-21T08:00:01Z"),
        (text.plain, True, "on"),
        (text.plain, 1000, "1000"),
        (text.plain, "", "\N{EN DASH}"),
        (text.one_line, "a\nb\x1b[31m\tc", "a b [31m c"),
    ],
)
def test_values_for_people(show, value, expected):
    assert show(value) == expected


def test_the_table_of_results_is_aligned_has_units_and_loses_nothing():
    lines = printed(RESULTS, results(), Format.TABLE).splitlines()

    assert lines[0].split()[:4] == ["#", "delta", "status", "P/L"]
    assert lines[1].split()[:5] == ["0", "5", "COMPLETED", "$1,234", "23.3%"]
    assert lines[2].split()[:4] == ["1", "10", "SKIPPED", "\N{EN DASH}"]
    assert lines[2].endswith("the site refused 10")
    assert lines[0].index("status") == lines[1].index("COMPLETED") == lines[2].index("SKIPPED")


def test_a_wide_cell_is_never_cut():
    run = run_record(a_run())
    run["name"] = "x" * 300

    assert "x" * 300 in printed(RUNS, [run], Format.TABLE)
    assert "x" * 300 in printed(RUNS, [run], Format.TABLE, is_terminal=True)


@pytest.mark.parametrize(
    ("is_terminal", "env", "is_coloured"),
    [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_colour_is_for_terminals_that_want_it(is_terminal, env, is_coloured):
    shown = printed(RUNS, [run_record(a_run())], Format.TABLE, is_terminal=is_terminal, env=env)

    assert ("\x1b[" in shown) is is_coloured


def test_text_of_others_cannot_steer_the_terminal_or_break_a_line():
    run = run_record(a_run())
    run["name"] = "evil\x1b[2J\nname"

    assert printed(RUNS, [run], Format.TABLE).count("\n") == 2
    assert "\x1b" not in printed(RUNS, [run], Format.TABLE)


def test_an_empty_list_still_has_its_header():
    assert printed(RUNS, [], Format.TABLE).split()[:3] == ["run", "name", "phase"]
    assert printed(RUNS, [], Format.JSON) == "[]\n"
    assert printed(RUNS, [], Format.JSONL) == ""
    assert printed(RESULTS, [], Format.CSV).startswith("task_id,run_id,index,status,attempts,pl,")


def test_json_of_a_list_is_an_array_and_of_one_thing_an_object():
    out = Stream()
    Output(out, Stream(), env={}).one(RUNS, run_record(a_run()), Format.JSON)

    assert json.loads(out.getvalue())["run_id"] == RUN_ID
    assert json.loads(printed(RESULTS, results(), Format.JSON)) == results()


def test_json_lines_are_objects_one_by_one():
    lines = printed(RESULTS, results(), Format.JSONL).splitlines()

    assert [json.loads(line) for line in lines] == results()


def test_csv_has_the_parameters_first_and_empty_cells_for_null():
    rows = list(csv.DictReader(io.StringIO(printed(RESULTS, results(), Format.CSV))))

    assert list(rows[0]) == [
        *("delta", "delta.unit", "task_id", "run_id", "index", "status", "attempts"),
        *METRICS,
        *("recorded_at", "reason", "trade_count", "config"),
        *("origin", "ruling_client", "ruling_reason", "ruling_decided_at", "reused_from", "extra_Avg DIT", "part"),
    ]
    assert (rows[0]["delta"], rows[0]["pl"], rows[0]["cagr"], rows[0]["max_drawdown"]) == ("5", "1234", "23.3", "")
    assert (rows[1]["pl"], rows[1]["reason"]) == ("", "the site refused 10")


def test_a_parameter_named_like_a_column_gets_a_column_of_its_own():
    record = results()[0]
    record["parameters"] = {"max_drawdown": 9}
    row = next(csv.DictReader(io.StringIO(printed(RESULTS, [record], Format.CSV))))

    assert (row["parameter_max_drawdown"], row["max_drawdown"]) == ("9", "")


def test_runs_and_tasks_are_flat_in_csv():
    task = runs_pb2.Task(index=1, status=runs_pb2.TASK_STATUS_FAILED)
    task.last_failure.CopyFrom(runs_pb2.Failure(message="a, b", failure_class=runs_pb2.FAILURE_CLASS_TIMING))
    run_row = next(csv.DictReader(io.StringIO(printed(RUNS, [run_record(a_run())], Format.CSV))))
    task_rows = printed(TASKS, [task_record(runs_pb2.Task()), task_record(task)], Format.CSV)
    rows = list(csv.DictReader(io.StringIO(task_rows)))

    assert (run_row["test_id"], run_row["test_name"], run_row["tasks_total"]) == ("abc", "Iron fly", "3")
    assert json.loads(run_row["spec"])["sweep"]["parameter"]["name"] == "delta"
    assert (rows[0]["last_failure_message"], rows[1]["last_failure_message"]) == ("", "a, b")
    assert None not in run_row
    assert run_row["conditions"] == ""


def test_a_line_per_event_is_stable():
    retry = an_event(18, runs_pb2.EVENT_TYPE_TASK_RETRY_SCHEDULED, task=0, done=1)
    retry.failure_class, retry.message = runs_pb2.FAILURE_CLASS_TIMING, "no answer\nin 60 s"
    site = runs_pb2.Event(seq=20, occurred_at=stamp(20.5), type=runs_pb2.EVENT_TYPE_SITE_CONDITION_CHANGED, message="SiteBlocked")

    assert [event_line(event_record(event)) for event in (an_event(17, task=3, done=1), retry, site)] == [
        "2026-11-21T08:00:17Z #17 task 3 completed delta=20 pl=$1,234 cagr=23.3% actor=browser/1 done=1/3",
        "2026-11-21T08:00:18Z #18 task 0 retry scheduled delta=5 class=TIMING done=1/3: no answer in 60 s",
        "2026-11-21T08:00:20Z #20 site condition changed: SiteBlocked",
    ]
    assert event_line(event_record(phase_event(19, runs_pb2.RUN_PHASE_PAUSED))) == (
        "2026-11-21T08:00:19Z #19 run phase changed PAUSED done=0/3"
    )


def test_the_state_of_a_run_names_what_is_in_the_way():
    run = a_run(tasks=counts(12, completed=2, failed=1))
    run.eta.FromSeconds(90)
    run.conditions.add(kind="AuthRequired", message="sign in")

    assert state_line(run_record(run)) == (f"run {RUN_ID} RUNNING 3/12, 1 failed, ETA 1 min 30 s, AuthRequired: sign in")


def test_lines_and_json_go_out_and_the_rest_goes_to_people():
    out, err = Stream(), Stream()
    view = LineView(Output(out, err, env={}), is_json=True)
    view.snapshot(run_record(a_run()))
    view.event(event_record(an_event(17, task=3)))
    view.notice("the daemon is back")

    assert json.loads(out.getvalue()) == event_record(an_event(17, task=3))
    assert err.getvalue() == f"run {RUN_ID} RUNNING 0/3\nthe daemon is back\n"


def bar(*steps) -> str:
    err = Stream(is_terminal=True)
    with BarView(Output(Stream(is_terminal=True), err, env={"NO_COLOR": "1"})) as view:
        for step in steps:
            step(view)
    return err.getvalue()


def test_the_bar_says_how_long_the_daemon_thinks_it_takes_and_nothing_when_it_does_not_know():
    run = a_run(tasks=counts(10, completed=1))
    run.eta.FromSeconds(500)
    known, gone = run_record(run), {**run_record(run), "eta_seconds": None}
    later = {**known, "eta_seconds": 70, "tasks": {**known["tasks"], "completed": 3}}

    assert "ETA 8 min 20 s" in bar(lambda view: view.snapshot(known))
    assert "3/10, ETA 1 min 10 s" in bar(lambda view: view.snapshot(known), lambda view: view.outlook(later))
    assert "ETA" not in bar(lambda view: view.snapshot(gone))


def test_the_bar_of_a_growing_run_counts_what_is_yet_to_come():
    run = a_run(tasks=counts(4))
    run.growing, run.planned_tasks = True, 10
    assert total_of(run_record(run)) == 10
    run.growing = False
    assert total_of(run_record(run)) == 4


def test_a_growing_run_in_words():
    run = a_run()
    run.growing, run.planned_tasks, run.stage = True, 40, "stage 1 of 2: delta"
    lines = list(run_details(run_record(run)))
    assert "stage       stage 1 of 2: delta" in lines
    assert "planned     40 at most; further tasks follow from the results" in lines
    assert ", stage 1 of 2: delta" in state_line(run_record(run))


@pytest.mark.parametrize("is_pipe", [True, False])
def test_the_bar_shows_counts_and_failures_and_lines_only_into_a_pipe(is_pipe):
    out, err = Stream(is_terminal=not is_pipe), Stream(is_terminal=True)
    failure = an_event(5, runs_pb2.EVENT_TYPE_TASK_FAILED, task=1, done=1)
    failure.message = "[red]no proof"
    with BarView(Output(out, err, env={"NO_COLOR": "1"})) as view:
        view.snapshot(run_record(a_run()))
        view.event(event_record(an_event(4, task=0, done=1)))
        view.event(event_record(failure))
        view.notice("the daemon is back")
        view.event(event_record(phase_event(6, runs_pb2.RUN_PHASE_COMPLETED, done=3)))

    assert "3/3" in err.getvalue()
    assert "[red]no proof" in err.getvalue()
    assert "the daemon is back" in err.getvalue()
    assert [line.split()[1] for line in out.getvalue().splitlines()] == (["#4", "#5", "#6"] if is_pipe else [])


def test_the_details_of_a_run():
    run = a_run()
    run.conditions.add(kind="AuthRequired", message="sign in", since=stamp())
    lines = list(run_details(run_record(run)))

    assert "phase       RUNNING" in lines
    assert "tasks       0/3 done (3 pending)" in lines
    assert "values      delta=5..15/5" in lines
    assert "options     unit=percent" in lines
    assert lines[-1] == "condition   AuthRequired: sign in (since 2026-11-21T08:00:00Z)"


def test_the_details_of_the_daemon_show_the_tree():
    status = daemon_pb2.GetStatusResponse(version="0.1.0", boot=3, pid=17, is_draining=True, active_runs=1)
    status.tree.CopyFrom(daemon_pb2.Actor(path="oo", state=daemon_pb2.ACTOR_STATE_UP))
    status.tree.children.add(path="oo/browser/1", state=daemon_pb2.ACTOR_STATE_BACKOFF, restarts=2, detail="died")
    lines = list(daemon_details(daemon_record(status)))

    assert lines[0] == "version     0.1.0, boot 3, process 17"
    assert "draining    yes: nothing new is started" in lines
    assert lines[-2:] == ["  oo UP", "    oo/browser/1 BACKOFF, 2 restarts: died"]


def test_the_details_of_a_parameter_end_with_an_example():
    parameter = parameters_pb2.Parameter(name="delta", description="Delta of the short leg", requires_toggle="use_x")
    parameter.value.CopyFrom(
        parameters_pb2.Field(
            name="value", kind=parameters_pb2.FIELD_KIND_INT, minimum="1", maximum="100", default_step="5", unit="%"
        )
    )
    parameter.options.add(name="side", kind=parameters_pb2.FIELD_KIND_CHOICE, choices=["put", "call"])
    lines = list(parameter_details(parameter_record(parameter)))

    assert "values      int from 1 to 100 in % step 5" in lines
    assert "option      delta.side: choice one of put, call" in lines
    assert lines[-1].endswith("-p delta=1..100/5")
    assert "side" in printed(PARAMETERS, [parameter_record(parameter)], Format.TABLE)
