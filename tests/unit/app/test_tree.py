"""The group of the site in the supervision tree: the driver first, then all browsers in the same instant."""

from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.app import tree

BROWSERS = 4


class Starting:
    """Browsers of which each needs all the others to be on their way before it is up, and a driver that all of them need."""

    def __init__(self) -> None:
        self.is_driver_up = False
        self.begun: list[str] = []
        self.all_begun = trio.Event()

    async def driver(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        await trio.lowlevel.checkpoint()
        assert self.begun == []
        self.is_driver_up = True
        task_status.started()
        await trio.sleep_forever()

    async def browser(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        assert self.is_driver_up
        self.begun.append(child.path)
        if len(self.begun) == BROWSERS:
            self.all_begun.set()
        await self.all_begun.wait()
        task_status.started()
        await trio.sleep_forever()


async def test_all_browsers_start_at_the_same_time(monkeypatch: pytest.MonkeyPatch, autojump_clock: trio.testing.MockClock) -> None:
    starting = Starting()
    monkeypatch.setattr(tree, "BrowserActor", lambda _shop: SimpleNamespace(start=starting.browser))
    parts: Any = SimpleNamespace(
        settings=SimpleNamespace(browsers=BROWSERS),
        tree=SimpleNamespace(api_tried=trio.Event()),
        driver=SimpleNamespace(start=starting.driver),
        workshop=None,
    )
    parts.tree.api_tried.set()
    around = Surroundings(classify=lambda _: "bug")
    group = Supervisor("site/oo", tree._site(parts, ()), surroundings=around, strategy=tree.Strategy.REST_FOR_ONE)
    began = trio.current_time()
    async with trio.open_nursery() as nursery:
        await nursery.start(group.run, None)
        assert trio.current_time() == began, "none waited for another, nor for time to pass"
        nursery.cancel_scope.cancel()
    assert sorted(starting.begun) == [f"site/oo/browser/{number}" for number in range(1, BROWSERS + 1)]
