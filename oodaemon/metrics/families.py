"""The metrics of a scrape, by the catalogue: one that is not in it cannot be exposed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeVar, cast

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics.catalogue import METRICS, Entry, Kind

Labels = tuple[str, ...]
L = TypeVar("L", bound=Labels)
KINDS: Mapping[Kind, type[GaugeMetricFamily | CounterMetricFamily]] = {
    Kind.GAUGE: GaugeMetricFamily,
    Kind.COUNTER: CounterMetricFamily,
}


@dataclass(frozen=True, slots=True)
class Family:
    """One metric at one moment, by the values of its labels in the order of the catalogue: numbers, or histograms."""

    entry: Entry
    numbers: Mapping[Labels, float] = field(default_factory=dict)
    histograms: Sequence[tuple[Labels, HistogramStatistics]] = ()

    def metric(self) -> Metric:
        """As prometheus_client knows it."""
        entry = self.entry
        if entry.kind is Kind.HISTOGRAM:
            counted = HistogramMetricFamily(entry.name, entry.text, labels=entry.labels)
            for labels, found in self.histograms:
                buckets = [(bound, float(total)) for bound, total in zip(bounds(found), totals(found), strict=True)]
                counted.add_metric(labels, buckets=buckets, sum_value=found.seconds)
            return counted
        family = KINDS[entry.kind](entry.name.removesuffix("_total"), entry.text, labels=entry.labels)
        for labels, number in self.numbers.items():
            family.add_metric(labels, number)
        return family


def bounds(found: HistogramStatistics) -> list[str]:
    """The upper bounds of the buckets as labels."""
    return [*map(str, found.bounds), "+Inf"]


def totals(found: HistogramStatistics) -> list[int]:
    """The counts of the buckets as Prometheus wants them: each with all below it."""
    return list(accumulate(found.counts))


def value(name: str, number: float) -> Family:
    """A gauge or counter without labels."""
    return Family(METRICS[name], {(): number})


def by(name: str, numbers: Mapping[str, float]) -> Family:
    """A gauge or counter with one label."""
    return Family(METRICS[name], {(label,): number for label, number in numbers.items()})


def values(name: str, numbers: Mapping[L, float]) -> Family:
    """A gauge or counter by the values of its labels, in the order of the catalogue."""
    return Family(METRICS[name], cast("Mapping[Labels, float]", numbers))


def histogram(name: str, given: HistogramStatistics) -> Family:
    """A histogram without labels."""
    return histograms(name, [((), given)])


def histograms(name: str, given: Iterable[tuple[Labels, HistogramStatistics]]) -> Family:
    """A histogram by the values of its labels."""
    return Family(METRICS[name], histograms=tuple(given))
