"""What is exported: sound by the rules of the format, complete from the start, and without the names of runs."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from oodaemon.actors.states import ChildState
from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.pace import PaceStatistics
from oodaemon.dispatch.tally import BUCKETS, Tally
from oodaemon.metrics.collector import DaemonCollector, Scrape
from oodaemon.metrics.policy import SiteStatistics
from oodaemon.model.tasks import FailureClass, TaskStatus
from oodaemon.store.ledger import StoreStatistics

STORE = StoreStatistics(
    commits=7, commit_seconds_sum=0.5, commit_seconds_max=0.3, database_bytes=4096, wal_bytes=512, head=99, boot=3
)


def a_scrape(**changes: Any) -> Scrape:
    plain = {"tasks": {}, "children": (), "restarts": {}, "tally": Tally().statistics(), "store": STORE, "watchers": 0}
    return Scrape(**{**plain, **changes})


def exposed(**changes: Any) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DaemonCollector("1.2.3", 3, lambda: a_scrape(**changes)))
    return generate_latest(registry).decode()


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    return samples(text)[name, frozenset(labels.items())]


def child(path: str, state: ChildState) -> Any:
    return SimpleNamespace(path=path, state=state)


def test_every_family_has_help_and_type() -> None:
    text = exposed()
    families = list(text_string_to_metric_families(text))
    assert len(families) >= 12
    for family in families:
        assert family.documentation.endswith("."), f"{family.name} has no sentence of help"
        assert family.type in {"gauge", "counter", "histogram"}
        assert family.name.startswith("oodaemon_")


def test_counters_end_in_total() -> None:
    counters = [family for family in text_string_to_metric_families(exposed()) if family.type == "counter"]
    assert {sample.name for family in counters for sample in family.samples} == {
        "oodaemon_attempts_total",
        "oodaemon_actor_restarts_total",
        "oodaemon_store_commits_total",
        "oodaemon_store_commit_seconds_total",
    }


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
        tasks={TaskStatus.COMPLETED: 12},
        children=children,
        restarts=Counter({"browser": 2, "START": 1}),
        tally=tally.statistics(),
        watchers=4,
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
    assert value(text, "oodaemon_store_commits_total") == 7
    assert value(text, "oodaemon_store_commit_seconds_total") == 0.5
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
    assert names == {"version", "python_version", "state", "outcome", "class", "le", "site", "step", "kind"}


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
    looks = iter([a_scrape(watchers=1), a_scrape(watchers=2)])
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DaemonCollector("1", 1, lambda: next(looks)))
    assert [value(generate_latest(registry).decode(), "oodaemon_watch_streams") for _ in range(2)] == [1, 2]


def test_the_policy_towards_the_site_is_told() -> None:
    at_rest = exposed()
    assert {value(at_rest, "oodaemon_breaker_state", site="oo", step=step) for step in Step} == {0}
    assert value(at_rest, "oodaemon_condition", kind="SiteBlocked") == value(at_rest, "oodaemon_condition", kind="DiskLow") == 0
    site = SiteStatistics(
        pace=PaceStatistics(failures=2, delay=2.0, tokens=7.5, share=0.5),
        breakers={Step.RUN.value: "open", Step.OPEN.value: "half_open"},
        conditions=Counter({"SiteBlocked": 2, "RateLimited": 1}),
    )
    text = exposed(site=site)
    assert value(text, "oodaemon_breaker_state", site="oo", step="run") == 2
    assert value(text, "oodaemon_breaker_state", site="oo", step="open and fill") == 1
    assert value(text, "oodaemon_breaker_state", site="oo", step=Step.KEEP.value) == 0
    assert value(text, "oodaemon_condition", kind="SiteBlocked") == 2
    assert value(text, "oodaemon_condition", kind="RateLimited") == 1
    assert value(text, "oodaemon_rate_tokens") == 7.5
    assert value(text, "oodaemon_rate_share") == 0.5
    assert value(text, "oodaemon_recent_failures") == 2
    assert value(text, "oodaemon_action_delay_seconds") == 2


def test_runs_that_do_not_go_on_are_counted_by_condition() -> None:
    text = exposed(conditions={"SiteBlocked": 2, "Paced": 1})
    assert value(text, "oodaemon_run_conditions", kind="SiteBlocked") == 2
    assert value(text, "oodaemon_run_conditions", kind="Paced") == 1
    assert value(text, "oodaemon_run_conditions", kind="Unexplained") == 0
