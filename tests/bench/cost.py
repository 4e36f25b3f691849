"""Messages and CPU of one backtest, by the tab alone: `python -m tests.bench.cost [TASKS] [MIX...]`; `-v` tells which messages.

The practice site answers at once; its own CPU is not counted. Messages say more than seconds on a machine that others use.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import trio
from playwright._impl.connection import Connection

from oodaemon.bridge.loop import open_loop
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
from tests.support.daemon import practice_site

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
BEHAVIOUR = {"run_seconds": [0.3, 0.3], "popup_delay": 0.02, "hydration": 0.05}
WARM = 2
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


def cpu(pid: int) -> dict[str, float]:
    """CPU seconds so far of our Python, the driver and Chromium."""
    used = {"python": time.process_time(), "driver": 0.0, "chromium": 0.0}
    for process in psutil.Process(pid).children(recursive=True):
        if "practice" not in " ".join(process.cmdline()):
            times = process.cpu_times()
            used["driver" if process.name().startswith(("node", "MainThread")) else "chromium"] += times.user + times.system
    return used


def order_of(registry: Registry, values: Mapping[str, str]) -> Order:
    """What to run for values as a user writes them."""
    settings = [(found, found.setting(text, {})) for name, text in values.items() if (found := registry.get(name))]
    actions = in_order((*p.opens(setting), *p.actions(setting)) for p, setting in settings)
    return Order(actions, tuple(wanted for p, setting in settings for wanted in p.expectations(setting)))


async def one(tab: Tab, order: Order) -> None:
    """Prepare and run one backtest."""
    saved = await tab.prepare(f"/test/{TEST.id}", order)
    await tab.run(order, saved, [])


async def measure(tasks: int, say: Callable[[str], None], names: list[str]) -> None:
    """Print the cost of a backtest of every mix."""
    looks = recordings.load(Path(__file__).parents[2] / "recordings")
    registry = discover()
    with practice_site(**BEHAVIOUR) as site:
        async with open_loop(lambda _: None), open_driver() as driver:
            how = engine.choose(driver.playwright, "", is_headless=True)
            async with open_chromium(driver, how) as chromium, open_tab(chromium, Seen(site.url, looks), StoredSession()) as tab:
                await tab.sign_in(Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD))
                for name, mix in MIXES.items():
                    if names and name not in names:
                        continue
                    for number in range(WARM):
                        await one(tab, order_of(registry, mix(number)))
                    before, began = cpu(psutil.Process().pid), time.perf_counter()
                    with counted() as counts:
                        for number in range(tasks):
                            await one(tab, order_of(registry, mix(WARM + number)))
                    after, took = cpu(psutil.Process().pid), time.perf_counter() - began
                    spent = {who: (after[who] - before[who]) / tasks * 1000 for who in after}
                    say(
                        f"{name:20} sent {counts.sent.total() / tasks:6.1f}  received {counts.received / tasks:6.1f}  "
                        + "  ".join(f"{who} {milliseconds:5.0f} ms" for who, milliseconds in spent.items())
                        + f"  wall {took / tasks:5.2f} s"
                    )
                    if "-v" in sys.argv:
                        say("    " + ", ".join(f"{m} {n / tasks:.1f}" for m, n in counts.sent.most_common(14)))


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "-v"]
    trio.run(measure, int(given[0]) if given else 10, print, given[1:])
