"""What is exported, read from the statistics of the parts at every scrape."""

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import ChildSnapshot
from oodaemon.dispatch.explain import KINDS
from oodaemon.dispatch.tally import BUCKETS, TallyStatistics
from oodaemon.metrics import policy
from oodaemon.metrics.policy import SiteStatistics
from oodaemon.model.tasks import FailureClass, TaskStatus
from oodaemon.store.ledger import StoreStatistics

BROWSER = "browser/"
OUTCOMES = ("succeeded", *FailureClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """Everything one scrape shows, as it was at one moment."""

    tasks: Mapping[TaskStatus, int]
    children: tuple[ChildSnapshot, ...]
    restarts: Mapping[str, int]
    tally: TallyStatistics
    store: StoreStatistics
    watchers: int
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    site: SiteStatistics = field(default_factory=SiteStatistics)
    conditions: Mapping[str, int] = field(default_factory=dict)


class DaemonCollector(Collector):
    """Turns a scrape into metrics. Every label value exists from the start, so that rates see a zero."""

    def __init__(self, version: str, boot: int, take: Callable[[], Scrape]) -> None:
        self._version, self._boot, self._take = version, boot, take

    def collect(self) -> Iterator[Metric]:
        """One scrape; called in a thread of the metrics server."""
        now = self._take()
        labels = {"version": self._version, "python_version": platform.python_version()}
        build = GaugeMetricFamily("oodaemon_build_info", "Version of the daemon; always 1.", labels=list(labels))
        build.add_metric(list(labels.values()), 1)
        yield build
        yield GaugeMetricFamily("oodaemon_boot", "Number of this start of the daemon.", value=self._boot)
        yield _by_label(
            "oodaemon_tasks", "Tasks of all runs by state.", "state", {s.value: now.tasks.get(s, 0) for s in TaskStatus}
        )
        yield from _attempts(now.tally)
        yield from _actors(now)
        yield from _store(now.store)
        yield GaugeMetricFamily("oodaemon_watch_streams", "Open watch streams.", value=now.watchers)
        yield _fallbacks(now.fallbacks)
        yield from policy.families(now.site)
        text = "Runs that are not at rest and in whose way something is, by the kind of condition."
        conditions: dict[str, float] = {kind: now.conditions.get(kind, 0) for kind in sorted({*KINDS, *now.conditions})}
        yield _by_label("oodaemon_run_conditions", text, "kind", conditions)


def _by_label(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _attempts(tally: TallyStatistics) -> Iterator[Metric]:
    attempts = CounterMetricFamily("oodaemon_attempts", "Attempts of this boot by outcome.", labels=["outcome"])
    for outcome in OUTCOMES:
        attempts.add_metric([outcome], tally.outcomes.get(outcome, 0))
    yield attempts
    total, buckets = 0, []
    for bound, count in zip([*map(str, BUCKETS), "+Inf"], tally.buckets, strict=True):
        total += count
        buckets.append((bound, total))
    duration = HistogramMetricFamily("oodaemon_task_duration_seconds", "From lease to recorded result of successful attempts.")
    duration.add_metric([], buckets=buckets, sum_value=tally.seconds)
    yield duration


def _actors(now: Scrape) -> Iterator[Metric]:
    states = Counter(child.state for child in now.children if BROWSER in child.path)
    yield _by_label(
        "oodaemon_browsers", "Browser actors by state.", "state", {s.value.lower(): states.get(s, 0) for s in ChildState}
    )
    restarts = CounterMetricFamily("oodaemon_actor_restarts", "Failures of supervised actors by class.", labels=["class"])
    counts = Counter(dict.fromkeys((*FailureClass, "start"), 0))
    for name, count in now.restarts.items():
        counts[name.lower()] += count
    for name in sorted(counts):
        restarts.add_metric([name], counts[name])
    yield restarts


def _fallbacks(uses: Mapping[str, int]) -> Metric:
    text = "Uses of an alternative of a locator other than the first: the site is moving. Names are those of the recordings."
    family = CounterMetricFamily("oodaemon_locator_fallbacks", text, labels=["locator"])
    for locator, number in uses.items():
        family.add_metric([locator], number)
    return family


def _store(store: StoreStatistics) -> Iterator[Metric]:
    yield CounterMetricFamily("oodaemon_store_commits", "Transactions committed in this boot.", value=store.commits)
    yield CounterMetricFamily("oodaemon_store_commit_seconds", "Time spent in COMMIT.", value=store.commit_seconds_sum)
    yield GaugeMetricFamily("oodaemon_store_bytes", "Size of the database file.", value=store.database_bytes)
    yield GaugeMetricFamily("oodaemon_store_wal_bytes", "Size of the write-ahead log.", value=store.wal_bytes)
    yield GaugeMetricFamily("oodaemon_journal_head", "Number of the newest event.", value=store.head)
