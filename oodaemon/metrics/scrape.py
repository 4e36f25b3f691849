"""What one scrape shows: records that the parts keep, as they were at one moment."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from oodaemon.actors.tree import ChildSnapshot
from oodaemon.dispatch.pace import PaceStatistics
from oodaemon.dispatch.recycling import ServiceStatistics
from oodaemon.dispatch.tally import TallyStatistics
from oodaemon.histogram import HistogramStatistics
from oodaemon.model.runs import TaskCounts
from oodaemon.store.ledger import StoreStatistics
from oodaemon.store.overview import Overview

AT_REST = PaceStatistics(failures=0, delay=0.0, tokens=0.0, share=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatistics:
    """The policy at one moment: breakers by step, how many conditions of each kind hold, and what blocks the site, by key."""

    pace: PaceStatistics = AT_REST
    turn: float = 0.0
    breakers: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, int] = field(default_factory=dict)
    blocks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatistics:
    """A run as a trader looks at it. `name` is unique among those of a scrape; `eta` is in seconds, None while nobody can tell.

    `values` is the best P/L by parameter and value.
    """

    name: str
    progress: float
    counts: TaskCounts
    eta: float | None = None
    best: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[tuple[str, str], float] = field(default_factory=dict)


Method = tuple[str, str, str]
"""Type, service and name of a method of the service, as go-grpc-prometheus labels it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCalls:
    """Calls of the service: begun by method, ended by method and code, and what they took; open watch streams and their lag."""

    started: Mapping[Method, int] = field(default_factory=dict)
    handled: Mapping[tuple[Method, str], int] = field(default_factory=dict)
    durations: Mapping[Method, HistogramStatistics] = field(default_factory=dict)
    streams: int = 0
    lag: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStatistics:
    """The process and what it stands on: phases of its boot in seconds, gaps of the clock, lateness of its loop, disk, backups."""

    phases: Mapping[str, float] = field(default_factory=dict)
    gaps: int = 0
    gap_seconds: float = 0.0
    lag: HistogramStatistics = field(default_factory=HistogramStatistics)
    disk_free: float = math.nan
    disk_reserved: int = 0
    backed_up_at: datetime.datetime | None = None
    backups_wanted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """Everything one scrape shows, as it was at one moment. `waited` is the longest wait of a run that could go on, in seconds."""

    store: StoreStatistics
    tally: TallyStatistics
    overview: Overview = field(default_factory=Overview)
    children: tuple[ChildSnapshot, ...] = ()
    restarts: Mapping[str, int] = field(default_factory=dict)
    services: Mapping[str, ServiceStatistics] = field(default_factory=dict)
    steps: Mapping[str, HistogramStatistics] = field(default_factory=dict)
    waited: float = 0.0
    runs: tuple[RunStatistics, ...] = ()
    conditions: Mapping[str, int] = field(default_factory=dict)
    site: SiteStatistics = field(default_factory=SiteStatistics)
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    calls: ServiceCalls = field(default_factory=ServiceCalls)
    daemon: DaemonStatistics = field(default_factory=DaemonStatistics)
