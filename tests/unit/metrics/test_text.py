"""The text format, against the one that prometheus_client writes."""

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics import text
from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.families import by
from oodaemon.metrics.scrape import RunStatistics, ServiceCalls
from oodaemon.metrics.text import Writer, number, render
from oodaemon.model.runs import TaskCounts
from tests.unit.metrics.test_collector import STORE, a_scrape

METHODS = [("unary", "oodaemon.api.v1.RunService", name) for name in ("GetRun", "ListRuns")]
CALLS = ServiceCalls(
    started=dict.fromkeys(METHODS, 2_000_000),
    handled={(method, code): 1 for method in METHODS for code in ("OK", "UNKNOWN")},
    durations={method: HistogramStatistics((0.005, 2.5), (1, 0, 4), 0.1 + 0.2) for method in METHODS},
)


ODD = 'a "quoted" \\ name\nof two lines, ünïcode'
RUNS = (
    RunStatistics(name=ODD, progress=1 / 3, counts=TaskCounts(completed=1, pending=2), eta=12_345_678.25, best={"pl": -math.inf}),
    RunStatistics(name="b", progress=1, counts=TaskCounts(), best={"pl": 1e21, "mar": math.nan}, values={("delta", ODD): 1e6}),
)
SCRAPES: list[dict[str, Any]] = [
    {},
    {"runs": RUNS, "fallbacks": {ODD: 3}, "waited": 1e-9},
    {"runs": RUNS[:1], "store": dataclasses.replace(STORE, head=123_456_789), "calls": CALLS},
    {"runs": RUNS[1:], "store": dataclasses.replace(STORE, commit_times=HistogramStatistics((0.5,), (7, 1), 10_000_000.0))},
]


def test_it_is_what_the_library_writes_byte_for_byte_at_every_scrape() -> None:
    """One writer for all of them: what it knows of one scrape does not show in another."""
    writer, registry = Writer(), CollectorRegistry(auto_describe=False)
    scrapes = [a_scrape(**changes) for changes in SCRAPES]
    for now in (*scrapes, *scrapes):
        daemon = DaemonCollector("1.2.3", 3, lambda now=now: now)
        registry.register(daemon)
        assert writer.write(daemon.families()) == generate_latest(registry)
        registry.unregister(daemon)


def test_it_says_what_the_library_says() -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DaemonCollector("1.2.3", 3, a_scrape))
    for collector in (GCCollector, PlatformCollector):
        collector(registry=registry)
    ours, theirs = render(registry.collect()).decode(), generate_latest(registry).decode()
    assert told(ours) == told(theirs)
    comments = [{line for line in written.splitlines() if line.startswith("#")} for written in (ours, theirs)]
    assert comments[0] == comments[1]


def told(written: str) -> set[tuple[str, frozenset[tuple[str, str]], float]]:
    """Every sample but those that change by themselves."""
    return {
        (sample.name, frozenset(sample.labels.items()), sample.value)
        for family in text_string_to_metric_families(written)
        for sample in family.samples
        if not sample.name.startswith("python_gc") and not math.isnan(sample.value)
    }


def test_what_the_library_gathers_is_what_it_writes_byte_for_byte() -> None:
    registry = CollectorRegistry(auto_describe=False)
    PlatformCollector(registry=registry)
    assert render(registry.collect()) == generate_latest(registry)


def test_what_users_name_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST", 10)
    writer = Writer()
    for count in range(100):
        family = by("oodaemon_run_progress_ratio", {f"run {count}": 0.5})
        assert f'{{run="run {count}"}} 0.5\n' in writer.write([family]).decode()
        assert len(writer._fronts) <= 12


def test_a_scrape_of_nothing_is_empty() -> None:
    assert (Writer().write([]), render([])) == (b"", b"")


def test_those_of_the_process_are_there() -> None:
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    assert b"process_start_time_seconds" in render(registry.collect())


@given(st.text(max_size=30))
def test_any_label_comes_back_as_it_was(label: str) -> None:
    family = GaugeMetricFamily("oodaemon_x", "A test.", labels=["run"])
    family.add_metric([label], 1.5)
    (found,) = text_string_to_metric_families(render([family]).decode())
    assert [(sample.labels["run"], sample.value) for sample in found.samples] == [(label, 1.5)]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1, "1.0"), (-2e6, "-2000000.0"), (2e6, "2e+06"), (0.5, "0.5"), (1e-9, "1e-09"), (math.inf, "+Inf"), (-math.inf, "-Inf")],
)
def test_numbers(value: float, written: str) -> None:
    assert number(value) == written
    assert number(math.nan) == "NaN"
