"""Random trees, faults and wishes: the rules hold at every step, and when the faults stop, everything runs."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.child import Child
from oodaemon.actors.errors import StopOverrun
from oodaemon.actors.specs import ChildSpec, Restart
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.clock import HOURS, utc_now
from tests.properties.actors.watch import Watch, not_running

START_TIMEOUT = 6.0
STOP_TIMEOUT = 5.0
LONGEST_STOP = 9.0
CHAOS = 60.0

GENEROUS = Budget(burst=Window(1000, 60.0), sustained=Window(1000, 3600.0))
TIGHT = Budget(burst=Window(1, 20.0), sustained=Window(2, 600.0))


class Crash(Exception):
    """Counts against budgets."""


class Auth(Exception):
    """Never counts."""


@dataclass(frozen=True)
class Act:
    """One incarnation: ready after `ready_in`, then `end` after `life` seconds; `stop_in` to clean up."""

    ready_in: float
    life: float
    end: type[Exception] | None
    has_progress: bool
    stop_in: float


LIVES = Act(0.5, 1e9, None, True, 0.5)

acts = st.builds(
    Act,
    ready_in=st.sampled_from([0.0, 1.0, 3.0, 5.5, 7.0, 1e9]),
    life=st.sampled_from([0.0, 0.25, 2.0, 10.0, 130.0]),
    end=st.sampled_from([Crash, Crash, Auth, OSError, None]),
    has_progress=st.booleans(),
    stop_in=st.sampled_from([0.0, 0.0, 1.0, 4.0, LONGEST_STOP]),
)


@dataclass(frozen=True)
class Wish:
    """What somebody asks of a child at some moment."""

    at: float
    verb: str
    child: int


wishes = st.builds(
    Wish,
    at=st.floats(0, CHAOS).map(lambda at: round(at, 1)),
    verb=st.sampled_from(["stop", "restart", "restart"]),
    child=st.integers(0, 20),
)


class Tree:
    """A tree drawn by Hypothesis, with a Watch on all of it."""

    def __init__(self, data: st.DataObject, budget: Budget) -> None:
        self.watch = Watch()
        self.homes: list[tuple[Supervisor, str]] = []
        self.stopped: set[tuple[Supervisor, str]] = set()
        self._data = data
        self._budget = budget
        self._surroundings = Surroundings(
            classify=lambda error: type(error).__name__,
            free_classes=frozenset({"Auth"}),
            observe=self.watch,
            rng=random.Random(data.draw(st.integers(0, 99), label="seed")),
            wall_clock=utc_now,
        )
        self.root = self._supervisor("", depth=0)

    def _supervisor(self, path: str, *, depth: int) -> Supervisor:
        draw = self._data.draw
        strategy = draw(st.sampled_from([Strategy.REST_FOR_ONE, Strategy.REST_FOR_ONE, Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL]))
        specs: list[ChildSpec] = []
        for number in range(draw(st.integers(1, 5 if depth == 0 else 3), label=f"children of {path or 'root'}")):
            child_id = f"{'abcde'[number]}"
            needs = draw(st.sets(st.sampled_from([spec.id for spec in specs]))) if specs else set()
            is_nested = depth < 2 and draw(st.integers(0, 3)) == 0
            child_path = f"{path}/{child_id}".lstrip("/")
            specs.append(self._nested(child_path, needs, depth) if is_nested else self._leaf(child_path, needs))
        supervisor = Supervisor(path, specs, surroundings=self._surroundings, strategy=strategy)
        self.watch.know(supervisor, strategy)
        self.homes += [(supervisor, spec.id) for spec in specs]
        return supervisor

    def _nested(self, path: str, needs: set[str], depth: int) -> ChildSpec:
        nested = self._supervisor(path, depth=depth + 1)
        return ChildSpec(id=path.rpartition("/")[2], start=nested.run, needs=frozenset(needs), budget=GENEROUS)

    def _leaf(self, path: str, needs: set[str]) -> ChildSpec:
        return ChildSpec(
            id=path.rpartition("/")[2],
            start=self._start(path, self._data.draw(st.lists(acts, max_size=4), label=path)),
            restart=self._data.draw(st.sampled_from([Restart.PERMANENT, Restart.PERMANENT, Restart.TRANSIENT])),
            needs=frozenset(needs),
            start_timeout=START_TIMEOUT,
            stop_timeout=STOP_TIMEOUT,
            budget=self._budget,
        )

    def _start(self, path: str, script: list[Act]) -> Callable[..., object]:
        alive: set[int] = set()

        async def start(child: Child, *, task_status: trio.TaskStatus[None]) -> None:
            act = script[child.incarnation - 1] if child.incarnation <= len(script) else LIVES
            if alive:
                self.watch.violations.append(f"{path} has incarnations {child.incarnation} and {alive}")
            alive.add(child.incarnation)
            try:
                await trio.sleep(act.ready_in)
                task_status.started()
                if act.has_progress:
                    child.progress()
                await trio.sleep(act.life)
                if act.end is not None:
                    raise act.end
            finally:
                with trio.CancelScope(shield=True):
                    await trio.sleep(act.stop_in)
                alive.remove(child.incarnation)

        return start

    async def fulfil(self, wish: Wish) -> None:
        """Ask for one thing at its time."""
        await trio.sleep(wish.at)
        supervisor, child_id = home = self.homes[wish.child % len(self.homes)]
        if wish.verb == "stop":
            self.stopped.add(home)
            ask = supervisor.stop_child
        else:
            self.stopped.discard(home)
            ask = supervisor.restart_child
        # An overrun is told to the caller, and the wish comes true later.
        with suppress(StopOverrun):
            await ask(child_id, canceller="somebody", reason="a wish")

    async def recover(self) -> None:
        """Start again what wishes had stopped, and nothing else."""
        for supervisor, child_id in [home for home in self.homes if home in self.stopped]:
            with suppress(StopOverrun):
                await supervisor.restart_child(child_id, canceller="somebody", reason="the end of all wishes")


def simulate(tree: Tree, program: list[Wish], story: Callable[[], object]) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            await nursery.start(tree.root.run)
            async with trio.open_nursery() as callers:
                for wish in program:
                    callers.start_soon(tree.fulfil, wish)
            await story()
            nursery.cancel_scope.cancel()

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert tree.watch.violations == []
    assert {child.state for child in tree.watch.children.values()} == {ChildState.DOWN}
    assert tree.watch.events > 0


@given(st.data(), st.lists(wishes, max_size=5))
@settings(max_examples=30, deadline=None)
def test_when_faults_and_wishes_stop_everything_runs(data, program):
    tree = Tree(data, GENEROUS)

    async def story() -> None:
        await trio.sleep(1 * HOURS)
        await tree.recover()
        await trio.sleep(1 * HOURS)
        assert not_running(tree.watch.children) == []

    simulate(tree, program, story)


@given(st.data(), st.lists(wishes, max_size=5))
@settings(max_examples=30, deadline=None)
def test_budgets_are_kept_to_the_failure(data, program):
    tree = Tree(data, TIGHT)

    simulate(tree, program, partial(trio.sleep, 1 * HOURS))


@given(st.data(), st.lists(wishes, max_size=3), st.floats(0, CHAOS))
@settings(max_examples=30, deadline=None)
def test_a_cancelled_tree_ends_within_its_bounds(data, program, moment):
    tree = Tree(data, GENEROUS)
    times: list[float] = []

    async def main() -> None:
        async with trio.open_nursery() as callers:
            for wish in program:
                callers.start_soon(tree.fulfil, wish)
            with trio.move_on_after(moment):
                await tree.root.run()
            times.append(trio.current_time() - moment)
            callers.cancel_scope.cancel()

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    # A child that overruns keeps only the call itself waiting, and only as long as it lives.
    assert times[0] <= tree.root.stop_bound() + LONGEST_STOP
    assert tree.watch.violations == []
    assert {child.state for child in tree.watch.children.values()} == {ChildState.DOWN}
