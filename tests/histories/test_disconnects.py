"""A thousand cut lines: everybody who goes on by the rule has every event once."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import trio

from oodaemon.model.runs import Desired
from oodaemon.rpc import watch
from oodaemon.store import journal, runs
from tests.histories.clients import Listener, dispatch
from tests.integration.rpc import support
from tests.integration.rpc.support import aio_channel, serving, short_folder

pytestmark = pytest.mark.slow

DISCONNECTS, LISTENERS, TASKS = 1000, 25, 60


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


async def test_a_thousand_disconnects_lose_nothing_and_double_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "PATIENCE", 240)
    rng = random.Random(4)
    async with serving(folder) as service:
        many, other = await service.submit(TASKS), await service.submit(TASKS, name="other")
        async with aio_channel(service.target) as stubs, trio.open_nursery() as workers:
            listeners = [
                Listener(stubs, rng.choice([many, other]).run_id, random.Random(n), cuts=DISCONNECTS // LISTENERS, longest=2)
                for n in range(LISTENERS)
            ]
            workers.start_soon(partial(dispatch, service, rng, limit=TASKS))
            async with trio.open_nursery() as nursery:
                for listener in listeners:
                    nursery.start_soon(listener.listen)
                async with trio.open_nursery() as ending:
                    ending.start_soon(end_when_cut, service, listeners, [many.run_id, other.run_id])
            workers.cancel_scope.cancel()
        assert sum(listener.disconnects for listener in listeners) >= DISCONNECTS
        for listener in listeners:
            told = await service.parts.store.read(journal.read, listener.began_at, run_id=listener.run_id, limit=1_000_000)
            assert listener.seqs == [event.seq for event in told]
            assert len(set(listener.seqs)) == len(listener.seqs) > 0


async def end_when_cut(service, listeners: list[Listener], run_ids: list[str]) -> None:
    """Keep the journal moving until every line was cut often enough, then end the runs."""
    while any(listener.disconnects < listener.cuts for listener in listeners):
        for run_id in run_ids:
            for desired in (Desired.PAUSE, Desired.RUN):
                await service.parts.store.write(runs.set_desired, run_id, desired)
                await trio.sleep(watch.COALESCE)  # what comes sooner is one frame anyway
    for run_id in run_ids:
        await service.parts.store.write(runs.set_desired, run_id, Desired.CANCEL)
