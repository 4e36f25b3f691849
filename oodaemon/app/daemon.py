"""The daemon: its boot, its supervision tree, its end."""

import os
import random
import shutil
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import structlog
import trio

from oodaemon.actors.errors import ExitRequested
from oodaemon.actors.supervisor import Supervisor
from oodaemon.app import boot
from oodaemon.app.accounts import Access
from oodaemon.app.logs import log_loop
from oodaemon.app.notify import Notifier
from oodaemon.app.outside import check_door
from oodaemon.app.parts import Account, Parts
from oodaemon.app.profiling import Printer
from oodaemon.app.settings import Settings
from oodaemon.app.shutdown import OK, Shutdown
from oodaemon.app.tree import plant
from oodaemon.bridge.loop import open_loop
from oodaemon.browser.session import Credentials
from oodaemon.parameters.registry import Registry
from oodaemon.store import runs
from oodaemon.store.store import open_store

if TYPE_CHECKING:
    from oodaemon.app.practice import PracticeActor

log = structlog.get_logger()

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


async def run(settings: Settings, registry: Registry, access: Access) -> int:
    """Run a daemon to its end and return the exit code. Raises ConfigurationError, StoreHeld and StoreUnusable before it is up.

    B0 to B2 are the opening of the store, B3 and B4 `boot.recover`; B5 and B6 are the tree: clients are let in, then tasks leased.
    """
    rng = random.Random()  # noqa: S311 - store id and jitter, no secrets
    notifier, began = Notifier(os.environ), time.perf_counter()
    async with open_store(settings.state_dir, rng=rng) as store:
        opened = time.perf_counter() - began
        ground = await boot.recover(store, settings.state_dir)
        practice = _practice() if settings.practice else None
        async with open_loop(log_loop):
            parts = Parts(settings, _account(settings, practice, access), store, registry, folder=ground.folder)
            await parts.tokens.recall()
            check_door(settings, parts.tokens)
            root = plant(parts, practice, notifier, ground.lost)
            parts.tree.plant(root)
            parts.phases.update(ground.phases, store=opened)
            with boot.phase("recall", parts.phases):
                await parts.desk.recall()
                await parts.accounts.recall()
                await parts.evidence.sweep()
            parts.desk.ramp.begin(*[run.run_id for run in await store.read(runs.active)])
            log.info(
                "daemon starts",
                boot=store.boot,
                listen=str(settings.address),
                listen_tcp=settings.listen_tcp or "off",
                site=parts.desk.site.base_url,
                browsers=settings.browsers,
                state_dir=str(settings.state_dir),
            )
            printer = Printer(parts.workshop.profiles) if settings.profile_tasks else None
            code = await _supervise(root, parts, notifier)
            if printer is not None:
                printer.summarise()
        await trio.to_thread.run_sync(partial(shutil.rmtree, ground.folder, ignore_errors=True))
        return code


def _practice() -> "PracticeActor":
    from oodaemon.app.practice import PracticeActor  # noqa: PLC0415 - its market needs numpy, which no other daemon does

    return PracticeActor()


def _account(settings: Settings, practice: "PracticeActor | None", access: Access) -> Account:
    given = Credentials(settings.email, settings.password.get_secret_value()) if settings.has_account else None
    if practice is not None:
        return Account(practice.base_url, given or practice.credentials, access)
    return Account(settings.base_url, given, access)


async def _supervise(root: Supervisor, parts: Parts, notifier: Notifier) -> int:
    code = OK
    shutdown = Shutdown(parts, root, notifier)
    with trio.open_signal_receiver(*SIGNALS) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(shutdown.listen, signals)
            nursery.start_soon(_tell_ready, parts, notifier)
            try:
                with shutdown.scope:
                    await root.run()
            except ExitRequested as error:
                log.error("the daemon cannot go on", reason=error.reason)
                code = error.code
            shutdown.is_over.set()
            nursery.cancel_scope.cancel()
    log.info("daemon stopped", code=code)
    return code


async def _tell_ready(parts: Parts, notifier: Notifier) -> None:
    with boot.phase("serve", parts.phases):
        await parts.tree.api_tried.wait()
    notifier.ready(f"boot {parts.store.boot}, {parts.settings.browsers} browsers, {parts.desk.site.base_url}")
