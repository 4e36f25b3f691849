"""A supervisor: starts children, restarts those that fail, and stops them in order, on one trio nursery."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import trio

from oodaemon.actors.child import Child
from oodaemon.actors.errors import Exhausted, StopOverrun
from oodaemon.actors.exits import StopRequest
from oodaemon.actors.incarnation import Acknowledgement, Ending, Incarnation
from oodaemon.actors.life import Life
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.roster import Roster
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.surroundings import Reporter, Surroundings
from oodaemon.actors.tree import ChildSnapshot, TreeSnapshot


class Supervisor:
    """Children of one level of a tree. A child's path is `path/id`, or its id alone where `path` is "".

    Every decision is taken at once, in the instant a child ends, is ready, or a caller wishes something; the loop in
    `run` only waits for time. Wishes may be made from any task of the same trio run, before, during and after `run`.
    """

    def __init__(
        self,
        path: str,
        specs: Iterable[ChildSpec] = (),
        *,
        surroundings: Surroundings,
        strategy: Strategy = Strategy.ONE_FOR_ONE,
    ) -> None:
        """Raises SpecError when the specs cannot work together."""
        self._path = path
        self._strategy = strategy
        self._reporter = Reporter(surroundings.observe)
        self._roster = Roster(path, strategy, surroundings=surroundings, reporter=self._reporter)
        self._nursery: trio.Nursery | None = None
        self._child: Child | None = None
        self._closing: StopRequest | None = None
        self._fatal: BaseException | None = None
        self._wake = trio.Event()
        self._changed = trio.lowlevel.ParkingLot()
        self._roster.enter(tuple(specs))

    def child_path(self, child_id: str) -> str:
        """The path of a child in the whole tree."""
        return self._roster.child_path(child_id)

    def specs(self) -> tuple[ChildSpec, ...]:
        """The children, in rank order."""
        return tuple(life.spec for life in self._roster)

    def start_bound(self) -> float:
        """Longest time in seconds until `run` reports that it has started."""
        return self._roster.sum_over_ranks(ChildSpec.start_bound)

    def stop_bound(self) -> float:
        """Longest time in seconds the children may take to stop, if none is unstoppable."""
        return self._roster.sum_over_ranks(ChildSpec.stop_bound)

    async def run(self, child: Child | None = None, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> NoReturn:
        """Supervise until cancelled. `child` is the handle when this supervisor is itself a child.

        Reports started once the first start of every child has been tried: each is UP, or failed and is in BACKOFF or
        beyond, or waits for one that failed. One broken child so never keeps the rest of the tree from coming up.

        Raises Exhausted or ExitRequested when a child says so, after every other child was stopped. Cancellation stops
        all children in reverse order, each within its stop timeout. A child whose task does not end by then is reported
        as Unstoppable and the others are stopped meanwhile; but trio has no way to abandon a task, so the call cannot
        return before that task ends. (Nor can anything be done about a child that never reaches a checkpoint: it stops
        the whole loop.) Only ending the process helps then.

        May be called again afterwards. Wishes, messages and incarnation numbers are kept; budgets, backoff and normal
        ends are forgotten.
        """
        if self._nursery is not None:
            raise RuntimeError(f"supervisor {self._path!r} is running already")
        for life in self._roster:
            life.reset()
        self._child = child
        if child is not None:
            child.host(self)
        try:
            async with trio.open_nursery() as self._nursery:
                try:
                    await self._supervise(self._is_tried)
                    if self._fatal is None:
                        task_status.started()
                    await self._supervise(lambda: False)
                finally:
                    with trio.CancelScope(shield=True):
                        await self._close()
        finally:
            fatal, self._fatal = self._fatal, None
            self._nursery = self._closing = self._child = None
            if fatal is not None:
                raise fatal
        raise AssertionError("supervision ends only by cancellation or an error")

    async def add(self, spec: ChildSpec) -> ChildSnapshot:
        """Supervise one more child; returns when its first start was tried, or at once when it cannot start yet.

        Raises SpecError, and then nothing was added; StopOverrun when the start timed out and its task does not end.
        When cancelled, the child stays.
        """
        (life,) = self._roster.enter((spec,))
        self._settle()
        await self._wait_until(lambda: life.is_at_rest, life)
        return self._roster.snapshot(life)

    async def remove(self, child_id: str, *, canceller: str, reason: str) -> tuple[Any, ...]:
        """Stop a child and forget it. Returns the messages it has not handled; its mailbox takes no more.

        Raises UnknownChild; SpecError while a sibling needs it that is not being removed itself; StopOverrun when it
        does not end in time. When cancelled or overrun, the removal goes on by itself; the messages then stay in the
        mailbox, where `drain` finds them.
        """
        life = self._roster.dismiss(child_id, StopRequest(canceller, reason))
        self._settle()
        await self._wait_until(lambda: life not in self._roster, life)
        return life.mailbox.drain()

    async def stop_child(self, child_id: str, *, canceller: str, reason: str) -> None:
        """Stop a child, and keep it down until `restart_child`. Under REST_FOR_ONE what needs it goes down first.

        Raises UnknownChild; StopOverrun when it does not end in time. When cancelled, the stop goes on.
        """
        life = self._roster.find(child_id)
        life.is_wanted = False
        life.asked_stop = request = StopRequest(canceller, reason)
        number = life.incarnation
        self._settle()
        # A restart by somebody else may come between: then the incarnation this call was about is gone all the same.
        await self._wait_until(
            lambda: life.asked_stop is not request and not (life.is_running and life.incarnation == number), life
        )

    async def restart_child(self, child_id: str, *, canceller: str, reason: str) -> ChildSnapshot:
        """Stop a child if it runs and start it at once, whatever state it is in; returns when the start was tried.

        Counts against no budget and waits for no backoff; a child that leaves quarantine starts with fresh ones.
        Raises UnknownChild; StopOverrun when it does not end in time. When cancelled, the restart goes on.
        """
        life = self._roster.find(child_id)
        life.is_wanted = True
        life.asked_stop = StopRequest(canceller, reason)
        self._settle()
        await self._wait_until(lambda: life.is_at_rest, life)
        return self._roster.snapshot(life)

    def mailbox(self, child_id: str) -> Mailbox[Any]:
        """The mailbox of a child, the same as long as the child is not removed. Raises UnknownChild."""
        return self._roster.find(child_id).mailbox

    def children(self) -> tuple[ChildSnapshot, ...]:
        """Snapshots of the children, in rank order, with everything below them."""
        return tuple(self._roster.snapshot(life) for life in self._roster)

    def tree(self) -> TreeSnapshot:
        """This supervisor and everything below it, all at one moment. Must be called inside trio."""
        return TreeSnapshot(
            path=self._path,
            strategy=self._strategy,
            is_running=self._nursery is not None,
            observer_failures=self._reporter.failures,
            children=self.children(),
        )

    async def _supervise(self, is_enough: Callable[[], bool]) -> None:
        """Until `is_enough`, or a child's failure ends this supervisor."""
        self._expire()
        while self._fatal is None and not is_enough():
            await self._sleep()
            self._expire()

    def _is_tried(self) -> bool:
        return not any(life.is_first_start_pending for life in self._roster)

    async def _close(self) -> None:
        try:
            self._begin_closing()
            while any(life.is_running for life in self._roster):
                self._expire()
                await self._sleep()
        finally:
            for life in self._roster:
                life.abandon()

    def _begin_closing(self) -> None:
        if self._closing is None:
            asked = self._child.stop_request if self._child is not None and self._fatal is None else None
            reason = "its supervisor was cancelled" if self._fatal is None else str(self._fatal)
            self._closing = asked or StopRequest(self._path or "root", reason)
            for life in self._roster:
                life.asked_stop = None if life.state is ChildState.DOWN else self._closing
        self._settle()

    def _fail_with(self, error: BaseException) -> None:
        """End this supervisor with `error`, unless it ends already; a demand to exit outranks an escalation."""
        if self._fatal is None or (isinstance(self._fatal, Exhausted) and not isinstance(error, Exhausted)):
            self._fatal = error
        self._begin_closing()

    def _expire(self) -> None:
        for life in self._roster:
            life.expire()
        self._settle()

    def _settle(self) -> None:
        """Start and stop all that may now start and stop, until nothing more is to be done in this instant."""
        while self._step():
            pass
        self._roster.forget_gone()
        self._wake.set()
        self._changed.unpark_all()

    def _step(self) -> bool:
        stops, starts = self._roster.decide(is_closing=self._closing is not None)
        if self._nursery is None:
            starts = []
        for life, request in stops:
            life.stop(request)
        for life in starts:
            self._begin(life)
        return bool(stops or starts)

    def _begin(self, life: Life) -> None:
        assert self._nursery is not None
        self._nursery.start_soon(self._incarnate, life, life.begin(self._child), name=life.path)

    async def _incarnate(self, life: Life, incarnation: Incarnation) -> None:
        """The task of one incarnation. Whatever happens in it is judged, never raised."""

        def acknowledge() -> None:
            life.acknowledge(incarnation)
            self._settle()

        with Ending() as ending, incarnation.scope:
            await life.spec.start(incarnation.child, task_status=Acknowledgement(acknowledge))
        if (fatal := life.end(ending.error)) is not None:
            self._fail_with(fatal)
        self._settle()

    async def _sleep(self) -> None:
        """Until something changes or a deadline passes."""
        self._wake = trio.Event()
        with trio.move_on_at(min((life.next_deadline() for life in self._roster), default=math.inf)):
            await self._wake.wait()

    async def _wait_until(self, is_reached: Callable[[], bool], life: Life) -> None:
        await trio.lowlevel.checkpoint()
        while not is_reached():
            if life.is_unstoppable:
                raise StopOverrun(life.path, stop_timeout=life.spec.stop_bound())
            await self._changed.park()
