"""The text format, against the one that prometheus_client writes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.text import number, render
from tests.unit.metrics.test_collector import a_scrape


def test_it_says_what_the_library_says() -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DaemonCollector("1.2.3", 3, a_scrape))
    for collector in (GCCollector, PlatformCollector):
        collector(registry=registry)
    ours, theirs = render(registry.collect()).decode(), generate_latest(registry).decode()
    assert told(ours) == told(theirs)
    comments = [{line for line in text.splitlines() if line.startswith("#")} for text in (ours, theirs)]
    assert comments[0] == comments[1]


def told(text: str) -> set[tuple[str, frozenset[tuple[str, str]], float]]:
    """Every sample but those that change by themselves."""
    return {
        (sample.name, frozenset(sample.labels.items()), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.startswith("python_gc") and not math.isnan(sample.value)
    }


def test_those_of_the_process_are_there() -> None:
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    assert b"process_start_time_seconds" in render(registry.collect())


@given(st.text(max_size=30))
def test_any_label_comes_back_as_it_was(text: str) -> None:
    family = GaugeMetricFamily("oodaemon_x", "A test.", labels=["run"])
    family.add_metric([text], 1.5)
    (found,) = text_string_to_metric_families(render([family]).decode())
    assert [(sample.labels["run"], sample.value) for sample in found.samples] == [(text, 1.5)]


@pytest.mark.parametrize(("value", "text"), [(1, "1.0"), (0.5, "0.5"), (1e-9, "1e-09"), (math.inf, "+Inf"), (-math.inf, "-Inf")])
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
    assert number(math.nan) == "NaN"
