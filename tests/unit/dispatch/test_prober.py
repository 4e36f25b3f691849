"""Half-open probes: how often, and of whom."""

from types import SimpleNamespace
from typing import Any

import trio

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.states import ChildState
from oodaemon.dispatch.prober import Prober

MINUTE = 60


class FakeSupervisor:
    """Children in states that the test chooses; remembers who was started again, and when."""

    def __init__(self, **states: ChildState) -> None:
        self.states = states
        self.probes: list[tuple[float, str]] = []
        self.recovers_at = float("inf")

    def children(self) -> list[Any]:
        return [SimpleNamespace(id=name, state=state) for name, state in self.states.items()]

    async def restart_child(self, child_id: str, *, canceller: str, reason: str) -> None:
        await trio.lowlevel.checkpoint()
        assert (canceller, reason) == ("prober", "half-open probe")
        self.probes.append((trio.current_time() / MINUTE, child_id))
        if trio.current_time() >= self.recovers_at:
            self.states[child_id] = ChildState.UP


async def probe(supervisor: Any, minutes: float, *, meanwhile: Any = None) -> None:
    child = Child("prober", 1, Mailbox("prober"))
    async with trio.open_nursery() as nursery:
        await nursery.start(Prober(supervisor).start, child)
        if meanwhile is not None:
            nursery.start_soon(meanwhile)
        await trio.sleep(minutes * MINUTE)
        nursery.cancel_scope.cancel()


async def test_a_child_that_was_set_aside_is_probed_ever_more_rarely_for_ever(autojump_clock) -> None:
    supervisor = FakeSupervisor(a=ChildState.QUARANTINED)
    await probe(supervisor, 300)
    assert supervisor.probes == [(at, "a") for at in (5, 15, 35, 75, 135, 195, 255)]


async def test_only_those_that_were_set_aside_are_probed(autojump_clock) -> None:
    supervisor = FakeSupervisor(
        a=ChildState.UP, b=ChildState.QUARANTINED, c=ChildState.BACKOFF, d=ChildState.QUARANTINED, e=ChildState.DOWN
    )
    await probe(supervisor, 6)
    assert [child for _, child in supervisor.probes] == ["b", "d"]


async def test_after_a_recovery_the_next_trouble_is_probed_soon(autojump_clock) -> None:
    supervisor = FakeSupervisor(a=ChildState.QUARANTINED)
    supervisor.recovers_at = 35 * MINUTE

    async def later() -> None:
        await trio.sleep(76 * MINUTE)
        supervisor.states["a"] = ChildState.QUARANTINED
        supervisor.recovers_at = 0

    await probe(supervisor, 100, meanwhile=later)
    assert supervisor.probes == [(5, "a"), (15, "a"), (35, "a"), (80, "a")]
