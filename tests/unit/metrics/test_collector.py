"""What is exported: sound by the rules of the format, complete from the start, and without the names of runs."""

import dataclasses
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from oodaemon.actors.states import ChildState
from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.pace import PaceStatistics
from oodaemon.dispatch.site import DRIFT
from oodaemon.dispatch.tally import BUCKETS, Tally
from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics.catalogue import METRICS, Kind
from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.scrape import RunStatistics, Scrape, ServiceCalls, SiteStatistics
from oodaemon.metrics.text import Writer
from oodaemon.metrics.work import RETRIES, SETTLED
from oodaemon.model.events import EventType
from oodaemon.model.runs import TaskCounts
from oodaemon.model.tasks import MOVES, OPEN_STATES, WAITING, FailureClass, Move, TaskState, TaskStatus
from oodaemon.store.ledger import StoreStatistics
from oodaemon.store.overview import Overview

STORE = StoreStatistics(
    commit_times=HistogramStatistics((0.1, 1.0), (4, 3, 0), 0.5),
    commit_seconds_max=0.3,
    database_bytes=4096,
    wal_bytes=512,
    head=99,
    boot=3,
)


def a_scrape(**changes: Any) -> Scrape:
    return Scrape(**{"tally": Tally().statistics(), "store": STORE, **changes})


def exposed(**changes: Any) -> str:
    return Writer().write(DaemonCollector("1.2.3", 3, lambda: a_scrape(**changes)).families()).decode()


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    return samples(text)[name, frozenset(labels.items())]


def child(path: str, state: ChildState) -> Any:
    return SimpleNamespace(path=path, state=state, incarnation=2, burst_used=1, sustained_used=4)


def test_every_family_has_help_and_type() -> None:
    text = exposed()
    families = list(text_string_to_metric_families(text))
    assert len(families) >= 12
    for family in families:
        assert family.documentation.endswith("."), f"{family.name} has no sentence of help"
        assert family.type in {"gauge", "counter", "histogram"}
        assert family.name.startswith(("oodaemon_", "grpc_server_"))


def test_what_is_exposed_is_the_catalogue() -> None:
    """Also in a scrape of a daemon that did nothing yet: the families are all there."""
    families = {family.name: family for family in text_string_to_metric_families(exposed())}
    assert set(families) == {name.removesuffix("_total") for name in METRICS}
    for name, entry in METRICS.items():
        family = families[name.removesuffix("_total")]
        assert (family.type, family.documentation) == (entry.kind.value, entry.text)
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels in (set(entry.labels), set())


def test_names_follow_the_conventions() -> None:
    for entry in METRICS.values():
        assert entry.name.endswith("_total") == (entry.kind is Kind.COUNTER), entry.name
        assert not entry.name.endswith(("_milliseconds", "_minutes", "_percent", "_kilobytes")), entry.name
        assert entry.text.endswith("."), entry.name
        if entry.kind is Kind.HISTOGRAM:
            assert entry.name.endswith("_seconds")


def test_every_label_value_is_there_from_the_start_with_a_zero() -> None:
    text = exposed()
    for status in TaskStatus:
        assert value(text, "oodaemon_tasks", state=status.value) == 0
    for outcome in ["succeeded", *(c.value for c in FailureClass)]:
        assert value(text, "oodaemon_attempts_total", outcome=outcome) == 0
    for state in ChildState:
        assert value(text, "oodaemon_browsers", state=state.value.lower()) == 0
    for failure_class in ["start", *(c.value for c in FailureClass)]:
        assert value(text, "oodaemon_actor_restarts_total", **{"class": failure_class}) == 0


def test_numbers_are_those_of_the_parts() -> None:
    tally = Tally()
    tally.succeeded(7)
    tally.succeeded(3000)
    tally.failed(FailureClass.TIMING)
    children = (
        child("api", ChildState.UP),
        child("site/oo/driver", ChildState.UP),
        child("site/oo/browser/1", ChildState.UP),
        child("site/oo/browser/2", ChildState.BACKOFF),
    )
    text = exposed(
        overview=Overview(tasks={TaskStatus.COMPLETED: 12}),
        children=children,
        restarts=Counter({"browser": 2, "START": 1}),
        tally=tally.statistics(),
        calls=ServiceCalls(streams=4),
    )
    assert value(text, "oodaemon_tasks", state="completed") == 12
    assert value(text, "oodaemon_browsers", state="up") == 1
    assert value(text, "oodaemon_browsers", state="backoff") == 1
    assert value(text, "oodaemon_attempts_total", outcome="succeeded") == 2
    assert value(text, "oodaemon_attempts_total", outcome="timing") == 1
    assert value(text, "oodaemon_actor_restarts_total", **{"class": "browser"}) == 2
    assert value(text, "oodaemon_actor_restarts_total", **{"class": "start"}) == 1
    assert value(text, "oodaemon_watch_streams") == 4
    assert value(text, "oodaemon_boot") == 3
    assert value(text, "oodaemon_journal_head") == 99
    assert value(text, "oodaemon_store_commit_seconds_count") == 7
    assert value(text, "oodaemon_store_commit_seconds_sum") == 0.5
    assert value(text, "oodaemon_store_commit_seconds_bucket", le="0.1") == 4
    assert value(text, "oodaemon_actor_starts_total", actor="api") == 2
    assert value(text, "oodaemon_actor_budget_used", actor="api", window="sustained") == 4
    assert value(text, "oodaemon_actor_state", actor="site/oo/browser/2", state="backoff") == 1
    assert value(text, "oodaemon_actor_state", actor="site/oo/browser/2", state="up") == 0
    assert value(text, "oodaemon_store_bytes") == 4096
    assert value(text, "oodaemon_store_wal_bytes") == 512


def test_durations_are_a_cumulative_histogram() -> None:
    tally = Tally()
    for seconds in (1, 5, 5.1, 10_000):
        tally.succeeded(seconds)
    text = exposed(tally=tally.statistics())
    name = "oodaemon_task_duration_seconds"
    bounds = [*map(str, BUCKETS), "+Inf"]
    counts = [value(text, f"{name}_bucket", le=bound) for bound in bounds]
    assert counts[:2] == [2, 3], "a bound belongs to its bucket"
    assert counts == sorted(counts)
    assert counts[-1] == value(text, f"{name}_count") == 4
    assert value(text, f"{name}_sum") == pytest.approx(10_011.1)


def test_the_version_is_a_label_of_a_constant() -> None:
    (labels,) = [dict(labels) for (name, labels) in samples(exposed()) if name == "oodaemon_build_info"]
    assert labels["version"] == "1.2.3"
    assert set(labels) == {"version", "python_version"}


def test_labels_are_few_and_never_those_of_a_run() -> None:
    """A label per run would grow without end."""
    text = exposed(children=(child("site/oo/browser/1", ChildState.UP),), restarts=Counter({"browser": 1}))
    names = {label for _, labels in samples(text) for label, _ in labels}
    assert names - {"le"} <= {label for entry in METRICS.values() for label in entry.labels}
    of_runs = {entry.name for entry in METRICS.values() if "run" in entry.labels}
    assert of_runs == {entry.name for entry in METRICS.values() if entry.name.startswith("oodaemon_run_")} - {
        "oodaemon_run_conditions"
    }
    assert not names & {"run_id", "url", "test", "task"}


def test_a_class_the_kernel_found_by_itself_is_told() -> None:
    text = exposed(restarts=Counter({"RETURNED": 3}))
    assert value(text, "oodaemon_actor_restarts_total", **{"class": "returned"}) == 3


def test_no_sample_is_there_twice() -> None:
    """A class the kernel writes in capitals is the same class; two lines for it make a scrape that is refused."""
    text = exposed(restarts=Counter({"BUG": 3, "bug": 2}))
    lines = [line.rsplit(" ", 1)[0] for line in text.splitlines() if not line.startswith("#")]
    assert [line for line, times in Counter(lines).items() if times > 1] == []
    assert value(text, "oodaemon_actor_restarts_total", **{"class": "bug"}) == 5


def test_every_scrape_looks_anew() -> None:
    looks = iter([a_scrape(calls=ServiceCalls(streams=1)), a_scrape(calls=ServiceCalls(streams=2))])
    daemon, writer = DaemonCollector("1", 1, lambda: next(looks)), Writer()
    assert [value(writer.write(daemon.families()).decode(), "oodaemon_watch_streams") for _ in range(2)] == [1, 2]


def test_the_policy_towards_the_site_is_told() -> None:
    at_rest = exposed()
    assert {value(at_rest, "oodaemon_breaker_state", site="oo", step=step) for step in Step} == {0}
    assert value(at_rest, "oodaemon_condition", kind="SiteBlocked") == value(at_rest, "oodaemon_condition", kind="DiskLow") == 0
    site = SiteStatistics(
        pace=PaceStatistics(failures=2, delay=2.0, tokens=7.5, share=0.5),
        breakers={Step.RUN.value: "open", Step.OPEN.value: "half_open"},
        conditions=Counter({"SiteBlocked": 2, "RateLimited": 1}),
        blocks=frozenset({DRIFT}),
    )
    text = exposed(site=site)
    assert value(text, "oodaemon_breaker_state", site="oo", step="run") == 2
    assert value(text, "oodaemon_breaker_state", site="oo", step="open and fill") == 1
    assert value(text, "oodaemon_breaker_state", site="oo", step=Step.KEEP.value) == 0
    assert value(text, "oodaemon_condition", kind="SiteBlocked") == 2
    assert value(text, "oodaemon_condition", kind="RateLimited") == 1
    assert value(text, "oodaemon_site_blocked", cause="drift") == 1
    assert value(text, "oodaemon_site_blocked", cause="breaker") == value(at_rest, "oodaemon_site_blocked", cause="drift") == 0
    assert value(text, "oodaemon_rate_tokens") == 7.5
    assert value(text, "oodaemon_rate_share") == 0.5
    assert value(text, "oodaemon_recent_failures") == 2
    assert value(text, "oodaemon_action_delay_seconds") == 2


def test_runs_that_do_not_go_on_are_counted_by_condition() -> None:
    text = exposed(conditions={"SiteBlocked": 2, "Paced": 1})
    assert value(text, "oodaemon_run_conditions", kind="SiteBlocked") == 2
    assert value(text, "oodaemon_run_conditions", kind="Paced") == 1
    assert value(text, "oodaemon_run_conditions", kind="Unexplained") == 0


def test_a_trader_sees_the_newest_runs_by_name() -> None:
    run = RunStatistics(
        name="Iron Condor sweep",
        progress=0.25,
        counts=TaskCounts(pending=3, completed=1),
        eta=120.0,
        best={"pl": 4200.0},
        values={("profit_target", "40"): 4200.0},
    )
    fresh = RunStatistics(name="fresh", progress=0.0, counts=TaskCounts(pending=2))
    text = exposed(runs=(run, fresh))
    assert value(text, "oodaemon_run_progress_ratio", run="Iron Condor sweep") == 0.25
    assert value(text, "oodaemon_run_tasks", run="Iron Condor sweep", state="pending") == 3
    assert value(text, "oodaemon_run_eta_seconds", run="Iron Condor sweep") == 120
    assert value(text, "oodaemon_run_best", run="Iron Condor sweep", figure="pl") == 4200
    assert value(text, "oodaemon_run_parameter_best", run="Iron Condor sweep", parameter="profit_target", value="40") == 4200
    assert ("oodaemon_run_eta_seconds", frozenset({("run", "fresh")})) not in samples(text), "what nobody knows is not told"


def test_moves_of_tasks_are_told_as_what_they_mean() -> None:
    moves = {Move.SUCCEED: 5, Move.ADOPT: 1, Move.REUSE: 2, Move.HOLD: 3, Move.SKIP: 1, Move.REUSE_REFUSAL: 4, Move.RETRY_LATER: 6}
    text = exposed(store=dataclasses.replace(STORE, moves=moves, events={EventType.DAEMON_STARTED: 1}))
    assert value(text, "oodaemon_tasks_settled_total", outcome="completed") == 6
    assert (
        value(text, "oodaemon_tasks_settled_total", outcome="cached")
        == value(text, "oodaemon_cache_hits_total", kind="result")
        == 2
    )
    assert value(text, "oodaemon_tasks_settled_total", outcome="failed") == 3
    assert value(text, "oodaemon_tasks_settled_total", outcome="skipped") == 5
    assert value(text, "oodaemon_tasks_settled_total", outcome="cancelled") == 0
    assert value(text, "oodaemon_cache_hits_total", kind="refusal") == 4
    assert value(text, "oodaemon_task_retries_total", how="later") == 6
    assert value(text, "oodaemon_events_total", type="daemon_started") == 1


def test_every_move_that_settles_a_task_is_counted() -> None:
    settled = {state for state in TaskState if state not in OPEN_STATES}
    moves = {move for found in SETTLED.values() for move in found}
    assert moves == {move for (_, move), state in MOVES.items() if state in settled}
    assert set(RETRIES.values()) == {move for (_, move), state in MOVES.items() if state in WAITING}


def test_calls_have_the_names_of_go_grpc_prometheus() -> None:
    method = ("server_stream", "oodaemon.api.v1.ExportService", "ExportTrades")
    calls = ServiceCalls(
        started={method: 3},
        handled={(method, "OK"): 2, (method, "NOT_FOUND"): 1},
        durations={method: HistogramStatistics((1.0,), (2, 1), 4.0)},
    )
    text = exposed(calls=calls)
    labels = {"grpc_type": "server_stream", "grpc_service": "oodaemon.api.v1.ExportService", "grpc_method": "ExportTrades"}
    assert value(text, "grpc_server_started_total", **labels) == 3
    assert value(text, "grpc_server_handled_total", grpc_code="NOT_FOUND", **labels) == 1
    assert value(text, "grpc_server_handling_seconds_bucket", le="+Inf", **labels) == 3
    assert value(text, "oodaemon_exports_total", what="trades", outcome="written") == 2
    assert value(text, "oodaemon_exports_total", what="trades", outcome="broken_off") == 1
