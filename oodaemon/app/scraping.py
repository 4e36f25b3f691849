"""Gathers what one scrape shows from the statistics of the parts. Costs the same for any number of tasks."""

import datetime
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING

import trio

from oodaemon import __version__, clock
from oodaemon.app.bests import Followed, best_values
from oodaemon.browser import steps
from oodaemon.browser.ledger import LEDGER
from oodaemon.browser.recordings import Recordings
from oodaemon.dispatch.monitor import MEBIBYTE, free_bytes
from oodaemon.histogram import Histogram
from oodaemon.metrics.scrape import DaemonStatistics, RunStatistics, Scrape, ServiceCalls, SiteStatistics
from oodaemon.metrics.server import LAG_BUCKETS, MetricsServer, watch_lag
from oodaemon.model.runs import AT_REST, Run, RunPhase
from oodaemon.store import overview
from oodaemon.store.bests import Bests

if TYPE_CHECKING:
    from oodaemon.app.parts import Parts

LOOKED_AT, SHOWN = 20, 10
"""Newest runs whose conditions are counted, and of those the newest that are shown by name."""
LINGER = datetime.timedelta(minutes=15)
"""A run is shown so long after it came to rest, so that its end is seen."""
NAME, VALUE = 60, 40
"""Characters of the name of a run, and of a value, in a label."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_ID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b", re.IGNORECASE)


def label(text: str, longest: int) -> str:
    """Words of users as the value of a label: one line, bounded, without addresses and ids of runs."""
    plain = _ID.sub("…", _ADDRESS.sub("…", text))
    clean = " ".join("".join(c if c.isprintable() else " " for c in plain.encode("utf-8", "replace").decode()).split())
    return (clean if len(clean) <= longest else clean[: longest - 1] + "…") or "unnamed"


class Names:
    """Labels for runs: their names, told apart where two have the same. A run keeps its label for as long as it is shown."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, runs: Iterable[Run]) -> dict[str, str]:
        """The labels by full id; those of runs that are not among these are free for others."""
        found = {run.run_id: label(run.name, NAME) for run in runs}
        self._given = {run_id: name for run_id, name in self._given.items() if run_id in found}
        taken = set(self._given.values())
        for run_id, name in found.items():
            if run_id not in self._given:
                self._given[run_id] = _free(name, taken)
                taken.add(self._given[run_id])
        return dict(self._given)


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


class Scraping:
    """Knows all parts; keeps nothing but names, of locators and of runs that are shown, and the best figures of these."""

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self._names, self._followed = Names(), Followed(parts.store)
        self._lag = Histogram(*LAG_BUCKETS)
        self._read: Recordings | None = None
        self._named: frozenset[str] = frozenset()

    def server(self) -> MetricsServer | None:
        """The endpoint that serves it; None when the settings want none."""
        address, store = self._parts.settings.http_address, self._parts.store
        if address is None:
            return None
        beside = (partial(watch_lag, self._lag), self._followed.follow)
        return MetricsServer(address=address, version=__version__, boot=store.boot, take=self.take, beside=beside)

    async def take(self) -> Scrape:
        """Everything now, in one short look at the store."""
        parts, now = self._parts, self._parts.desk.now()
        since = clock.to_text(now - LINGER)
        seen = await parts.store.read(overview.look, boot=parts.store.boot, newest=LOOKED_AT, since=since)
        children = tuple(parts.tree.snapshot().walk())
        at = trio.current_time()
        return Scrape(
            store=parts.store.statistics(),
            tally=parts.workshop.tally.statistics(),
            overview=seen,
            children=children,
            restarts=parts.tree.failures,
            services={path: service.statistics(at) for path, service in parts.workshop.services.items()},
            steps={step.value: took for step, took in steps.statistics().items()},
            waited=max((_waited(run, now) for run in seen.newest), default=0.0),
            runs=self._runs(seen.newest[-SHOWN:]),
            conditions=Counter(condition.kind for condition in parts.presence.obstacles(seen.newest)),
            site=self._site(),
            fallbacks=LEDGER.statistics(self._locators()),
            calls=self._calls(),
            daemon=self._daemon(),
        )

    def _locators(self) -> frozenset[str]:
        recordings = self._parts.desk.site.recordings
        if self._read is not recordings:
            self._read, self._named = recordings, recordings.names()
        return self._named

    def _runs(self, runs: tuple[Run, ...]) -> tuple[RunStatistics, ...]:
        names, ahead = self._names.of(runs), self._parts.presence.all_ahead(runs)
        known = self._followed.want([run.run_id for run in runs])
        return tuple(_run(run, names[run.run_id], each.eta, known[run.run_id]) for run, each in zip(runs, ahead, strict=True))

    def _site(self) -> SiteStatistics:
        desk, breakers = self._parts.desk, self._parts.workshop.breakers
        return SiteStatistics(
            pace=desk.pacer.statistics(),
            turn=max(0.0, desk.pacer.until_turn),
            breakers={step.value: state.value for step, state in breakers.states.items()},
            conditions=Counter(condition.kind for condition in desk.conditions.values()),
            blocks=frozenset(desk.conditions),
        )

    def _calls(self) -> ServiceCalls:
        calls, watch = self._parts.server.calls.statistics(), self._parts.watch
        return ServiceCalls(
            started=calls.started, handled=calls.handled, durations=calls.durations, streams=watch.streams, lag=watch.lag
        )

    def _daemon(self) -> DaemonStatistics:
        parts, settings = self._parts, self._parts.settings
        gaps = parts.clock.statistics()
        try:
            free = float(free_bytes(settings.state_dir))
        except OSError:
            free = math.nan
        return DaemonStatistics(
            phases=parts.phases,
            gaps=gaps.gaps,
            gap_seconds=gaps.seconds,
            lag=self._lag.statistics(),
            disk_free=free,
            disk_reserved=settings.min_free_mib * MEBIBYTE,
            backed_up_at=parts.janitor.statistics().backed_up_at,
            backups_wanted=settings.backups_kept,
        )


def _run(run: Run, name: str, eta: float | None, known: Bests) -> RunStatistics:
    found: dict[tuple[str, str], float] = {}
    for (parameter, text), best in best_values(known).items():
        found.setdefault((label(parameter, NAME), label(text, VALUE)), best)
    return RunStatistics(
        name=name,
        progress=run.progress,
        counts=run.counts,
        eta=0.0 if run.phase in AT_REST else eta,
        best=known.figures,
        values=found,
    )


def _waited(run: Run, now: datetime.datetime) -> float:
    """For how long a run that is to run, with tasks ready and none in flight, has waited, in seconds."""
    standing = run.standing
    if standing is None or run.phase is not RunPhase.RUNNING or not standing.ready or run.counts.running:
        return 0.0
    return max(0.0, (now - standing.moved_at).total_seconds())
