"""The parts of a daemon, made once and handed to each other."""

import datetime
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import structlog
import trio

from oodaemon import __version__
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.tasks import task_tree
from oodaemon.actors.tree import Transition, TreeSnapshot, Unstoppable
from oodaemon.app import clocks
from oodaemon.app.accounts import Access, key_of, session_of, vault_of
from oodaemon.app.boot import PHASES
from oodaemon.app.console import console_of, link_of
from oodaemon.app.logs import QUIET, log_transition
from oodaemon.app.outside import door_of, teller_of
from oodaemon.app.scraping import Scraping
from oodaemon.app.settings import Settings
from oodaemon.browser import blocking, engine, recordings
from oodaemon.browser.session import Credentials, Site
from oodaemon.clock import HOURS, utc_now
from oodaemon.dispatch.accounts import AccountDesk, Means
from oodaemon.dispatch.acquaintance import Acquaintance
from oodaemon.dispatch.driver import DriverActor
from oodaemon.dispatch.evidence import Evidence, limits
from oodaemon.dispatch.forecast import Forecaster
from oodaemon.dispatch.janitor import Janitor, Upkeep
from oodaemon.dispatch.mending import Mender
from oodaemon.dispatch.monitor import MEBIBYTE, Disk, Monitor, free_bytes
from oodaemon.dispatch.pace import Pacer
from oodaemon.dispatch.planner import Planner
from oodaemon.dispatch.recycling import MIB, Limits
from oodaemon.dispatch.runs import RunDesk
from oodaemon.dispatch.saved_tests import TestDesk
from oodaemon.dispatch.site import SiteDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.dispatch.workshop import Workshop
from oodaemon.events.watch import Journal
from oodaemon.model.reuse import Policy, scope_of
from oodaemon.parameters.recipe import Recipes
from oodaemon.parameters.registry import Registry
from oodaemon.plans.reading import parse
from oodaemon.rpc.accounts import AccountServicer
from oodaemon.rpc.analysis import AnalysisServicer
from oodaemon.rpc.boundary import Gate
from oodaemon.rpc.console import ConsoleServicer
from oodaemon.rpc.convert import Converter
from oodaemon.rpc.daemon import DaemonServicer, Identity
from oodaemon.rpc.exports import ExportServicer
from oodaemon.rpc.failures import FailureServicer
from oodaemon.rpc.inside import Inside
from oodaemon.rpc.logs import Logs
from oodaemon.rpc.parameters import ParameterServicer
from oodaemon.rpc.presence import Presence
from oodaemon.rpc.recordings import RecordingServicer
from oodaemon.rpc.remote import Remote
from oodaemon.rpc.runs import RunServicer
from oodaemon.rpc.saved_tests import TestServicer
from oodaemon.rpc.server import Server, Service
from oodaemon.rpc.services import services
from oodaemon.rpc.tokens import TokenServicer
from oodaemon.rpc.trades import TradeServicer
from oodaemon.rpc.watch import Watch
from oodaemon.store.lanes import HurriedLane, ThreadLane
from oodaemon.store.shelf import Shelf
from oodaemon.store.store import Store
from oodaemon.vault.tokens import TokenBook

log = structlog.get_logger()

PACKAGED = Path(engine.__file__).with_name("recordings")
CHECKOUT = Path(__file__).parents[2] / "recordings"


def recordings_folder(settings: Settings) -> Path:
    """The folder a user named, else the one that came with the program."""
    return recordings_home() if settings.recordings is None else settings.recordings


def recordings_home() -> Path:
    """The folder of the recordings that came with the program."""
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT


@dataclass(frozen=True, slots=True)
class Account:
    """Which site is driven, and with which account."""

    base_url: str
    credentials: Credentials | None
    access: Access = field(default_factory=Access)


def _policy(settings: Settings, account: Account, store: Store, registry: Registry, email: str) -> Policy:
    scope = scope_of(store.store_id, account.base_url, email)
    return Policy(scope, datetime.timedelta(hours=settings.cache_trust), Recipes(registry).of)


def _recycling(settings: Settings) -> Limits:
    return Limits(tasks=settings.recycle_tasks, seconds=settings.recycle_hours * HOURS, resident=settings.recycle_mib * MIB)


def _means(settings: Settings, account: Account, adopt: Callable[[str], object]) -> Means:
    return Means(
        vault=vault_of(settings),
        session=partial(session_of, settings),
        learn=account.access.learn,
        adopt=adopt,
        is_set=account.credentials is not None and account.access.place is None,
    )


class Tree:
    """The supervision tree as others see it, from before it is planted; counts failures and logs what happens in it."""

    def __init__(self) -> None:
        self._root: Supervisor | None = None
        self.api_tried = trio.Event()
        """Set when clients are let in, or that failed for the first time."""
        self.failures: Counter[str] = Counter()

    def plant(self, root: Supervisor) -> None:
        """From now on this is the tree."""
        self._root = root

    def snapshot(self) -> TreeSnapshot:
        """The tree now. Only after `plant`."""
        assert self._root is not None
        return self._root.tree()

    def observe(self, event: Transition | Unstoppable) -> None:
        """See `actors.tree.Observe`."""
        if isinstance(event, Transition) and event.failure is not None:
            self.failures[event.failure.failure_class] += 1
        if isinstance(event, Transition) and event.path == "api" and event.target not in QUIET:
            self.api_tried.set()
        log_transition(event)


class Parts:
    """Everything that the actors of the tree are made of."""

    def __init__(
        self, settings: Settings, account: Account, store: Store, registry: Registry, *, folder: Path | None = None
    ) -> None:
        """`folder` is the private temporary folder of browsers, if they have one."""
        self.settings, self.store, self.tree = settings, store, Tree()
        self.rng = random.Random()  # noqa: S311 - jitter and ids, no secrets
        self.gate = Gate()
        known = recordings_folder(settings)
        site = Site(account.base_url, recordings.load(known))
        self._blocked = blocking.load(known, recordings_home(), account.base_url) if settings.block_trackers else blocking.NOTHING
        self.journal = Journal(store)
        self.desk = SiteDesk(site, account.credentials, Pacer(settings.manners), store, utc_now)
        self.desk.ramp.slots = settings.browsers
        self.desk.no_account = account.access.problem or self.desk.no_account
        policy = partial(_policy, settings, account, store, registry)
        self.accounts = AccountDesk(
            self.desk, store, key_of(settings), _means(settings, account, lambda email: store.use(policy(email)))
        )
        store.use(policy(account.credentials.email if account.credentials else ""))
        self.driver, self.evidence = DriverActor(store, folder), self._evidence()
        self.workshop = self._workshop(registry)
        self.mender = Mender(self.desk, self.workshop.drift, known)
        self.janitor = Janitor(
            store, Upkeep(datetime.timedelta(days=settings.keep_events_days), settings.backups_kept), wall_clock=utc_now
        )
        self.monitor = Monitor(
            self.desk,
            self.workshop.breakers,
            store,
            disk=Disk(folder=settings.state_dir, least=settings.min_free_mib * MEBIBYTE, free=free_bytes),
            tree=lambda: self.tree.snapshot().walk(),
        )
        self.planner = self._planner(registry)
        self._converter = Converter(account.base_url, registry)
        self.presence = self._presence()
        self.watch = Watch(store=store, events=self.journal, presence=self.presence)
        self.clock = clocks.ClockWatch(utc_now, self._bridge_gap)
        self.phases = dict.fromkeys(PHASES, 0.0)
        """What each phase of this boot took, in seconds; 0 until it is over."""
        self.logs = Logs(book=account.access.book, store=store, redaction=lambda: self.desk.redaction, wall_clock=utc_now)
        self.tokens = TokenBook(store, utc_now)
        offered = self._services(registry, site)
        self.console = console_of(settings, Inside(offered, self.gate), self.journal)
        self.server = Server(settings.address, offered, gate=self.gate)
        door = door_of(settings)
        self.remote = None if door is None else Remote(door, self.server, offered, self.tokens, self.gate)
        self.teller = teller_of(settings, store, self.journal)
        self.metrics = Scraping(self).server()

    def _evidence(self) -> Evidence:
        settings = self.settings
        return Evidence(
            store=self.store,
            shelf=Shelf(settings.state_dir),
            lane=ThreadLane(),
            redaction=self.desk.redaction,
            limits=limits(settings.evidence_max_mb),
            is_recorded=settings.trace,
        )

    def _workshop(self, registry: Registry) -> Workshop:
        return Workshop(
            pages=self.settings.pages,
            desk=self.desk,
            store=self.store,
            registry=registry,
            driver=self.driver,
            choose=self._choose,
            wall_clock=utc_now,
            rng=self.rng,
            evidence=self.evidence,
            limits=_recycling(self.settings),
        )

    def _presence(self) -> Presence:
        return Presence(
            converter=self._converter, desk=self.desk, tree=self.tree.snapshot, wall_clock=utc_now, troubles=self.planner.troubles
        )

    def _planner(self, registry: Registry) -> Planner:
        read, slots = partial(parse, registry=registry), self.settings.browsers
        refresh = Acquaintance(self.desk, self.store, registry).refresh_for
        return Planner(self.store, self.desk, read=read, slots=lambda: slots, lane=HurriedLane(), refresh=refresh)

    def _choose(self) -> engine.Launch:
        found = engine.choose(self.driver.driver.playwright, self.settings.chromium, is_headless=self.settings.headless)
        return replace(found, blocked=self._blocked)

    async def _bridge_gap(self, seconds: float) -> None:
        self.desk.doubt()
        await self.store.write(clocks.bridge, seconds)

    def _services(self, registry: Registry, site: Site) -> list[Service]:
        book = TestBook(self.store, self.desk, registry)
        run_desk = RunDesk(store=self.store, desk=self.desk, book=book, registry=registry, wall_clock=utc_now, rng=self.rng)
        identity = Identity(
            version=__version__,
            started_at=utc_now(),
            base_url=site.base_url,
            state_dir=str(self.settings.state_dir),
            http_address=lambda: self.metrics.address if self.metrics else "",
            console_address=lambda: self.console.address if self.console else "",
        )
        return services(
            runs=RunServicer(
                desk=run_desk,
                forecaster=Forecaster(store=self.store, book=book, pacer=self.desk.pacer, wall_clock=utc_now),
                store=self.store,
                presence=self.presence,
                watch=self.watch,
                registry=registry,
            ),
            daemon=DaemonServicer(
                identity=identity,
                store=self.store,
                desk=self.desk,
                presence=self.presence,
                tree=self.tree.snapshot,
                wall_clock=utc_now,
                logs=self.logs,
                profiles=self.workshop.profiles,
            ),
            parameters=ParameterServicer(registry),
            tests=TestServicer(book, TestDesk(self.store, self.desk, book), self._converter),
            trades=TradeServicer(self.store),
            failures=FailureServicer(self.store, self.evidence.shelf, self._converter),
            exports=ExportServicer(self.store, self.presence),
            accounts=AccountServicer(self.accounts),
            analysis=AnalysisServicer(self.store, self._converter.values, self.settings.recommend),
            tokens=TokenServicer(self.tokens, utc_now),
            recordings=RecordingServicer(desk=self.desk, mender=self.mender, store=self.store),
            console=ConsoleServicer(link_of(lambda: self.console)),
        )

    def dump_tasks(self) -> None:
        """Write the tree of all trio tasks into the log."""
        log.info("tasks", tree=task_tree())
