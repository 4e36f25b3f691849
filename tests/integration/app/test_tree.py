"""The tree of a daemon as data: what ends the process, what only degrades, and in which order things come."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.errors import SlotLost
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.specs import OnExhausted
from oodaemon.actors.supervisor import Supervisor
from oodaemon.app.notify import Notifier
from oodaemon.app.tree import plant
from tests.integration.rpc.support import serving, short_folder


@pytest.fixture
def place() -> Iterator[Path]:
    with short_folder() as made:
        yield made


async def test_nothing_but_the_store_can_end_the_process_and_all_else_comes_back(place: Path) -> None:
    async with serving(place) as service:
        root = plant(service.parts, None, Notifier({}), {"site/oo/browser/2"})
        specs = {spec.id: spec for spec in root.specs()}
        site = cast("Supervisor", specs["site/oo"].nested)
        below = {spec.id: spec for spec in site.specs()}
        for spec in [*specs.values(), *below.values()]:
            assert spec.on_exhausted is OnExhausted.QUARANTINE
            assert spec.probing is not None or spec.id == "store"
        assert not any("metrics" in spec.needs for spec in specs.values())
        assert not any("site/oo" in spec.needs for spec in specs.values())
        assert below["browser/1"].needs == {"driver"}
        with pytest.raises(SlotLost):
            await below["browser/2"].start(Child("b", 1, Mailbox("b")), task_status=trio.TASK_STATUS_IGNORED)


async def test_nothing_is_started_on_the_site_before_clients_were_let_in(place: Path) -> None:
    async with serving(place) as service:
        started = trio.Event()

        async def start(child: Child, /, *, task_status: Any) -> None:
            await trio.lowlevel.checkpoint()
            started.set()

        service.parts.driver.start = start  # type: ignore[method-assign]  # no driver is needed to see when it would start
        root = plant(service.parts, None, Notifier({}), set())
        site = cast("Supervisor", next(spec.nested for spec in root.specs() if spec.id == "site/oo"))
        driver = next(spec for spec in site.specs() if spec.id == "driver")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(lambda: driver.start(Child("site/oo/driver", 1, Mailbox("d")), task_status=trio.TASK_STATUS_IGNORED))
            await trio.testing.wait_all_tasks_blocked(0.05)
            assert not started.is_set()
            service.parts.tree.api_tried.set()
            with trio.fail_after(60):
                await started.wait()
