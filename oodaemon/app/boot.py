"""The boot after the store is open: what an older boot left is ended, every run is brought in line, and only then is leased."""

import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

import structlog
import trio

from oodaemon.app.orphans import become_subreaper
from oodaemon.browser import processes
from oodaemon.dispatch.custody import identity_of
from oodaemon.store import os_processes
from oodaemon.store.os_processes import OsProcess
from oodaemon.store.reconcile import reconcile
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

PHASES = ("store", "reap", "reconcile", "recall", "serve")
"""Of a boot: opening the store, ending what was left running, bringing runs in line, remembering, until clients are let in."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the boot found. `folder` is private and empty; `lost` are actors whose slot a process of an older boot still holds.

    `phases` says what took how long, in seconds, by names of PHASES.
    """

    folder: Path
    lost: Collection[str]
    phases: Mapping[str, float] = field(default_factory=dict)


@contextmanager
def phase(name: str, into: dict[str, float]) -> Iterator[None]:
    """Say how long a phase of the boot took, and note it."""
    began = time.perf_counter()
    yield
    into[name] = time.perf_counter() - began
    log.info("boot", phase=name, seconds=round(into[name], 3))


async def recover(store: Store, state_dir: Path) -> Ground:
    """B3 and B4: end what older boots left running, within 10 s, then reconcile all phases.

    Runs under the lock of the store: whatever carries our mark has no daemon any more.
    """
    become_subreaper()
    folder, took = private_folder(state_dir), dict[str, float]()
    with phase("reap", took):
        recorded = await store.read(os_processes.recorded)
        killed = await trio.to_thread.run_sync(partial(_reap, folder, recorded))
        survivors = [pid for pid in killed if processes.is_alive(pid)]
        lost = {process.actor for process in recorded if process.pid in survivors}
        await store.write(_settle, recorded, killed, survivors)
    if killed:
        log.warning("processes of an older boot were ended", pids=killed)
    if survivors:
        log.error("processes of an older boot cannot be killed", pids=survivors)
    with phase("reconcile", took):
        if wrong := await store.write(reconcile):
            log.warning("runs were brought in line with their facts", runs=wrong)
    os.environ["TMPDIR"] = str(folder)
    return Ground(folder, lost, took)


def private_folder(state_dir: Path) -> Path:
    """The folder for temporary files of this daemon's browsers and drivers.

    It is in the environment of each of them, which is how the next boot knows them. Its path is short: a browser keeps a socket
    in it.
    """
    mark = sha256(os.fsencode(state_dir.resolve())).hexdigest()[:12]
    return Path("/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()) / f"oodaemon-{os.getuid()}-{mark}"  # noqa: S108


def _reap(folder: Path, recorded: Collection[OsProcess]) -> list[int]:
    known = [process.pid for process in recorded if processes.identity(process.pid) == identity_of(process)]
    killed = processes.reap(folder, known)
    for process in recorded:
        left = Path(process.folder) if process.folder else None
        with suppress(OSError):
            if left is not None and left.name.startswith("playwright") and left.lstat().st_uid == os.getuid():
                shutil.rmtree(left, ignore_errors=True)
    return killed


def _settle(tx: Transaction, recorded: Collection[OsProcess], killed: list[int], survivors: list[int]) -> None:
    for process in recorded:
        if process.pid not in survivors:
            os_processes.forget(tx, process)
    if killed:
        os_processes.reaped(tx, killed)
    for actor in sorted({process.actor for process in recorded if process.pid in survivors}):
        os_processes.unkillable(tx, actor, [process.pid for process in recorded if process.actor == actor])
