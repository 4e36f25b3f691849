"""The supervision tree: who runs, who needs whom, and what happens to those that fail too often."""

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import trio

from oodaemon.actors.backoff import Probing
from oodaemon.actors.child import Child
from oodaemon.actors.errors import ExitRequested, SlotLost
from oodaemon.actors.specs import ChildSpec, Start
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.actors.validation import validate_tree
from oodaemon.app.notify import Notifier
from oodaemon.app.orphans import Orphans
from oodaemon.app.parts import Parts
from oodaemon.app.pulse import Pulse, Vitals, end_process
from oodaemon.clock import MINUTES, SECONDS
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.failures.site import classify
from oodaemon.model.tasks import FailureClass
from oodaemon.rpc.loopback import check_health
from oodaemon.store import os_processes
from oodaemon.store.store import Store

if TYPE_CHECKING:
    from oodaemon.app.practice import PracticeActor

STORE_LOST = 70
LAST_RESORT = 25 * SECONDS
"""What the end of a daemon may take beyond its drain; then the process ends whatever hangs: the next boot puts things right."""
API_FIRST = 10 * SECONDS
ASIDE = Probing()
SOON = Probing(first=30 * SECONDS, longest=5 * MINUTES)
"""For what the daemon cannot be spoken to without."""

FREE = frozenset({FailureClass.SESSION.value, FailureClass.RATE_LIMITED.value, FailureClass.INTERRUPTED.value})


def plant(parts: Parts, practice: "PracticeActor | None", notifier: Notifier, lost: Collection[str]) -> Supervisor:
    """The tree of a daemon. The browsers in `lost` are set aside at first: a process of an older boot still holds their slot."""
    around = Surroundings(classify=classify, free_classes=FREE, observe=parts.tree.observe, rng=parts.rng)
    site = Supervisor("site/oo", _site(parts, lost), surroundings=around, strategy=Strategy.REST_FOR_ONE)
    store = frozenset({"store"})
    children = [
        ChildSpec(id="store", start=partial(_guard, parts.store, notifier)),
        ChildSpec(id="api", start=parts.server.start, needs=store, probing=SOON),
        ChildSpec(id="clock", start=parts.clock.start, needs=store, probing=ASIDE),
        ChildSpec(id="orphans", start=Orphans().start, probing=ASIDE),
        ChildSpec(id="mender", start=parts.mender.start, needs=store, probing=ASIDE),
        ChildSpec(id="monitor", start=parts.monitor.start, needs=store, probing=ASIDE),
        ChildSpec(id="planner", start=parts.planner.start, needs=store, probing=SOON),
        ChildSpec(id="janitor", start=parts.janitor.start, needs=store, probing=ASIDE),
        ChildSpec(id="pulse", start=_pulse(parts, notifier).start, needs=frozenset({"store", "api"}), probing=SOON),
    ]
    if parts.remote is not None:
        children.append(ChildSpec(id="remote", start=parts.remote.start, needs=store, probing=SOON))
    if parts.teller is not None:
        children.append(ChildSpec(id="notices", start=parts.teller.start, needs=store, probing=ASIDE))
    if parts.metrics is not None:
        children.append(ChildSpec(id="metrics", start=parts.metrics.start, needs=store, probing=ASIDE))
    if parts.console is not None:
        children.append(ChildSpec(id="console", start=parts.console.start, needs=store, probing=ASIDE))
    if practice is not None:
        children.append(ChildSpec(id="practice", start=practice.start, probing=SOON))
    needs = store | {"practice"} if practice else store
    children.append(ChildSpec(id="site/oo", start=site.run, needs=needs, probing=ASIDE))
    root = Supervisor("", children, surroundings=around, strategy=Strategy.REST_FOR_ONE)
    validate_tree(root)
    return root


def _site(parts: Parts, lost: Collection[str]) -> list[ChildSpec]:
    driver = ChildSpec(
        id="driver", start=_after(parts.tree.api_tried, parts.driver.start), start_timeout=90 * SECONDS, probing=ASIDE
    )
    browsers = []
    for n in range(1, parts.settings.browsers + 1):
        spec = ChildSpec(
            id=f"browser/{n}",
            start=BrowserActor(parts.workshop).start,
            needs=frozenset({"driver"}),
            start_timeout=60 * SECONDS,
            probing=ASIDE,
        )
        browsers.append(replace(spec, start=_refused_once(spec.start)) if f"site/oo/browser/{n}" in lost else spec)
    return [driver, *browsers]


def _after(event: trio.Event, start: Start) -> Start:
    """Nothing is leased before clients were let in, or that was tried."""

    async def later(child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:  # noqa: ASYNC128 - `start` does
        with trio.move_on_after(API_FIRST):
            await event.wait()
        await start(child, task_status=task_status)

    return later


def _refused_once(start: Start) -> Start:
    async def refuse_first(child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:  # noqa: ASYNC128 - `start` does
        if child.incarnation == 1:
            raise SlotLost("a process of an older boot could not be killed")
        await start(child, task_status=task_status)

    return refuse_first


def _pulse(parts: Parts, notifier: Notifier) -> Pulse:
    vitals = Vitals(
        commit=partial(parts.store.write, os_processes.pulse),
        answer=partial(check_health, parts.settings.address, patience=5 * SECONDS),
        looks=parts.workshop.looks,
    )
    give_up: Callable[[int], object] | None = end_process if parts.settings.watchdog_exit else None
    return Pulse(vitals, notifier, give_up=give_up)


async def _guard(store: Store, notifier: Notifier, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
    """Stands for the store in the tree: when it is lost, nothing can go on, and the process must end."""
    task_status.started()
    error = await store.wait_lost()
    notifier.send(WATCHDOG="trigger", STATUS=str(error))
    arm_last_resort(STORE_LOST, LAST_RESORT)
    raise ExitRequested(child.path, code=STORE_LOST, reason=str(error))


def arm_last_resort(code: int, seconds: float) -> None:
    """End the process in so many seconds, whatever hangs."""
    timer = threading.Timer(seconds, end_process, (code,))
    timer.daemon = True
    timer.start()
