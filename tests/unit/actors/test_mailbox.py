from collections.abc import Awaitable, Callable
from functools import partial

import pytest
import trio

from oodaemon.actors.errors import MailboxClosed, MailboxFull
from oodaemon.actors.mailbox import Mailbox, MailboxStatistics
from oodaemon.errors import Unavailable
from tests.unit.actors.support import Crash


def filled(*messages: str, capacity: int = 64) -> Mailbox[str]:
    mailbox: Mailbox[str] = Mailbox("site/oo", capacity)
    for message in messages:
        mailbox.send_nowait(message)
    return mailbox


async def test_messages_arrive_in_the_order_they_were_sent():
    mailbox = filled("a", "b", "c")

    assert [await mailbox.receive() for _ in range(3)] == ["a", "b", "c"]


async def test_receive_waits_for_a_message(autojump_clock):
    mailbox = filled()
    got: list[tuple[float, str]] = []

    async def receive() -> None:
        got.append((trio.current_time(), await mailbox.receive()))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(receive)
        await trio.testing.wait_all_tasks_blocked()
        assert mailbox.statistics().receivers == 1
        mailbox.send_nowait("a")

    assert [message for _, message in got] == ["a"]


def test_a_full_mailbox_refuses_and_keeps_what_it_has():
    mailbox = filled(*map(str, range(64)))

    with pytest.raises(MailboxFull, match=r"site/oo is full \(64 messages wait\)") as refused:
        mailbox.send_nowait("64")

    assert isinstance(refused.value, Unavailable)
    assert mailbox.drain() == tuple(map(str, range(64)))


async def test_a_block_that_completes_has_handled_the_message():
    mailbox = filled("a", "b")
    async with mailbox.take() as message:
        assert message == "a"
        assert mailbox.statistics() == MailboxStatistics(64, waiting=1, taken=1, redelivered=0, receivers=0)

    assert mailbox.statistics() == MailboxStatistics(64, waiting=1, taken=0, redelivered=0, receivers=0)


async def fail_with_first(mailbox: Mailbox[str], before_failing: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint):
    async with mailbox.take():
        await before_failing()
        raise Crash


async def test_a_block_that_fails_puts_the_message_back_at_the_head():
    mailbox = filled("a", "b")
    with pytest.raises(Crash):
        await fail_with_first(mailbox)

    assert mailbox.statistics().redelivered == 1
    assert mailbox.drain() == ("a", "b")


async def test_a_block_that_is_cancelled_puts_the_message_back(autojump_clock):
    mailbox = filled("a", "b")
    with trio.move_on_after(1):
        async with mailbox.take():
            await trio.sleep_forever()

    assert mailbox.drain() == ("a", "b")


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
async def test_two_takers_that_fail_do_not_change_the_order(autojump_clock, first, second):
    mailbox = filled("a", "b", "c")

    async def fail_after(seconds: float) -> None:
        with pytest.raises(Crash):
            await fail_with_first(mailbox, partial(trio.sleep, seconds))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(fail_after, first)
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(fail_after, second)

    assert mailbox.drain() == ("a", "b", "c")


async def test_a_message_put_back_wakes_another_receiver(autojump_clock):
    mailbox = filled("a")
    got: list[str] = []

    async def receive() -> None:
        got.append(await mailbox.receive())

    async with trio.open_nursery() as nursery:

        async def let_another_wait() -> None:
            nursery.start_soon(receive)
            await trio.testing.wait_all_tasks_blocked()
            assert got == []

        with pytest.raises(Crash):
            await fail_with_first(mailbox, let_another_wait)

    assert got == ["a"]


async def test_there_is_always_room_for_what_is_being_handled():
    mailbox = filled("a", "b", capacity=2)

    async def send_one_more() -> None:
        with pytest.raises(MailboxFull):
            mailbox.send_nowait("c")

    with pytest.raises(Crash):
        await fail_with_first(mailbox, send_one_more)

    assert mailbox.drain() == ("a", "b")


async def test_a_cancelled_receive_takes_nothing():
    mailbox = filled("a")
    with trio.CancelScope() as scope:
        scope.cancel()
        await mailbox.receive()

    assert scope.cancelled_caught
    assert mailbox.drain() == ("a",)


async def test_a_receiver_cancelled_while_waiting_loses_nothing(autojump_clock):
    mailbox = filled()
    with trio.move_on_after(1):
        await mailbox.receive()
    mailbox.send_nowait("a")

    assert await mailbox.receive() == "a"


def test_a_closed_mailbox_refuses_and_keeps_what_it_has():
    mailbox = filled("a")
    mailbox.close()

    with pytest.raises(MailboxClosed, match="site/oo was removed"):
        mailbox.send_nowait("b")
    assert mailbox.drain() == ("a",)
    assert mailbox.drain() == ()
