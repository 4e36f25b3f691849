"""Many clients on bad lines, at once: whatever they heard is true, whatever they did happened once, and nobody missed anything.

A history is made from a seed, which is printed. The checker is tried out on servers that are broken on purpose.
"""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.dispatch.runs import Change, RunDesk
from oodaemon.errors import FailedPrecondition
from oodaemon.model.runs import Author, Desired
from oodaemon.rpc import watch
from oodaemon.store import journal, requests, runs
from tests.histories.clients import Client, Listener, dispatch
from tests.histories.history import Record, Verb, is_linearizable
from tests.integration.rpc.support import Service, aio_channel, serving, short_folder

pytestmark = pytest.mark.slow

CLIENTS, RUNS, COMMANDS, LISTENERS, TASKS = 4, 3, 7, 2, 80
SEEDS = range(6)
VERBS: list[Verb] = ["pause", "resume", "pause", "resume", "read", "read", "cancel"]


class Wrong(AssertionError):
    """The history cannot be explained."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


async def history(folder: Path, seed: int) -> None:
    """Make one, and hold it against the log. Raises Wrong."""
    print(f"seed {seed}")
    rng, record, listeners = random.Random(seed), Record(), []
    async with serving(folder) as service:
        async with aio_channel(service.target) as stubs, trio.open_nursery() as workers:
            workers.start_soon(partial(dispatch, service, random.Random(seed), limit=TASKS))
            clients = [Client(number, stubs, record, random.Random(rng.random())) for number in range(CLIENTS)]
            known = [run_id for client in clients[:RUNS] if (run_id := await client.submit(TASKS))]
            async with trio.open_nursery() as nursery:
                for run_id in known:
                    for _ in range(LISTENERS):
                        listeners.append(Listener(stubs, run_id, random.Random(rng.random()), cuts=8))
                        nursery.start_soon(listeners[-1].listen)
                async with trio.open_nursery() as commanding:
                    for client in clients:
                        commanding.start_soon(steer, client, known)
                for run in await service.parts.store.read(runs.active):
                    with suppress(FailedPrecondition):  # it came to its end by itself
                        await service.parts.store.write(
                            runs.set_desired, run.run_id, Desired.CANCEL, author=Author("history", "the end")
                        )
            workers.cancel_scope.cancel()
        await check(service, record, listeners)


async def steer(client: Client, known: list[str]) -> None:
    for _ in range(COMMANDS):
        if known:
            await client.command(client.rng.choice(VERBS), client.rng.choice(known))
    await client.submit(2)


async def check(service: Service, record: Record, listeners: list[Listener]) -> None:
    events = await service.parts.store.read(journal.read, 0, run_id=None, limit=1_000_000)
    named = Counter(event.body["name"] for event in events if event.type.value == "run_submitted")
    by_name = {event.body["name"]: event.run_id for event in events if event.type.value == "run_submitted"}
    for request_id, run_ids in record.submitted.items():
        if run_ids != {by_name.get(request_id)} or named[request_id] != 1:
            raise Wrong(f"{request_id} was answered with {run_ids}, and made {named[request_id]} runs")
    if set(named) - record.sent or any(count > 1 for count in named.values()):
        raise Wrong(f"runs that nobody asked for, or twice: {named}")
    reasons = Counter(event.body["reason"] for event in events if event.type.value.endswith("_requested"))
    reasons.pop("the end", None)
    asked = {delivery.request_id for delivery in record.deliveries}
    if set(reasons) - asked or any(count > 1 for count in reasons.values()):
        raise Wrong(f"commands that nobody gave, or twice: {reasons}")
    for run_id in {delivery.run_id for delivery in record.deliveries}:
        if not is_linearizable(record.of_run(run_id)):
            raise Wrong(f"no order of these explains what was heard: {record.of_run(run_id)}")
    for listener in listeners:
        told = await service.parts.store.read(journal.read, listener.began_at, run_id=listener.run_id, limit=1_000_000)
        if listener.seqs != [event.seq for event in told]:
            raise Wrong(f"a listener of {listener.run_id} saw {listener.seqs} of {[event.seq for event in told]}")


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_clients_heard_is_what_happened(folder: Path, seed: int) -> None:
    await history(folder, seed)


def skips_an_event(patch: pytest.MonkeyPatch) -> None:
    """Of every full batch of a watch, one in the middle is missing."""
    look = watch.look

    def skipping(db: Any, ref: str, after: int | None) -> Any:
        view = look(db, ref, after)
        return dataclasses.replace(view, events=[e for n, e in enumerate(view.events) if n != 1 or len(view.events) < 3])

    patch.setattr(watch, "look", skipping)


def tells_of_other_runs(patch: pytest.MonkeyPatch) -> None:
    """A watch is not filtered."""
    look = watch.look

    def unfiltered(db: Any, ref: str, after: int | None) -> Any:
        view = look(db, ref, after)
        every = view.events if after is None else journal.read(db, after, run_id=None, limit=watch.BATCH)
        return dataclasses.replace(view, events=[event for event in every if event.run_id])

    patch.setattr(watch, "look", unfiltered)


def applies_requests_twice(patch: pytest.MonkeyPatch) -> None:
    """Nobody remembers what was carried out."""
    patch.setattr(requests, "once", lambda tx, request_id, method, digest, produce: produce())


def acknowledges_what_it_does_not_do(patch: pytest.MonkeyPatch) -> None:
    """Commands are answered as if they had been carried out."""

    async def change(self: RunDesk, request: Any, change: Change) -> Any:
        run = await self._store.read(runs.get, change.ref)
        return dataclasses.replace(run, desired=change.desired)

    patch.setattr(RunDesk, "change", change)


def reads_the_past(patch: pytest.MonkeyPatch) -> None:
    """GetRun answers with what it said first."""
    get, first = runs.get, {}

    def remembered(db: Any, ref: str) -> Any:
        return first.setdefault(ref, get(db, ref))

    from oodaemon.rpc import runs as service

    patch.setattr(service.RunServicer, "GetRun", partial_get(service, remembered))


def partial_get(service: Any, get: Callable[..., Any]) -> Any:
    async def get_run(self: Any, request: Any, context: Any) -> Any:
        run = await service.call_trio(self._store.read, get, request.run_id)
        return service.runs_pb2.GetRunResponse(run=self._presence.run(run))

    return get_run


BROKEN = [skips_an_event, tells_of_other_runs, applies_requests_twice, acknowledges_what_it_does_not_do, reads_the_past]


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__)
async def test_a_broken_server_is_caught(folder: Path, breaks: Callable[[pytest.MonkeyPatch], None]) -> None:
    for seed in SEEDS:
        with pytest.MonkeyPatch.context() as patch:
            breaks(patch)
            (folder / str(seed)).mkdir()
            if await is_wrong(folder / str(seed), seed):
                return
    raise AssertionError("nobody noticed")


async def is_wrong(folder: Path, seed: int) -> bool:
    try:
        await history(folder, seed)
    except Wrong:
        return True
    except BaseExceptionGroup as group:
        found, rest = group.split(Wrong)
        if rest is not None:
            raise
        return found is not None
    return False
