"""Shared reads: one look for all who ask the same, never one from before a commit."""

from collections.abc import Callable
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.rpc.shared import FRESH, SharedReads


class FakeStore:
    """Counts what it is asked; `during` is called while it reads."""

    def __init__(self) -> None:
        self.head, self.reads = 1, 0
        self.during: Callable[[], None] = lambda: None

    async def read(self, fn: Callable[..., Any], *args: Any, **_: Any) -> Any:
        self.reads += 1
        answer = fn(self, *args)
        await trio.lowlevel.checkpoint()
        self.during()
        return answer


def what(store: FakeStore, *args: Any) -> tuple[Any, ...]:
    return (store.head, *args)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


async def test_those_who_ask_the_same_together_share_one_look(store: FakeStore, autojump_clock: trio.testing.MockClock) -> None:
    shared, found = SharedReads(store), []

    async def ask(*args: Any) -> None:
        found.append(await shared.read(what, *args))

    async with trio.open_nursery() as nursery:
        for _ in range(50):
            nursery.start_soon(ask, "run", 7)
            nursery.start_soon(ask, "run", 8)
    assert sorted(set(found)) == [(1, "run", 7), (1, "run", 8)]
    assert store.reads == 2


async def test_nothing_from_before_a_commit_is_told_after_it(store: FakeStore, autojump_clock: trio.testing.MockClock) -> None:
    shared = SharedReads(store)

    def commit() -> None:
        store.head += 1

    store.during = commit
    assert await shared.read(what) == (1,)
    store.during = lambda: None
    assert await shared.read(what) == (2,)
    store.head = 3
    assert await shared.read(what) == (3,)


async def test_an_answer_is_not_kept_for_long(store: FakeStore, autojump_clock: trio.testing.MockClock) -> None:
    shared = SharedReads(store)
    await shared.read(what)
    await trio.sleep(FRESH / 2)
    await shared.read(what)
    assert store.reads == 1
    await trio.sleep(FRESH)
    await shared.read(what)
    assert store.reads == 2


async def test_a_look_that_fails_or_is_given_up_is_that_of_nobody_else(
    store: FakeStore, autojump_clock: trio.testing.MockClock
) -> None:
    shared = SharedReads(store)

    def refuse(_: Any) -> None:
        raise LookupError

    with trio.CancelScope() as scope:
        store.during = scope.cancel
        await shared.read(what)
        await trio.lowlevel.checkpoint()
    for _ in range(2):
        with pytest.raises(LookupError):
            await shared.read(refuse)
    store.during = lambda: None
    assert await shared.read(what) == (1,)
