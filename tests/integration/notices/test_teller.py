"""The actor that tells, on a real store: nothing is lost or told twice over restarts, and nobody waits for it."""

import datetime
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog
import trio
from trio.testing import MockClock

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.clock import HOURS, utc_now
from oodaemon.events.watch import Journal
from oodaemon.model.notices import Notice, Topic
from oodaemon.notices.channel import Delivery
from oodaemon.notices.teller import Teller
from oodaemon.notices.webhook import Webhook
from oodaemon.store import fsck, journal
from oodaemon.store.lanes import InlineLane
from oodaemon.store.store import Store, open_store
from tests.integration.notices.receiver import Receiver, receiving


@dataclass
class Ear:
    """A channel that notes what it is told; `answers` are given one after the other, then it is done."""

    name: str = "ear"
    answers: list[Delivery] = field(default_factory=list)
    heard: list[Notice] = field(default_factory=list)
    stuck_after: int | None = None

    async def deliver(self, notice: Notice) -> Delivery:
        """See Channel."""
        self.heard.append(notice)
        if self.stuck_after is not None and len(self.heard) > self.stuck_after:
            await trio.sleep_forever()
        return self.answers.pop(0) if self.answers else Delivery(is_done=True)

    @property
    def words(self) -> list[str]:
        return [notice.message or notice.condition for notice in self.heard]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "s", rng=random.Random(1), lane=InlineLane) as opened:
        yield opened
        assert await opened.read(fsck.problems) == []


@asynccontextmanager
async def telling(
    store: Store, *ears: Ear | Webhook, topics: tuple[Topic, ...] = tuple(Topic), late: float = 0
) -> AsyncIterator[Teller]:
    """The actor at work, killed at the end of the block."""

    def wall_clock() -> datetime.datetime:
        return utc_now() + datetime.timedelta(seconds=late)

    teller = Teller(store, Journal(store), ears, topics, wall_clock)
    async with trio.open_nursery() as nursery:
        await nursery.start(teller.start, Child("notices", 1, Mailbox("notices")))
        yield teller
        nursery.cancel_scope.cancel()


async def say(store: Store, *messages: str) -> None:
    """A condition that begins with each of these words, and ends before the next."""
    for message in messages:
        await store.write(journal.condition, "DiskLow", message)
        await store.write(journal.condition, "DiskLow", "")


async def test_what_happens_is_told_once_in_order(store: Store, autojump_clock: MockClock) -> None:
    ear = Ear()
    async with telling(store, ear, topics=(Topic.ATTENTION,)):
        await say(store, "one", "two", "three")
        await trio.sleep(5)
    assert ear.words == ["one", "two", "three"]


async def test_the_past_is_not_told_to_who_was_not_there(store: Store, autojump_clock: MockClock) -> None:
    await say(store, "one")
    ear = Ear()
    async with telling(store, ear):
        await say(store, "two")
        await trio.sleep(5)
    assert ear.words == ["two", "DiskLow"]


async def test_what_happened_while_it_was_down_is_told_and_nothing_twice(store: Store, autojump_clock: MockClock) -> None:
    first, second, third = Ear(), Ear(), Ear()
    async with telling(store, first):
        await say(store, "one")
        await trio.sleep(5)
    await say(store, "two")
    async with telling(store, second):
        await trio.sleep(5)
    async with telling(store, third):
        await trio.sleep(5)
    assert (first.words, second.words, third.words) == (["one", "DiskLow"], ["two", "DiskLow"], [])


@pytest.mark.parametrize("after", range(6))
async def test_a_kill_in_the_middle_repeats_one_at_most_and_loses_none(store: Store, autojump_clock: MockClock, after: int) -> None:
    messages = ["one", "two", "three", "four", "five", "six"]
    first, second = Ear(stuck_after=after), Ear()
    async with telling(store, first, topics=(Topic.ATTENTION,)):
        await say(store, *messages)
        await trio.sleep(5)
    async with telling(store, second, topics=(Topic.ATTENTION,)):
        await trio.sleep(5)
    assert first.words[:-1] + second.words == messages
    assert first.words[-1] == second.words[0]


async def test_one_that_hangs_holds_up_neither_the_other_nor_the_store(store: Store, autojump_clock: MockClock) -> None:
    stuck, ear = Ear("stuck", stuck_after=0), Ear("ear")
    async with telling(store, stuck, ear):
        await say(store, *map(str, range(50)))
        await trio.sleep(5)
    assert len(stuck.heard) == 1
    assert len(ear.heard) == 100


async def test_what_could_not_be_told_is_tried_again_more_and_more_slowly(store: Store, autojump_clock: MockClock) -> None:
    ear = Ear(answers=[Delivery(is_done=False, reason="503")] * 12)
    began = trio.current_time()
    async with telling(store, ear, topics=(Topic.ATTENTION,)) as teller:
        await say(store, "one", "two")
        await trio.sleep(1 * HOURS)
    assert ear.words == ["one"] * 13 + ["two"]
    assert teller.told == 2
    assert trio.current_time() - began >= 1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 3 * 300


async def test_a_receiver_that_does_not_want_it_does_not_hold_up_the_next(store: Store, autojump_clock: MockClock) -> None:
    ear = Ear(answers=[Delivery(is_done=False, reason="it answered 400", is_final=True)] * 5)
    async with telling(store, ear, topics=(Topic.ATTENTION,)) as teller:
        with structlog.testing.capture_logs() as lines:
            await say(store, "one", "two")
            await trio.sleep(1 * HOURS)
    assert ear.words == ["one"] * 5 + ["two"]
    assert (teller.told, teller.given_up) == (1, 1)
    assert [line["log_level"] for line in lines].count("error") == 1


async def test_yesterdays_alarms_are_given_up(store: Store, autojump_clock: MockClock) -> None:
    ear = Ear()
    async with telling(store, ear):
        pass
    await say(store, "one")
    async with telling(store, ear, late=25 * HOURS) as teller:
        await trio.sleep(5)
        assert teller.given_up == 2
    assert ear.heard == []


async def test_what_nobody_wants_to_hear_is_passed_over(store: Store, autojump_clock: MockClock) -> None:
    ear = Ear()
    async with telling(store, ear, topics=(Topic.RECOVERED,)):
        await say(store, "one")
        await trio.sleep(5)
    assert [notice.topic for notice in ear.heard] == [Topic.RECOVERED]


async def test_a_journal_that_is_closed_ends_it_quietly(store: Store, autojump_clock: MockClock) -> None:
    ear, events = Ear(), Journal(store)
    teller = Teller(store, events, [ear], tuple(Topic), utc_now)
    async with trio.open_nursery() as nursery:
        await nursery.start(teller.start, Child("notices", 1, Mailbox("notices")))
        await say(store, "one")
        events.close()
        await trio.sleep(5)
        assert ear.words == ["one", "DiskLow"]
        nursery.cancel_scope.cancel()


async def test_over_a_real_line(tmp_path: Path) -> None:
    """A receiver that is down at first: told over the network once it is back, after a restart, by the same id."""
    async with open_store(tmp_path / "s", rng=random.Random(1)) as store:
        with receiving(Receiver(codes=[503])) as receiver:
            async with telling(store, Webhook(receiver.url, "whispered")):
                await say(store, "one")
                with trio.fail_after(30):
                    while len(receiver.got) < 3:  # noqa: ASYNC110 - the other side is a thread
                        await trio.sleep(0.05)
    ids = [got.headers["x-oodaemon-id"] for got in receiver.got]
    assert ids[0] == ids[1] != ids[2]
