"""A year of the daemon by seeds: `OO_SEEDS=3,17 OO_DAYS=30` plays others, or one again."""

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
import trio
import trio.testing

from oodaemon.store import attempts, leases, requests
from tests.simulation import site
from tests.simulation.site import DAY
from tests.simulation.world import at_home
from tests.support.deadlock import no_deadlock

pytestmark = pytest.mark.slow

DAYS = float(os.environ.get("OO_DAYS", "28"))
YEAR = range(14)
SEEDS = [int(seed) for seed in os.environ["OO_SEEDS"].split(",")] if "OO_SEEDS" in os.environ else [*YEAR]
CPU_SECONDS = 180
MEMORY_DISK = Path("/dev/shm")


@pytest.fixture(autouse=True)
def _deadlock_guard() -> Iterator[None]:
    with no_deadlock(wall=10 * CPU_SECONDS, cpu=CPU_SECONDS):
        yield
    structlog.reset_defaults()


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="oo-sim-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_nothing_is_lost_doubled_or_wrong(seed: int, folder: Path) -> None:
    """The seed is in the name of the test: OO_SEEDS=<seed> plays it again."""
    began = time.process_time()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with at_home(folder, seed) as world:

        async def exist() -> float:
            await world.exist(DAYS)
            return trio.current_time()

        lived = trio.run(exist, clock=trio.testing.MockClock(autojump_threshold=0))
    took = time.process_time() - began
    print(f"seed {seed}: {lived / DAY:.0f} days in {took:.1f} s of CPU, {world.told()}")
    assert lived >= DAYS * DAY
    assert world.submitted
    assert world.site.clicks


def test_a_seed_is_played_the_same_again(folder: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    told = []
    for again in range(2):
        with at_home(folder / str(again), 5) as world:
            trio.run(world.exist, 4.0, clock=trio.testing.MockClock(autojump_threshold=0))
        told.append((world.told(), world.seq))
    assert told[0] == told[1]


def test_the_seeds_of_a_run_are_a_year() -> None:
    """Of the daemon's time, not of ours."""
    if "OO_DAYS" not in os.environ:
        assert len(YEAR) * DAYS >= 365


def orphans_stay_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attempts, "interrupt_orphans", lambda tx: 0)


def figures_get_mixed_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(site, "truth", lambda order: 1.0)


def leasing_falls_asleep(patch: pytest.MonkeyPatch) -> None:
    real = leases.lease
    patch.setattr(leases, "lease", lambda tx, *how, **rest: None if trio.current_time() > DAY else real(tx, *how, **rest))
    patch.setattr(leases, "next_due", lambda db: None)


def requests_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requests, "once", lambda tx, request_id, method, digest, produce: produce())


@pytest.mark.parametrize("breakage", [orphans_stay_open, figures_get_mixed_up, leasing_falls_asleep, requests_are_forgotten])
def test_the_simulation_notices(breakage: Callable[[pytest.MonkeyPatch], None], folder: Path) -> None:
    """A world that could not fail would prove nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with at_home(folder, 4) as world, pytest.MonkeyPatch.context() as patch:
        breakage(patch)

        async def exist() -> None:
            await world.exist(10)

        with pytest.raises(BaseExceptionGroup) as caught:
            trio.run(exist, clock=trio.testing.MockClock(autojump_threshold=0))
        assert caught.group_contains(AssertionError)
