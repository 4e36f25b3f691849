"""A real store on the virtual clock, a desk, and a site that does what the test says instead of a browser."""

import datetime
import random
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import trio

from oodaemon.browser.backtest import UNFOLLOWED, Outcome
from oodaemon.browser.catalog import Listed
from oodaemon.browser.exports import Export
from oodaemon.browser.session import Credentials
from oodaemon.browser.tab import StoredSession
from oodaemon.dispatch.pace import MANNERS, Manners, Pace, Pacer
from oodaemon.dispatch.site import SiteDesk
from oodaemon.dispatch.workshop import Workshop
from oodaemon.errors import OODaemonError
from oodaemon.events.watch import Journal
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, NewRun, Run, RunPhase, SavedTest
from oodaemon.model.tasks import Lease, Result, Task
from oodaemon.parameters.registry import Registry, discover
from oodaemon.store import attempts, fsck, journal, leases, results, runs, tasks, tests
from oodaemon.store.lanes import InlineLane, Lane
from oodaemon.store.store import Store, open_store
from tests.integration.store.workbench import proven

EPOCH = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
BASE_URL = "https://optionomega.com"
IRON = SavedTest("aB3dE5gH7jK9mN1pQ2rS", "Iron condor", "/test/aB3dE5gH7jK9mN1pQ2rS", EPOCH)
ACCOUNT = Credentials("me@example.com", "s3cret")
ACTOR = "site/oo/browser/1"

Answer = Any
"""What a step of the fake site does: return a value, raise an exception, or await a function and return what it returns."""


def wall_clock() -> datetime.datetime:
    """EPOCH plus virtual seconds."""
    return EPOCH + datetime.timedelta(seconds=trio.current_time())


@dataclass
class FakeSite:
    """The site as tabs see it. Each step takes its next answer from `plan`, else does what a site in order does."""

    stored: StoredSession = field(default_factory=StoredSession)
    plan: dict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[tuple[float, int, str]] = field(default_factory=list)
    runs: int = 0
    opened: int = 0
    changes: list[tuple[str, ...]] = field(default_factory=list)
    """What was asked for beside the step itself when saved tests were changed."""

    def next(self, step: str, *answers: Answer) -> None:
        """What the next calls of a step do."""
        self.plan[step] += answers

    async def play(self, tab: int, step: str, usual: Answer = None) -> Any:
        self.calls.append((trio.current_time(), tab, step))
        answer = self.plan[step].popleft() if self.plan[step] else usual
        await trio.lowlevel.checkpoint()
        if callable(answer):
            return await answer()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def steps(self, tab: int | None = None) -> list[str]:
        """The steps so far, of one tab or of all."""
        return [step for _, number, step in self.calls if tab in {None, number}]

    def times(self, step: str) -> list[float]:
        """When a step was asked for."""
        return [at for at, _, name in self.calls if name == step]


class FakeTab:
    """What a browser actor can ask of the site, answered by a FakeSite; see `oodaemon.browser.tab.Tab`."""

    last_step = ""

    def __init__(self, site: FakeSite, stored: StoredSession | None = None) -> None:
        """`stored` is the session it was opened with; that of the site's account if none is given."""
        self.site, self.number, self.stored = site, site.opened, stored or site.stored
        self.session = self.stored.storage
        site.opened += 1
        self.orders: list[Any] = []
        self.paths: list[str] = []
        self.suspects: list[Any] = []

    async def sign_in(self, credentials: Credentials) -> None:
        assert credentials == ACCOUNT or self.stored is not self.site.stored
        await self.site.play(self.number, "sign_in")
        self.stored.storage = self.session = {"cookies": []}

    @property
    def is_outdated(self) -> bool:
        return self.stored.storage is not self.session

    async def prepare(self, path: str, order: Any) -> Any:
        self.paths.append(path)
        self.orders.append(order)
        await self.site.play(self.number, "prepare")
        return {"path": path, "order": order, **SAVED_PAGE}

    async def is_as_prepared(self, order: Any, saved: Any) -> bool:
        return bool(await self.site.play(self.number, "is_as_prepared", True))

    async def run(self, order: Any, saved: Any, suspects: Any, following: Any = UNFOLLOWED) -> Outcome:
        assert order == self.orders[-1]
        assert saved == {"path": self.paths[-1], "order": order, **SAVED_PAGE}, (
            "the page that was prepared is the one that is compared with"
        )
        self.suspects.append(suspects)
        self.site.runs += 1
        number = self.site.runs
        following.pressed()
        read: Outcome = await self.site.play(self.number, "run", outcome(float(number)))
        following.answered(read.cards)
        if self.site.plan["prove"]:
            await self.site.play(self.number, "prove")
        return read

    async def trade_log(self, read: Outcome) -> Export:
        found: Export = await self.site.play(self.number, "trade_log")
        return found

    async def charts(self, read: Outcome) -> dict[str, bytes]:
        found: dict[str, bytes] = await self.site.play(self.number, "charts", {})
        return found

    async def discard(self) -> bool:
        return bool(await self.site.play(self.number, "discard", True))

    async def probe(self) -> None:
        await self.site.play(self.number, "probe")

    async def is_signed_in(self) -> bool:
        return bool(await self.site.play(self.number, "is_signed_in", False))

    async def round_trip(self, patience: float) -> None:
        if self.site.plan["round_trip"]:
            await self.site.play(self.number, "round_trip")

    async def share_session(self) -> None:
        await self.site.play(self.number, "share_session")

    async def list_tests(self) -> list[Listed]:
        listed: list[Listed] = await self.site.play(self.number, "list_tests", [Listed(IRON.test_id, IRON.name, IRON.path)])
        return listed

    async def look_up(self, path: str) -> Listed | None:
        found: Listed | None = await self.site.play(self.number, "look_up")
        return found

    async def rename_test(self, path: str, name: str, new_name: str) -> str:
        self.site.changes.append((path, name, new_name))
        return str(await self.site.play(self.number, "rename_test", f"the site calls it {new_name!r} now"))

    async def remove_test(self, path: str, name: str) -> str:
        self.site.changes.append((path, name))
        return str(await self.site.play(self.number, "remove_test", "the site does not have it any more"))


SAVED_PAGE: dict[str, Any] = {"facts": [["Underlying", ["SPX"]]], "bullets": [["Entry", ["Daily"]]], "legs": []}
"""What every saved test shows of itself."""


def outcome(pl: float) -> Outcome:
    """Verified figures."""
    return Outcome(proven(pl), [["P/L", f"${pl:g}"]])


@dataclass
class Bench:
    """Everything a browser actor works with, and short words for what tests do with it."""

    store: Store
    desk: SiteDesk
    shop: Workshop
    site: FakeSite
    events: Journal

    async def submit(self, count: int = 1, *, values: dict[str, Any] | None = None) -> Run:
        """A run of so many deltas from 10, or of the values given."""
        plain: dict[str, Any] = {"delta.apply_to": "both", "delta.side": "both"}
        new = tuple({**plain, "delta": 10 + n} for n in range(count)) if values is None else (values,)
        await self.store.write(tests.remember, [IRON])
        name = ulid(wall_clock(), self.shop.rng)
        run = await self.store.write(runs.submit, NewRun(name, "sweep", IRON.test_id, "{}", (Batch(new),)))
        self.desk.bell.ring()
        return run

    async def lease(self) -> Lease:
        leased = await self.store.write(leases.lease, ACTOR, 1)
        assert leased is not None
        return leased

    async def given_up(self) -> Lease:
        """That of another browser, which asked the site and was given up since: its result may still come."""
        leased = await self.store.write(leases.lease, "site/oo/browser/9", 1)
        assert leased is not None
        assert await self.store.write(attempts.intent, leased.token)
        await self.store.write(attempts.release, leased.token, "it was given up")
        return leased

    async def steer(self, run: Run, desired: Desired) -> Run:
        return await self.store.write(runs.set_desired, run.run_id, desired)

    async def tasks(self, run: Run) -> list[Task]:
        return await self.store.read(tasks.page, run.run_id)

    async def states(self, run: Run) -> list[str]:
        return [task.state.value for task in await self.tasks(run)]

    async def results(self, run: Run) -> list[Result]:
        return await self.store.read(results.page, run.run_id)

    async def news(self, after: int = 0) -> list[str]:
        return [event.type.value for event in await self.store.read(journal.read, after, run_id=None, limit=10_000)]

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Return when something holds; looked at after every commit."""
        head = self.store.head
        while not await holds():
            await self.events.wait_beyond(head)
            head = self.store.head

    async def until_phase(self, run: Run, phase: RunPhase) -> None:
        async def holds() -> bool:
            return (await self.store.read(runs.get, run.run_id)).phase is phase

        await self.until(holds)


async def with_browser(bench: Bench, ask: Awaitable[Any]) -> Any:
    """Ask while a browser does errands; an error of one is its answer."""

    async def browser() -> None:
        tab: Any = FakeTab(bench.site)
        while True:
            errand = await bench.desk.next_errand()
            try:
                errand.settle(await errand.work(tab))
            except OODaemonError as error:
                errand.settle(error=error)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(browser)
        try:
            return await ask
        finally:
            nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_bench(
    folder: Path,
    *,
    credentials: Credentials | None = ACCOUNT,
    manners: Manners = MANNERS[Pace.FAST],
    registry: Registry | None = None,
    lane: Callable[[], Lane] = InlineLane,
    patience: float = 24 * 3600,
    pages: int = 1,
) -> AsyncIterator[Bench]:
    """A bench for a test on the virtual clock; leaving it checks the whole store."""
    rng = random.Random(1)
    async with open_store(folder / "state", wall_clock=wall_clock, rng=rng, lane=lane) as store:
        site: Any = SimpleNamespace(base_url=BASE_URL)
        desk = SiteDesk(site, credentials, Pacer(manners), store, wall_clock)
        fake = FakeSite(stored=desk.stored)
        driver: Any = SimpleNamespace(driver=None, used=lambda: None)
        shop = Workshop(
            desk=desk,
            store=store,
            registry=registry or discover([]),
            driver=driver,
            choose=lambda: None,  # type: ignore[arg-type, return-value]  # no browser is started
            wall_clock=wall_clock,
            rng=rng,
            reading=InlineLane(),
            pages=pages,
        )
        with trio.fail_after(patience):
            yield Bench(store, desk, shop, fake, Journal(store))
        assert await store.read(fsck.problems) == []
