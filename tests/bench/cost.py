"""Messages and CPU of a backtest, by the tab and by hand: `python -m tests.bench.cost [TASKS] [MIX...]`; `-v` tells which messages.

By hand is the loop of `floor.py`, in a browser of its own on the same driver and the same loop of events, so that the difference is
what we do more. CPU is told by process: our Python, the node driver, and those of Chromium by their type. The practice site answers
after 0.3 s; its own CPU is not counted. Messages say more than seconds on a machine that others use.
"""

import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import trio
from playwright._impl.connection import Connection

from oodaemon.bridge.loop import call, open_loop
from oodaemon.browser import engine, recordings
from oodaemon.browser.backtest import Order
from oodaemon.browser.driver import open_chromium, open_driver
from oodaemon.browser.session import Credentials
from oodaemon.browser.session import Site as Seen
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.parameters.layout import in_order
from oodaemon.parameters.registry import Registry, discover
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD
from tests.bench import floor
from tests.support.daemon import practice_site

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
BEHAVIOUR = {"run_seconds": [0.3, 0.3], "popup_delay": 0.02, "hydration": 0.05}
WARM, BY_HAND = 2, "by hand"
MIXES: Mapping[str, Callable[[int], dict[str, str]]] = {
    "one number": lambda n: {"profit_target": str(20 + n)},
    "five parameters": lambda n: {
        "profit_target": str(20 + n),
        "stop_loss": str(110 + n),
        "entry_time": f"10:{15 + n % 30:02}",
        "delta": str(10 + n % 20),
        "max_open": str(1 + n % 5),
    },
    "behind toggles": lambda n: {
        "rsi": str(20 + n % 20),
        "underlying_movement": f"{0.5 + n / 10:g}",
        "weekday": "Monday",
    },
}


@dataclass
class Counts:
    """Messages sent, by method, and received."""

    sent: Counter[str] = field(default_factory=Counter)
    received: int = 0


@contextmanager
def counted() -> Iterator[Counts]:
    """Counts what goes over every connection to a driver in the block."""
    counts, send, dispatch = Counts(), Connection.send_message_to_server, Connection.dispatch

    def sending(self: Connection, thing: Any, method: str, params: Any, options: Any) -> Any:
        counts.sent[f"{type(thing).__name__}.{method}"] += 1
        return send(self, thing, method, params, options)

    def receiving(self: Connection, message: dict[str, Any]) -> None:
        counts.received += 1
        dispatch(self, message)

    Connection.send_message_to_server, Connection.dispatch = sending, receiving  # type: ignore[method-assign]
    try:
        yield counts
    finally:
        Connection.send_message_to_server, Connection.dispatch = send, dispatch  # type: ignore[method-assign]


WHO = ("python", "driver", "renderer", "gpu", "browser", "others")


def cpu(browser: int, driver: int) -> dict[str, float]:
    """CPU seconds so far of our Python, the driver, and the processes of one browser by their type."""
    used = dict.fromkeys(WHO, 0.0)
    used["python"], used["driver"] = time.process_time(), _seconds(psutil.Process(driver))
    main = psutil.Process(browser)
    used["browser"] = _seconds(main)
    for process in main.children(recursive=True):
        with suppress(psutil.Error):
            kind = next((word.partition("=")[2] for word in process.cmdline() if word.startswith("--type=")), "others")
            used[{"renderer": "renderer", "gpu-process": "gpu"}.get(kind, "others")] += _seconds(process)
    return used


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def order_of(registry: Registry, values: Mapping[str, str]) -> Order:
    """What to run for values as a user writes them."""
    settings = [(found, found.setting(text, {})) for name, text in values.items() if (found := registry.get(name))]
    actions = in_order((*p.opens(setting), *p.actions(setting)) for p, setting in settings)
    return Order(actions, tuple(wanted for p, setting in settings for wanted in p.expectations(setting)))


async def one(tab: Tab, order: Order) -> None:
    """Prepare and run one backtest."""
    saved = await tab.prepare(f"/test/{TEST.id}", order)
    await tab.run(order, saved, [])


async def spent(
    say: Callable[[str], None], name: str, pids: tuple[int, int], works: Sequence[Callable[[], Awaitable[object]]]
) -> dict[str, float]:
    """Print what each of some backtests cost: those of one browser and its driver, by their pids. In milliseconds, by process."""
    before, began = cpu(*pids), time.perf_counter()
    with counted() as counts:
        for work in works:
            await work()
    after, took = cpu(*pids), time.perf_counter() - began
    costs = {who: (after[who] - before[who]) / len(works) * 1000 for who in WHO}
    say(
        f"{name:20} sent {counts.sent.total() / len(works):5.1f}  received {counts.received / len(works):6.1f}  CPU in ms: "
        + "  ".join(f"{who} {milliseconds:4.0f}" for who, milliseconds in costs.items())
        + f"  all {sum(costs.values()):5.0f}  wall {took / len(works):5.2f} s"
    )
    if "-v" in sys.argv:
        say("    " + ", ".join(f"{method} {times / len(works):.1f}" for method, times in counts.sent.most_common(14)))
    return costs


async def measure(tasks: int, say: Callable[[str], None], names: Sequence[str]) -> None:
    """Print the cost of a backtest of every mix, and of one by hand."""
    looks, registry = recordings.load(Path(__file__).parents[2] / "recordings"), discover()
    with practice_site(**BEHAVIOUR) as site:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(open_loop(lambda _: None))
            driver = await stack.enter_async_context(open_driver())
            how = engine.choose(driver.playwright, "", is_headless=True)
            if BY_HAND in (names or [BY_HAND]):
                by_hand = await stack.enter_async_context(open_chromium(driver, how))
                page = await call(partial(by_hand.browser.new_page, viewport={"width": 1440, "height": 900}))
                await call(floor.sign_in, page, site.url)
                floors = [partial(call, floor.one, page, site.url, 5 + number, []) for number in range(WARM + tasks)]
                for work in floors[:WARM]:
                    await work()
                await spent(say, BY_HAND, (by_hand.pid, driver.pid), floors[WARM:])
            chromium = await stack.enter_async_context(open_chromium(driver, how))
            tab = await stack.enter_async_context(open_tab(chromium, Seen(site.url, looks), StoredSession()))
            await tab.sign_in(Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD))
            for name, mix in MIXES.items():
                if name in (names or MIXES):
                    works = [partial(one, tab, order_of(registry, mix(number))) for number in range(WARM + tasks)]
                    for work in works[:WARM]:
                        await work()
                    await spent(say, name, (chromium.pid, driver.pid), works[WARM:])


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "-v"]
    trio.run(measure, int(given[0]) if given else 10, print, given[1:])
