"""A daemon, its machine, its site and its users over weeks of virtual time; everything by one seed."""

import datetime
import math
import random
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio._core._run as scheduler

from oodaemon.actors.backoff import Probing
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.app import clocks
from oodaemon.browser.processes import Identity
from oodaemon.dispatch import browser, custody, janitor, mending, monitor
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.dispatch.janitor import Janitor, Upkeep
from oodaemon.dispatch.mending import Mender
from oodaemon.dispatch.monitor import MEBIBYTE, Disk, Monitor
from oodaemon.dispatch.pace import MANNERS, Pace
from oodaemon.dispatch.planner import Planner
from oodaemon.dispatch.runs import Change, Request, Ruling, RunDesk, Submission
from oodaemon.dispatch.site import DRAINING, SiteDesk
from oodaemon.dispatch.tests import TestBook
from oodaemon.errors import FailedPrecondition, SignInRefused, Unavailable
from oodaemon.failures.site import classify
from oodaemon.model.events import EventType
from oodaemon.model.reuse import Policy
from oodaemon.model.runs import Author, Desired, Mode, Run, RunPhase
from oodaemon.model.tasks import FailureClass, TaskState
from oodaemon.parameters.recipe import Recipes
from oodaemon.parameters.registry import discover
from oodaemon.plans.axes import Swept, product
from oodaemon.plans.enumeration import Enumeration
from oodaemon.plans.plan import Plan
from oodaemon.plans.reading import parse
from oodaemon.rpc.presence import Presence
from oodaemon.store import journal, os_processes, rulings, runs, tasks
from oodaemon.store.lanes import InlineLane
from oodaemon.store.ledger import DATABASE_NAME
from oodaemon.store.reconcile import reconcile
from oodaemon.store.store import Store
from tests.simulation.machine import SimMachine
from tests.simulation.oracle import AT_EVERY_EVENT, AT_THE_END, Starts, why_is_nothing_happening
from tests.simulation.site import DAY, HOUR, MINUTE, TESTS, Moods, SimSite
from tests.unit.dispatch import bench as benches
from tests.unit.dispatch.bench import EPOCH, Bench, open_bench
from tests.unit.dispatch.machine import machine_for

FREE = frozenset({FailureClass.SESSION.value, FailureClass.RATE_LIMITED.value, FailureClass.INTERRUPTED.value})
BROWSERS, PAGES = 2, 6
IDLE_LOOK = 6 * HOUR
"""How often an idle browser looks for work without being rung: rarer than in the daemon, or a year would be nothing but this."""

IDLE_ROUND, IDLE_WATCH = 12 * HOUR, 30 * MINUTE
"""How often the janitor makes its rounds, and mender, monitor and clock watch look; rarer for the same reason."""

TRUST = datetime.timedelta(days=1)
"""How long what is known of a saved test counts without looking at it again."""

ROOM, LEAST_ROOM = 500 * MEBIBYTE, 200 * MEBIBYTE
UPKEEP = Upkeep(datetime.timedelta(days=4), 2)
ME = Author("me@desk", "as I like it")
COMMANDS: tuple[tuple[int, Desired, Mode], ...] = (
    (3, Desired.PAUSE, Mode.DRAIN),
    (3, Desired.PAUSE, Mode.NOW),
    (7, Desired.RUN, Mode.DRAIN),
    (1, Desired.CANCEL, Mode.DRAIN),
    (1, Desired.CANCEL, Mode.NOW),
)
"""What users want of runs, by how often."""

GROWING = 0.4
"""Of all runs, those that get their tasks by and by."""


def _staged(test: str, first: int, count: int) -> str:
    """As many targets, then two stops with the best of them."""
    targets = ", ".join(f'"{first + n}"' for n in range(count))
    return (
        f'{{"staged": {{"test": "{test}", "optimize_by": [{{"metric": "pl"}}], "stages": ['
        f'{{"parameters": [{{"name": "profit_target", "list": {{"values": [{targets}]}}}}]}},'
        f'{{"parameters": [{{"name": "stop_loss", "list": {{"values": ["{first}", "{first + 1}"]}}}}]}}]}}}}'
    )


def _search(test: str, first: int, count: int) -> str:
    """As many of 40 targets, by the method whose turn it is."""
    method = "SEARCH_METHOD_TPE" if first % 2 else "SEARCH_METHOD_PRUNED_GRID"
    values = f'{{"start": "{first}", "end": "{first + 39}", "step": "1"}}'
    return (
        f'{{"search": {{"test": "{test}", "optimize_by": [{{"metric": "pl"}}], "budget": {count}, "seed": "{first}",'
        f'"method": "{method}", "parameters": [{{"name": "profit_target", "range": {values}}}]}}}}'
    )


GROWING_SPECS = (_staged, _search)

SHARED = 0.3
"""Of all runs, those that somebody else submits as well, a moment later."""

SETTLING = 2 * DAY
"""Virtual time in which everything comes to rest once faults stop: probes of quarantined children come every hour at most."""


@dataclass
class Life:
    """One life of the daemon."""

    store: Store
    desk: SiteDesk
    run_desk: RunDesk
    root: Supervisor
    presence: Presence
    scope: trio.CancelScope
    ended: trio.Event

    @property
    def is_over(self) -> bool:
        """Whatever it still does changes nothing."""
        return self.ended.is_set()


class World:
    """Lives on through all deaths of its daemon."""

    def __init__(self, folder: Path, seed: int, *, moods: Moods | None = None) -> None:
        self.seed, self.rng = seed, random.Random(f"world {seed}")
        self.site = SimSite(rng=random.Random(f"site {seed}"), moods=moods or Moods())
        self.machine = SimMachine(self.site, random.Random(f"machine {seed}"))
        self.registry = discover([])
        self.starts = Starts()
        self.life: Life | None = None
        self.troubles: Callable[[], Any] = dict
        self.boot = self.seq = self.lives = self.kills = self.stops = self.submissions = 0
        self.last_work = self.jumped_at = 0.0
        self.reused = 0
        self.commands: Counter[str] = Counter()
        self.room, self.ahead = ROOM, datetime.timedelta(0)
        self.paths: dict[str, str] = {}
        self.submitted: dict[str, int] = {}
        self._folder, self._remains = folder, folder / "life-0"
        self._is_up = trio.Event()

    def now(self) -> Any:
        """The wall time: it jumps now and then."""
        return EPOCH + self.ahead + datetime.timedelta(seconds=trio.current_time())

    def read(self, fn: Callable[..., Any], *args: Any, **rest: Any) -> Any:
        """Read the store of the life, at once."""
        assert self.life is not None
        return self.life.store._ledger.read(fn, *args, **rest)  # the lane is inline: nothing else can be reading

    def situation(self) -> str:
        """For the message of a failure."""
        assert self.life is not None
        tree = ", ".join(f"{child.path} {child.state.value} ({child.detail})" for child in self.life.root.tree().walk())
        return f"at {self.now()}: {dict(self.life.desk.conditions)}; {tree}"

    def told(self) -> str:
        """What happened, in short."""
        struck = ", ".join(f"{name} {count}" for name, count in sorted(self.site.struck.items()))
        asked = ", ".join(f"{name} {count}" for name, count in sorted(self.commands.items()))
        return (
            f"{self.lives} lives ({self.kills} killed, {self.stops} stopped), {len(self.submitted)} runs, "
            f"{self.site.clicks} backtests, {self.reused} reused, {self.starts.total.total()} starts; {struck}; {asked}"
        )

    async def exist(self, days: float) -> None:
        """So many days of life, then peace, then the end."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._live_on)
            nursery.start_soon(self.site.live)
            nursery.start_soon(why_is_nothing_happening, self)
            async with trio.open_nursery() as troubles:
                for trouble in (
                    self._use,
                    self._use,
                    self._kill_browsers,
                    self._kill_drivers,
                    self._kill_daemons,
                    self._stop_daemons,
                    self._jump,
                    self._fill_disk,
                ):
                    troubles.start_soon(trouble)
                await trio.sleep(days * DAY)
                troubles.cancel_scope.cancel()
            await self._come_to_rest()
            nursery.cancel_scope.cancel()

    async def _come_to_rest(self) -> None:
        self.site.calm_down()
        self.machine.is_calm, self.room = True, ROOM
        deadline = trio.current_time() + SETTLING
        while True:
            await self._up()
            for run in self.read(runs.active):
                await self._steer(run.run_id, Desired.RUN)
            await trio.sleep(HOUR)
            if not self.read(runs.active):
                break
            assert trio.current_time() < deadline, (
                f"not at rest: {[run.run_id for run in self.read(runs.active)]} {self.situation()}"
            )
        for holds in AT_THE_END:
            holds(self)

    async def _live_on(self) -> None:
        while True:
            self.lives += 1
            await self._live(self._remains)
            await trio.sleep(self.rng.choice([0.5, 10.0, HOUR]))

    async def _live(self, folder: Path) -> None:
        with trio.CancelScope() as scope:
            async with open_bench(
                folder, manners=MANNERS[Pace.POLITE], registry=self.registry, patience=math.inf, pages=PAGES
            ) as bench:
                bench.store.on_commit(self._look)
                bench.store.use(Policy("the account", TRUST, Recipes(self.registry).of))
                await self._recover(bench)
                root = self._tree(bench, folder)
                book = TestBook(bench.store, bench.desk, self.registry)
                rng = random.Random(f"ids {self.seed} {self.lives}")
                desk = RunDesk(store=bench.store, desk=bench.desk, book=book, registry=self.registry, wall_clock=self.now, rng=rng)
                converter: Any = None
                presence = Presence(
                    converter=converter, desk=bench.desk, tree=root.tree, wall_clock=self.now, troubles=self.troubles
                )
                self.life = Life(bench.store, bench.desk, desk, root, presence, scope, trio.Event())
                self._look(bench.store.head)
                self._is_up.set()
                await root.run()

    async def _recover(self, bench: Bench) -> None:
        """As `boot.recover` and the daemon after it; here the browsers of the older boot ended with it."""
        for process in await bench.store.read(os_processes.recorded):
            assert process.boot < bench.store.boot
            assert not self.machine.is_alive(process.pid)
            await bench.store.write(os_processes.forget, process)
        assert not await bench.store.write(reconcile), "a phase was not that of its facts"
        await bench.desk.recall()
        bench.desk.ramp.slots = BROWSERS
        bench.desk.ramp.begin(*[run.run_id for run in await bench.store.read(runs.active)])

    def _tree(self, bench: Bench, folder: Path) -> Supervisor:
        around = Surroundings(
            classify=classify, free_classes=FREE, observe=self.starts.observe, rng=random.Random(self.seed), wall_clock=self.now
        )
        browsers = [
            ChildSpec(
                id=f"browser/{n}",
                start=BrowserActor(bench.shop).start,
                needs=frozenset({"driver"}),
                start_timeout=60,
                probing=Probing(first=HOUR / 2),
            )
            for n in range(1, BROWSERS + 1)
        ]
        driver = ChildSpec(id="driver", start=self.machine.start_driver, start_timeout=90, probing=Probing(first=HOUR / 2))
        site = Supervisor("site/oo", [driver, *browsers], surroundings=around, strategy=Strategy.REST_FOR_ONE)
        children = [
            ChildSpec(id="site/oo", start=site.run),
            ChildSpec(id="mender", start=Mender(bench.desk, bench.shop.drift, folder).start, probing=Probing()),
            ChildSpec(id="janitor", start=Janitor(bench.store, UPKEEP, wall_clock=self.now).start, probing=Probing()),
            ChildSpec(id="clock", start=clocks.ClockWatch(self.now, partial(self._bridge, bench)).start, probing=Probing()),
        ]
        disk = Disk(folder=folder, least=LEAST_ROOM, free=lambda _: self.room)
        watch = Monitor(bench.desk, bench.shop.breakers, bench.store, disk=disk, tree=lambda: root.tree().walk())
        read = partial(parse, registry=self.registry)
        planner = Planner(bench.store, bench.desk, read=read, slots=lambda: BROWSERS, lane=InlineLane())
        self.troubles = planner.troubles
        children.append(ChildSpec(id="planner", start=planner.start, probing=Probing()))
        children.append(ChildSpec(id="monitor", start=watch.start, probing=Probing()))
        root = Supervisor("", children, surroundings=around, strategy=Strategy.REST_FOR_ONE)
        return root

    async def _bridge(self, bench: Bench, seconds: float) -> None:
        bench.desk.doubt()
        await bench.store.write(clocks.bridge, seconds)

    async def _jump(self) -> None:
        """The machine sleeps, or somebody sets its clock."""
        while True:
            await trio.sleep(self.rng.expovariate(1 / (90 * HOUR)))
            self.ahead += datetime.timedelta(seconds=self.rng.choice([45.0, -45.0, HOUR, -HOUR, 9 * HOUR]))
            self.jumped_at = trio.current_time()
            self.commands["clock jumps"] += 1

    async def _fill_disk(self) -> None:
        while True:
            await trio.sleep(self.rng.expovariate(1 / (200 * HOUR)))
            self.room = LEAST_ROOM // 2
            self.commands["disk full"] += 1
            await trio.sleep(self.rng.choice([5 * MINUTE, 3 * HOUR]))
            self.room = ROOM

    def _look(self, head: int) -> None:
        life = self.life
        if life is None or life.is_over:
            return
        for event in self.read(journal.read, self.seq, run_id=None, limit=10_000):
            for holds in AT_EVERY_EVENT:
                holds(self, event)
            if event.type in {EventType.TASK_LEASED, EventType.RUN_SUBMITTED, EventType.RUN_RESUME_REQUESTED}:
                self.last_work = trio.current_time()
            self.reused += event.type is EventType.TASK_REUSED
            if event.type in {EventType.SITE_CONDITION_CHANGED, EventType.DAEMON_STARTED}:
                self.last_work = trio.current_time()

    async def _up(self) -> Life:
        while self.life is None or self.life.is_over:
            await self._is_up.wait()
            if self.life is None or self.life.is_over:
                self._is_up = trio.Event()
        return self.life

    def _end(self, life: Life) -> None:
        life.ended.set()
        self._is_up = trio.Event()
        life.scope.cancel()

    async def _kill_daemons(self) -> None:
        """SIGKILL: what is on disk at this moment is all that is left; what the old life still does changes nothing."""
        while True:
            await trio.sleep(self.rng.expovariate(1 / (30 * HOUR)))
            life = await self._up()
            if self.rng.random() < 0.7:
                await self._wait_for_work(life)
            if life.is_over:
                continue
            old, self._remains = self._remains, self._folder / f"life-{self.lives}"
            (self._remains / "state").mkdir(mode=0o700, parents=True)
            for name in (DATABASE_NAME, DATABASE_NAME + "-wal"):
                shutil.copyfile(old / "state" / name, self._remains / "state" / name)
            self.kills += 1
            self._end(life)

    async def _wait_for_work(self, life: Life) -> None:
        """Something is in flight, or a day passed."""
        with trio.move_on_after(DAY):
            while not life.is_over and not self.site.driven.total():  # noqa: ASYNC110 - a look now and then is what is wanted
                await trio.sleep(self.rng.uniform(1, 10) * MINUTE)

    async def _stop_daemons(self) -> None:
        """SIGTERM: drain, then stop in order."""
        while True:
            await trio.sleep(self.rng.expovariate(1 / (70 * HOUR)))
            life = await self._up()
            await life.desk.enter(DRAINING, "the daemon is shutting down")
            await trio.sleep(20)
            if not life.is_over:
                self.stops += 1
                self._end(life)

    async def _kill_browsers(self) -> None:
        while True:
            await trio.sleep(self.rng.expovariate(1 / (8 * HOUR)))
            self.machine.kill_one_browser()
            if self.rng.random() < 0.1:
                for _ in range(8):  # one that dies again and again
                    await trio.sleep(5)
                    self.machine.kill_one_browser()

    async def _kill_drivers(self) -> None:
        while True:
            await trio.sleep(self.rng.expovariate(1 / (50 * HOUR)))
            self.machine.kill_driver()

    async def _use(self) -> None:
        """A user: submits, looks, changes their mind."""
        while True:
            await trio.sleep(self.rng.expovariate(1 / (20 * HOUR)))
            await self._submit()
            for _ in range(self.rng.randrange(4)):
                await trio.sleep(self.rng.choice([5.0, MINUTE, 20 * MINUTE]))
                await self._change_mind()

    async def _submit(self) -> None:
        await self._up()
        busy = {run.test.path for run in self.read(runs.active)}
        free = [test for test in TESTS if test.path not in busy]
        if not free:
            return
        test, count = self.rng.choice(free), self.rng.choice([1, 3, 8])
        first = self.rng.choice([self.rng.randrange(1, 5000), 100 * self.rng.randrange(1, 9)])
        if self.rng.random() < GROWING:
            spec = self.rng.choice(GROWING_SPECS)(test.name, first, count)
            plan: Plan = parse(spec, self.registry)
            submission, count = Submission(plan, spec), plan.planned_tasks or 0
            self.commands["growing"] += 1
        else:
            swept = [Swept("profit_target", [str(first + n) for n in range(count)])]
            submission = Submission(Enumeration(test.name, "profit_target", product(swept, (), self.registry)), "{}")
        for _ in range(1 + (self.rng.random() < SHARED)):
            self.submissions += 1
            request = Request(f"request-{self.submissions}", "SubmitRun", f"digest-{self.submissions}")
            run = await self._ask(partial(RunDesk.submit, request=request, submission=submission))
            if run is not None:
                self.submitted[run.run_id], self.paths[run.run_id] = count, test.path
                again = await self._ask(partial(RunDesk.submit, request=request, submission=submission))
                assert again is not None, "a repeated request was refused"
                assert again.run_id == run.run_id, "one request made two runs"

    async def _change_mind(self) -> None:
        await self._up()
        weights = [weight for weight, _, _ in COMMANDS]
        _, desired, mode = self.rng.choices(COMMANDS, weights)[0]
        if active := self.read(runs.active):
            await self._steer(self.rng.choice(active).run_id, desired, mode)
        await self._up()
        held = [run for run in self.read(runs.page, limit=100_000) if run.phase is RunPhase.NEEDS_REVIEW]
        if held:
            ruling: Ruling = self.rng.choice([rulings.retry, rulings.retry, rulings.skip, rulings.accept])
            await self._decide(self.rng.choice(held).run_id, ruling)

    async def _steer(self, run_id: str, desired: Desired, mode: Mode = Mode.DRAIN) -> None:
        self.commands[f"{desired.value} {mode.value}"] += 1
        request = Request(f"steer-{self.rng.getrandbits(64):x}", desired.value, f"{run_id} {mode.value}")
        await self._ask(lambda desk: desk.change(request, Change(ref=run_id, desired=desired, mode=mode)))

    async def _decide(self, run_id: str, ruling: Ruling) -> None:
        name = getattr(ruling, "__name__", "")
        self.commands[name] += 1
        held = [task.index for task in self.read(tasks.page, run_id) if task.state is TaskState.HELD]
        request = Request(f"decide-{self.rng.getrandbits(64):x}", name, run_id)
        order = rulings.Order(ref=run_id, which=rulings.Which(indexes=held[:1]), author=ME)

        async def work(desk: RunDesk) -> Run:
            return (await desk.rule(request, ruling, order))[0]

        await self._ask(work)

    async def _ask(self, work: Callable[[RunDesk], Awaitable[Run]]) -> Run | None:
        """Ask until there is an answer, in whatever life; None when it is a refusal."""
        for _ in range(200):
            life = await self._up()
            answer: list[Run] = []
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._hang_up, life, nursery.cancel_scope)
                try:
                    answer.append(await work(life.run_desk))
                except (FailedPrecondition, SignInRefused):
                    return None
                except Unavailable:
                    pass
                finally:
                    nursery.cancel_scope.cancel()
            if answer and self.rng.random() > 0.05:
                return answer[0]
            await trio.sleep(self.rng.uniform(1, 10 * MINUTE))
        return None

    async def _hang_up(self, life: Life, connection: trio.CancelScope) -> None:
        """A connection ends with the daemon."""
        await life.ended.wait()
        connection.cancel()


@contextmanager
def at_home(folder: Path, seed: int, **rest: Any) -> Iterator[World]:
    """A world whose machine stands in for the real one."""
    with pytest.MonkeyPatch.context() as patch:
        world = World(folder, seed, **rest)
        machine_for(patch, world.machine)
        patch.setattr(scheduler, "_ALLOW_DETERMINISTIC_SCHEDULING", True)
        patch.setattr(scheduler, "_r", random.Random(f"scheduler {seed}"))
        patch.setattr(browser, "LOOK_AGAIN", IDLE_LOOK)
        for actor in (mending, monitor, clocks):
            patch.setattr(actor, "LOOK", IDLE_WATCH)
        patch.setattr(janitor, "ROUND", IDLE_ROUND)
        patch.setattr(benches, "wall_clock", world.now)
        patch.setattr(
            custody,
            "processes",
            SimpleNamespace(identity=world.machine.identity, is_alive=world.machine.is_alive, Identity=Identity),
        )
        yield world
