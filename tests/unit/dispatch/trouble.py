"""Several browsers on a site that is in trouble by a rule, on the virtual clock, with the monitor at work."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.exits import StopRequest
from oodaemon.actors.mailbox import Mailbox
from oodaemon.browser.backtest import UNFOLLOWED
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.dispatch.control import NOTHING
from oodaemon.dispatch.monitor import Disk, Monitor
from oodaemon.dispatch.pace import MANNERS, Manners, Pace
from oodaemon.dispatch.site import BREAKER
from oodaemon.model.runs import Run
from oodaemon.parameters.form import SetLegs
from oodaemon.store import journal
from tests.unit.dispatch.bench import Bench, FakeTab, open_bench
from tests.unit.dispatch.machine import Machine, machine_for

CONTROL = -1
"""In the place of an index: the saved test as it stands."""

Rule = Callable[[str, int], BaseException | None]
"""What is wrong with a step (prepare, run) of a task, by its index; None when nothing is."""


@dataclass
class Trouble:
    """A bench with browsers at work; `asked` are the moments, steps and indexes the site was asked for."""

    bench: Bench
    rule: Rule
    disk_free: int = 10**12
    children: list[Any] = field(default_factory=list)
    asked: list[tuple[float, str, int]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def play(self, step: str, order: Any, seconds: float) -> None:
        index = CONTROL if order == NOTHING else index_of(order)
        self.asked.append((trio.current_time(), step, index))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await trio.sleep(seconds)
        finally:
            self.in_flight -= 1
        error = self.rule(step, index)
        if error is not None:
            raise error

    def times(self, step: str, *, control: bool = False, since: float = 0.0) -> list[float]:
        """When a step of a task was asked for, or of the saved test."""
        return [at for at, name, index in self.asked if name == step and (index == CONTROL) is control and at >= since]

    async def told(self) -> list[tuple[str, str]]:
        """Kind and message of every condition that was told."""
        events = await self.bench.store.read(journal.read, 0, run_id=None, limit=100_000)
        return [(e.body["kind"], e.body["message"]) for e in events if e.type.value == "site_condition_changed"]

    async def is_blocked(self) -> bool:
        """True while a step is broken."""
        return BREAKER in self.bench.desk.conditions

    async def held(self) -> list[int]:
        """Tasks that were ever given up."""
        events = await self.bench.store.read(journal.read, 0, run_id=None, limit=100_000)
        return [e.index for e in events if e.type.value == "task_failed" and e.index is not None]


def index_of(order: Any) -> int:
    """Tasks of the bench set the delta to 10 and their index."""
    action = next(action for action in order.actions if isinstance(action, SetLegs))
    return int(float(action.text)) - 10


class TroubledTab(FakeTab):
    """A tab of a site in trouble. Opening takes a second, a backtest five."""

    trouble: Trouble

    async def prepare(self, path: str, order: Any) -> Any:
        found = await super().prepare(path, order)
        await self.trouble.play("prepare", order, 1)
        return found

    async def run(self, order: Any, saved: Any, suspects: Any, following: Any = UNFOLLOWED) -> Any:
        found = await super().run(order, saved, suspects, following)
        await self.trouble.play("run", order, 5)
        return found


@asynccontextmanager
async def troubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Rule, *, browsers: int = 2, manners: Manners = MANNERS[Pace.FAST]
) -> AsyncIterator[Trouble]:
    """So many browsers work for the length of the block."""
    machine = machine_for(monkeypatch)
    async with open_bench(tmp_path, manners=manners) as bench:
        machine.site = bench.site
        made = Trouble(bench, rule)

        @asynccontextmanager
        async def open_tab(chromium: Any, site: Any, stored: Any) -> AsyncIterator[TroubledTab]:
            tab = TroubledTab(bench.site)
            tab.trouble = made
            yield tab

        monkeypatch.setattr("oodaemon.dispatch.browser.open_tab", open_tab)
        disk = Disk(folder=tmp_path, least=2**30, free=lambda _: made.disk_free)
        monitor = Monitor(bench.desk, bench.shop.breakers, bench.store, disk=disk, tree=lambda: made.children)
        async with trio.open_nursery() as nursery:
            children = [Child(f"site/oo/browser/{n}", 1, Mailbox(f"browser/{n}")) for n in range(1, browsers + 1)]
            await nursery.start(monitor.start, Child("monitor", 1, Mailbox("monitor")))
            for child in children:
                await nursery.start(BrowserActor(bench.shop).start, child)
            yield made
            for child in children:
                child.ask_to_stop(StopRequest("test", "the test is over"))
            nursery.cancel_scope.cancel()


async def until_done(at: Trouble, run: Run) -> list[str]:
    """Return the states of all tasks once none of them is open."""
    open_states = {"ready", "retry_wait", "leased", "submitted"}

    async def holds() -> bool:
        return not open_states & set(await at.bench.states(run))

    await at.bench.until(holds)
    return await at.bench.states(run)


__all__ = ["CONTROL", "Machine", "Rule", "Trouble", "troubled", "until_done"]
