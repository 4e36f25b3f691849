"""The pulse on the virtual clock: it comes only when everything works."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.app.pulse import GAVE_UP, Pulse, Vitals
from oodaemon.errors import StoreUnusable, Unavailable


class Manager:
    """A service manager that writes down what it is told, and when."""

    def __init__(self, watchdog: float | None = None) -> None:
        self.watchdog = watchdog
        self.told: list[tuple[float, dict[str, Any]]] = []

    def send(self, **fields: Any) -> None:
        self.told.append((trio.current_time(), fields))


async def well() -> None:
    await trio.lowlevel.checkpoint()


async def run(
    manager: Any, seconds: float, *, commit: Any = well, answer: Any = well, looks: Any = None, give_up: Any = None
) -> list[Any]:
    pulse = Pulse(Vitals(commit=commit, answer=answer, looks=looks if looks is not None else {}), manager, give_up=give_up)
    with trio.move_on_after(seconds):
        async with trio.open_nursery() as nursery:
            await nursery.start(pulse.start, Child("pulse", 1, Mailbox("pulse")))
    return list(manager.told)


def fails(error: Exception) -> Callable[[], Awaitable[None]]:
    async def vital() -> None:
        await trio.lowlevel.checkpoint()
        raise error

    return vital


async def test_it_comes_three_times_in_the_time_of_the_watchdog(autojump_clock) -> None:
    told = await run(Manager(30), 35)
    assert told == [(at, {"WATCHDOG": 1}) for at in (0, 10, 20, 30)]


@pytest.mark.parametrize("broken", ["commit", "answer"])
@pytest.mark.parametrize(
    "how", [fails(Unavailable("no")), fails(OSError("no")), trio.sleep_forever], ids=["refuses", "breaks", "hangs"]
)
async def test_it_does_not_come_while_anything_does_not_work(autojump_clock, broken, how) -> None:
    assert await run(Manager(30), 100, **{broken: how}) == []


async def test_a_damaged_store_asks_to_be_ended_at_once(autojump_clock) -> None:
    told = await run(Manager(30), 5, commit=fails(StoreUnusable("damaged")))
    assert told == [(0, {"WATCHDOG": "trigger"})]


async def test_a_browser_that_waits_and_does_not_look_is_no_sign_of_life(autojump_clock) -> None:
    looks = {"site/oo/browser/1": 0.0}
    told = await run(Manager(30), 200, looks=looks)
    assert [at for at, _ in told] == list(range(0, 121, 10))


async def test_it_comes_again_once_everything_works_again(autojump_clock) -> None:
    async def slow_start() -> None:
        if trio.current_time() < 25:
            raise Unavailable("not yet")
        await trio.lowlevel.checkpoint()

    assert [at for at, _ in await run(Manager(30), 45, answer=slow_start)] == [30, 40]


async def test_without_a_manager_it_ends_the_process_only_if_told_to_and_only_after_three_failures(autojump_clock) -> None:
    ended: list[tuple[float, int]] = []
    broken = fails(Unavailable("no"))
    await run(Manager(), 50, answer=broken, give_up=lambda code: ended.append((trio.current_time(), code)))
    assert ended == [(40, GAVE_UP)]
    assert GAVE_UP == 71
    await run(Manager(), 500, answer=broken)
