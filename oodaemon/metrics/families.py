"""From numbers to what prometheus_client writes, by the catalogue: a metric that is not in it cannot be exposed."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics.catalogue import METRICS, Kind

Labels = TypeVar("Labels", bound=tuple[str, ...])
KINDS: Mapping[Kind, type[GaugeMetricFamily | CounterMetricFamily]] = {
    Kind.GAUGE: GaugeMetricFamily,
    Kind.COUNTER: CounterMetricFamily,
}


def value(name: str, number: float) -> Metric:
    """A gauge or counter without labels."""
    return values(name, {(): number})


def by(name: str, numbers: Mapping[str, float]) -> Metric:
    """A gauge or counter with one label."""
    return values(name, {(label,): number for label, number in numbers.items()})


def values(name: str, numbers: Mapping[Labels, float]) -> Metric:
    """A gauge or counter by the values of its labels, in the order of the catalogue."""
    entry = METRICS[name]
    family = KINDS[entry.kind](name.removesuffix("_total"), entry.text, labels=entry.labels)
    for labels, number in numbers.items():
        family.add_metric(labels, number)
    return family


def histogram(name: str, given: HistogramStatistics) -> Metric:
    """A histogram without labels."""
    return histograms(name, [((), given)])


def histograms(name: str, given: Iterable[tuple[Labels, HistogramStatistics]]) -> Metric:
    """A histogram by the values of its labels; counts become cumulative, as Prometheus wants them."""
    entry = METRICS[name]
    family = HistogramMetricFamily(name, entry.text, labels=entry.labels)
    for labels, found in given:
        total, buckets = 0, []
        for bound, count in zip([*map(str, found.bounds), "+Inf"], found.counts, strict=True):
            total += count
            buckets.append((bound, float(total)))
        family.add_metric(labels, buckets=buckets, sum_value=found.seconds)
    return family
