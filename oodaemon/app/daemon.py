"""The daemon: its boot, its supervision tree, its end."""

import os
import random
import shutil
import signal
import tempfile
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.errors import ExitRequested
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.actors.validation import validate_tree
from oodaemon.app.logs import log_loop
from oodaemon.app.parts import Account, Parts
from oodaemon.app.practice import PracticeActor
from oodaemon.app.settings import Settings
from oodaemon.bridge.loop import open_loop
from oodaemon.browser import processes
from oodaemon.browser.session import Credentials
from oodaemon.clock import SECONDS
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.dispatch.prober import Prober
from oodaemon.dispatch.site import DRAINING
from oodaemon.failures.site import classify
from oodaemon.model.tasks import FailureClass
from oodaemon.parameters.registry import Registry
from oodaemon.store import attempts, runs
from oodaemon.store.store import Store, open_store

log = structlog.get_logger()

OK, STORE_LOST = 0, 70
DRAIN, FAREWELL = 20 * SECONDS, 2 * SECONDS
LAST_RESORT = 40 * SECONDS
"""From the first signal, or the loss of the store, on; then the process ends whatever hangs: the next boot puts things right."""

FREE = frozenset({FailureClass.SESSION.value, FailureClass.RATE_LIMITED.value, FailureClass.INTERRUPTED.value})


async def run(settings: Settings, registry: Registry) -> int:
    """Run a daemon to its end and return the exit code. Raises ConfigurationError, StoreHeld and StoreUnusable before it is up."""
    rng = random.Random()  # noqa: S311 - store id and jitter, no secrets
    async with open_store(settings.state_dir, rng=rng) as store:
        folder = await trio.to_thread.run_sync(_sweep, settings.state_dir)
        practice = PracticeActor() if settings.practice else None
        async with open_loop(log_loop):
            parts = Parts(settings, _account(settings, practice), store, registry)
            root = _tree(parts, practice)
            parts.tree.plant(root)
            await parts.desk.recall()
            parts.desk.ramp.begin(*[run.run_id for run in await store.read(runs.active)])
            log.info(
                "daemon starts",
                boot=store.boot,
                listen=str(settings.address),
                site=parts.desk.site.base_url,
                browsers=settings.browsers,
                state_dir=str(settings.state_dir),
            )
            code = await _supervise(root, parts)
        await trio.to_thread.run_sync(partial(shutil.rmtree, folder, ignore_errors=True))
        return code


def _account(settings: Settings, practice: PracticeActor | None) -> Account:
    given = Credentials(settings.email, settings.password.get_secret_value()) if settings.has_account else None
    if practice is not None:
        return Account(practice.base_url, given or practice.credentials)
    return Account(settings.base_url, given)


def _sweep(state_dir: Path) -> Path:
    """End what an older boot left running, and give this boot an empty folder for temporary files of its own.

    The folder is in the environment of every browser and driver, which is how the next boot knows them. Its path is short: a
    browser keeps a socket in it.
    """
    mark = sha256(os.fsencode(state_dir.resolve())).hexdigest()[:12]
    folder = Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()) / f"oodaemon-{os.getuid()}-{mark}"  # noqa: S108
    killed = processes.reap(folder)
    if killed:
        log.warning("processes of an older boot were ended", pids=killed)
    os.environ["TMPDIR"] = str(folder)
    return folder


def _tree(parts: Parts, practice: PracticeActor | None) -> Supervisor:
    around = Surroundings(classify=classify, free_classes=FREE, observe=parts.tree.observe, rng=parts.rng)
    browsers = [
        ChildSpec(
            id=f"browser/{n}", start=BrowserActor(parts.workshop).start, needs=frozenset({"driver"}), start_timeout=60 * SECONDS
        )
        for n in range(1, parts.settings.browsers + 1)
    ]
    driver = ChildSpec(id="driver", start=parts.driver.start, start_timeout=90 * SECONDS)
    site = Supervisor("site/oo", [driver, *browsers], surroundings=around, strategy=Strategy.REST_FOR_ONE)
    children = [
        ChildSpec(id="store", start=partial(_guard, parts.store)),
        ChildSpec(id="api", start=parts.server.start, needs=frozenset({"store"})),
    ]
    if parts.metrics is not None:
        children.append(ChildSpec(id="metrics", start=parts.metrics.start, needs=frozenset({"store"})))
    if practice is not None:
        children.append(ChildSpec(id="practice", start=practice.start))
    needs = {"store", "practice"} if practice else {"store"}
    children.append(ChildSpec(id="site/oo", start=site.run, needs=frozenset(needs)))
    children.append(ChildSpec(id="prober", start=Prober(site).start))
    children.append(ChildSpec(id="mender", start=parts.mender.start, needs=frozenset({"store"})))
    root = Supervisor("", children, surroundings=around, strategy=Strategy.REST_FOR_ONE)
    validate_tree(root)
    return root


async def _guard(store: Store, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
    """Stands for the store in the tree: when it is lost, nothing can go on, and the process must end."""
    task_status.started()
    error = await store.wait_lost()
    _arm_last_resort(STORE_LOST)
    raise ExitRequested(child.path, code=STORE_LOST, reason=str(error))


def _arm_last_resort(code: int) -> None:
    timer = threading.Timer(LAST_RESORT, os._exit, (code,))
    timer.daemon = True
    timer.start()


async def _supervise(root: Supervisor, parts: Parts) -> int:
    code = OK
    async with _signals() as signals, trio.open_nursery() as nursery:
        nursery.start_soon(_end_on_signal, signals, parts, nursery.cancel_scope)
        try:
            await root.run()
        except ExitRequested as error:
            log.error("the daemon cannot go on", reason=error.reason)
            code = error.code
        nursery.cancel_scope.cancel()
    log.info("daemon stopped", code=code)
    return code


@asynccontextmanager
async def _signals() -> AsyncIterator[AsyncIterator[int]]:
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        yield signals


async def _end_on_signal(signals: AsyncIterator[int], parts: Parts, scope: trio.CancelScope) -> None:
    """First signal: drain, say farewell, stop. Second: stop at once. Third: end the process."""
    await anext(signals)
    _arm_last_resort(OK)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_hurry_on_signal, signals, nursery.cancel_scope)
        await _drain(parts)
        nursery.cancel_scope.cancel()
    parts.journal.close()
    with trio.move_on_after(FAREWELL):
        await parts.watch.wait_idle()
    scope.cancel()


async def _hurry_on_signal(signals: AsyncIterator[int], draining: trio.CancelScope) -> None:
    await anext(signals)
    log.warning("stopping at once")
    draining.cancel()


async def _drain(parts: Parts) -> None:
    """Start nothing new and let what is in flight finish, for a while."""
    log.info("draining", up_to_seconds=DRAIN)
    await parts.desk.enter(DRAINING, "the daemon is shutting down")
    with trio.move_on_after(DRAIN):
        head = parts.store.head
        while await parts.store.read(attempts.in_flight):
            await parts.journal.wait_beyond(head)
            head = parts.store.head
