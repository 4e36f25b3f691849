"""Children that come and go while a supervisor runs, and what becomes of their messages."""

import pytest
import trio

from oodaemon.actors.errors import MailboxClosed, SpecError, StopOverrun, UnknownChild
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from tests.unit.actors.support import (
    Actor,
    Crash,
    Recorder,
    die_early,
    live,
    running,
    surroundings,
)

S = ChildState
BY = {"canceller": "ooctl", "reason": "because"}


def spec(child_id: str, actor: Actor, *needs: str, **fields) -> ChildSpec:
    return ChildSpec(id=child_id, start=actor.start, needs=frozenset(needs), **fields)


def supervise(recorder: Recorder, *specs: ChildSpec) -> Supervisor:
    return Supervisor("", specs, surroundings=surroundings(recorder), strategy=Strategy.REST_FOR_ONE)


def states(supervisor: Supervisor) -> dict[str, ChildState]:
    return {child.id: child.state for child in supervisor.children()}


async def test_a_child_can_be_added(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())))
    async with running(supervisor):
        child = await supervisor.add(spec("b", Actor(live(ready_in=2)), "a"))
        assert (trio.current_time(), child.state) == (2, S.UP)
        assert [child.id for child in supervisor.specs()] == ["a", "b"]


async def test_adding_returns_when_the_first_start_was_tried_or_cannot_be(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())))
    async with running(supervisor):
        assert (await supervisor.add(spec("b", Actor(die_early(2))))).state is S.BACKOFF
        assert trio.current_time() == 2
        assert (await supervisor.add(spec("c", Actor(live()), "b"))).waiting_for == ("b",)
        assert trio.current_time() == 2


async def test_a_child_that_does_not_fit_is_not_added(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())))
    async with running(supervisor):
        for wrong in (spec("a", Actor(live())), spec("b", Actor(live()), "x")):
            with pytest.raises(SpecError):
                await supervisor.add(wrong)
        assert states(supervisor) == {"a": S.UP}


async def test_children_added_before_the_run_start_with_it_and_survive_it(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder)
    assert (await supervisor.add(spec("a", Actor(live())))).state is S.DOWN
    for _ in range(2):
        async with running(supervisor):
            assert states(supervisor) == {"a": S.UP}
        assert states(supervisor) == {"a": S.DOWN}


async def test_a_removed_child_is_forgotten_and_its_messages_come_back(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(stop_in=2))))
    async with running(supervisor):
        mailbox = supervisor.mailbox("a")
        mailbox.send_nowait("one")
        mailbox.send_nowait("two")
        assert await supervisor.remove("a", **BY) == ("one", "two")
        assert trio.current_time() == 2
        assert supervisor.children() == ()
        with pytest.raises(MailboxClosed):
            mailbox.send_nowait("three")
        with pytest.raises(UnknownChild, match="there is no child 'a'"):
            supervisor.mailbox("a")
        assert (await supervisor.add(spec("a", Actor(live())))).incarnation == 1


async def test_a_removal_nobody_waits_for_closes_the_mailbox_and_keeps_its_messages(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(stop_in=2))))
    async with running(supervisor):
        mailbox = supervisor.mailbox("a")
        mailbox.send_nowait("one")
        with trio.move_on_after(1):
            await supervisor.remove("a", **BY)
        await trio.sleep(2)
        assert supervisor.children() == ()
        with pytest.raises(MailboxClosed):
            mailbox.send_nowait("two")
        assert mailbox.drain() == ("one",)


async def test_a_child_that_is_needed_cannot_be_removed(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())), spec("b", Actor(live()), "a"))
    async with running(supervisor):
        with pytest.raises(SpecError, match="'a' cannot be removed while b needs it"):
            await supervisor.remove("a", **BY)
        assert states(supervisor) == {"a": S.UP, "b": S.UP}


async def test_a_need_can_be_removed_while_its_dependent_is_on_the_way_out(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())), spec("b", Actor(live(stop_in=3)), "a"))
    async with running(supervisor):
        with trio.move_on_after(1):
            await supervisor.remove("b", **BY)
        with pytest.raises(SpecError, match="'c' needs 'b', which is being removed"):
            await supervisor.add(spec("c", Actor(live()), "b"))
        with pytest.raises(UnknownChild):
            await supervisor.restart_child("b", **BY)
        await supervisor.remove("a", **BY)
        assert (trio.current_time(), supervisor.children()) == (3, ())


async def test_a_message_being_handled_is_there_for_the_next_incarnation(autojump_clock):
    handled: list[tuple[int, str]] = []

    async def works(child, *, task_status):
        task_status.started()
        while True:
            async with child.mailbox.take() as message:
                if child.incarnation == 1:
                    raise Crash(message)
                handled.append((child.incarnation, message))

    supervisor = supervise(Recorder(), ChildSpec(id="a", start=works, mailbox_capacity=2))
    async with running(supervisor):
        supervisor.mailbox("a").send_nowait("one")
        supervisor.mailbox("a").send_nowait("two")
        await trio.sleep(1)

    assert handled == [(2, "one"), (2, "two")]


async def test_a_need_is_removed_after_a_dependent_that_overruns(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live())), spec("b", Actor(live(stop_in=30)), "a", stop_timeout=5))
    async with running(supervisor):
        with pytest.raises(StopOverrun):
            await supervisor.remove("b", **BY)
        await supervisor.remove("a", **BY)
        assert (trio.current_time(), supervisor.children()) == (30, ())
