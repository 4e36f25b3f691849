"""What is exported, read from the statistics of the parts at every scrape."""

import platform
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from oodaemon.actors.states import ChildState
from oodaemon.metrics import site, work
from oodaemon.metrics.families import Family, by, histogram, histograms, value, values
from oodaemon.metrics.scrape import DaemonStatistics, Scrape, ServiceCalls
from oodaemon.model.events import EventType
from oodaemon.model.tasks import FailureClass
from oodaemon.store.ledger import StoreStatistics

BROWSER = "browser/"
KERNEL = ("start", "returned", "unkillable")
"""Classes of failures that supervision finds by itself."""


class DaemonCollector(Collector):
    """Turns a scrape into metrics. Every label value exists from the start, so that rates see a zero."""

    def __init__(self, version: str, boot: int, take: Callable[[], Scrape]) -> None:
        self._version, self._boot, self._take = version, boot, take

    def collect(self) -> Iterator[Metric]:
        """One scrape for prometheus_client."""
        return (family.metric() for family in self.families())

    def families(self) -> Iterator[Family]:
        """One scrape; called in a thread of the metrics server."""
        now = self._take()
        yield values("oodaemon_build_info", {(self._version, platform.python_version()): 1})
        yield value("oodaemon_boot", self._boot)
        yield from _daemon(now.daemon)
        yield value("oodaemon_leftover_processes", now.overview.leftovers)
        yield by("oodaemon_events_total", {event.value: now.store.events.get(event, 0) for event in EventType})
        yield from _actors(now)
        yield from _browsers(now)
        yield from work.families(now)
        yield from site.families(now.site)
        yield by("oodaemon_locator_fallbacks_total", now.fallbacks)
        yield from _store(now.store)
        yield value("oodaemon_evidence_bytes", now.overview.evidence_bytes)
        yield from _backups(now.daemon)
        yield from _calls(now.calls)


def _daemon(daemon: DaemonStatistics) -> Iterator[Family]:
    yield by("oodaemon_boot_phase_seconds", daemon.phases)
    yield histogram("oodaemon_scheduler_lag_seconds", daemon.lag)
    yield value("oodaemon_clock_gaps_total", daemon.gaps)
    yield value("oodaemon_clock_gap_seconds_total", daemon.gap_seconds)
    yield value("oodaemon_disk_free_bytes", daemon.disk_free)
    yield value("oodaemon_disk_reserved_bytes", daemon.disk_reserved)


def _backups(daemon: DaemonStatistics) -> Iterator[Family]:
    newest = daemon.backed_up_at
    yield value("oodaemon_backup_newest_timestamp_seconds", newest.timestamp() if newest else 0)
    yield value("oodaemon_backups_wanted", daemon.backups_wanted)


def _actors(now: Scrape) -> Iterator[Family]:
    states = Counter(child.state for child in now.children)
    yield by("oodaemon_actors", {state.value.lower(): states.get(state, 0) for state in ChildState})
    each = {(child.path, state.value.lower()): float(child.state is state) for child in now.children for state in ChildState}
    yield values("oodaemon_actor_state", each)
    yield by("oodaemon_actor_starts_total", {child.path: child.incarnation for child in now.children})
    restarts = Counter(dict.fromkeys((*FailureClass, *KERNEL), 0))
    for name, count in now.restarts.items():
        restarts[name.lower()] += count
    yield by("oodaemon_actor_restarts_total", {name: restarts[name] for name in sorted(restarts)})
    used = {(child.path, "burst"): child.burst_used for child in now.children}
    used |= {(child.path, "sustained"): child.sustained_used for child in now.children}
    yield values("oodaemon_actor_budget_used", used)


def _browsers(now: Scrape) -> Iterator[Family]:
    found = [child for child in now.children if BROWSER in child.path]
    states = Counter(child.state for child in found)
    yield by("oodaemon_browsers", {state.value.lower(): states.get(state, 0) for state in ChildState})
    slots = {child.path.rpartition("/")[2]: now.services.get(child.path) for child in found}
    yield by("oodaemon_browser_age_seconds", {slot: service.age if service else 0 for slot, service in slots.items()})
    yield by("oodaemon_browser_resident_bytes", {slot: service.resident if service else 0 for slot, service in slots.items()})


def _store(store: StoreStatistics) -> Iterator[Family]:
    yield histogram("oodaemon_store_commit_seconds", store.commit_times)
    yield value("oodaemon_store_bytes", store.database_bytes)
    yield value("oodaemon_store_wal_bytes", store.wal_bytes)
    yield value("oodaemon_journal_head", store.head)


def _calls(calls: ServiceCalls) -> Iterator[Family]:
    yield value("oodaemon_watch_streams", calls.streams)
    yield value("oodaemon_watch_lag_events", calls.lag)
    yield values("grpc_server_started_total", dict(calls.started))
    yield values("grpc_server_handled_total", {(*method, code): n for (method, code), n in calls.handled.items()})
    yield histograms("grpc_server_handling_seconds", calls.durations.items())
