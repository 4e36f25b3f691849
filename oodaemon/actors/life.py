"""One child over all its incarnations: the facts its supervisor decides from. Everything here is synchronous."""

import datetime
import math
from typing import Any, assert_never

import trio

from oodaemon.actors.budget import Window
from oodaemon.actors.child import Child
from oodaemon.actors.errors import Exhausted, ExitRequested, SlotLost
from oodaemon.actors.exits import Failure, StopRequest, causes, diagnose, exit_demand, leaves
from oodaemon.actors.incarnation import Incarnation
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.patience import Patience
from oodaemon.actors.specs import ChildSpec, OnExhausted, Restart
from oodaemon.actors.states import FAILED_STATES, ChildState, Lifecycle
from oodaemon.actors.strategy import Standing
from oodaemon.actors.surroundings import Reporter, Surroundings
from oodaemon.actors.tree import ChildSnapshot, Transition, Unstoppable


class Life:
    """The record of one child.

    `is_wanted`, `asked_stop` and `is_leaving` are wishes of the supervisor's callers. All else changes only here.
    """

    def __init__(self, spec: ChildSpec, *, path: str, rank: int, surroundings: Surroundings, reporter: Reporter) -> None:
        self.spec, self.path, self.rank = spec, path, rank
        self.is_wanted = True
        self.is_leaving = False
        self.asked_stop: StopRequest | None = None
        self.mailbox: Mailbox[Any] = Mailbox(path, spec.mailbox_capacity)
        self._around, self._reporter = surroundings, reporter
        self._lifecycle = Lifecycle(path)
        self._since = surroundings.wall_clock()
        self._patience = Patience(budget=spec.budget, backoff=spec.backoff, probing=spec.probing, rng=surroundings.rng)
        self._child = Child(path, 0, self.mailbox)
        self._current: Incarnation | None = None
        self._restarts = 0
        self._started_at: datetime.datetime | None = None
        self._is_tried = self._is_finished = self._is_completed = False
        self._last_failure: Failure | None = None
        self._last_stop: StopRequest | None = None

    @property
    def state(self) -> ChildState:
        """Where the child stands."""
        return self._lifecycle.state

    @property
    def incarnation(self) -> int:
        """Number of the latest incarnation; 0 before the first."""
        return self._child.incarnation

    @property
    def is_running(self) -> bool:
        """Whether a task of it exists."""
        return self._current is not None

    @property
    def is_unstoppable(self) -> bool:
        """Whether its task was cancelled longer ago than its stop timeout."""
        return self._current is not None and self._current.is_unstoppable

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is under way: no start, no stop, no wish that has not begun."""
        return self.asked_stop is None and self.state not in (ChildState.STARTING, ChildState.STOPPING)

    @property
    def is_first_start_pending(self) -> bool:
        """Whether its first start in this run is under way."""
        return self.state is ChildState.STARTING and not self._is_tried

    def reset(self) -> None:
        """Forget the previous run of the supervisor, but not wishes, messages and incarnation numbers."""
        self._patience.clear()
        self.asked_stop = None
        self._is_tried = self._is_finished = self._is_completed = False

    def begin(self, parent: Child | None) -> Incarnation:
        """The next incarnation; its task must be started by the caller in this instant."""
        is_probe = self.state is ChildState.QUARANTINED
        if is_probe or self.state is ChildState.BACKOFF:
            self._restarts += 1
        self._child = Child(self.path, self._child.incarnation + 1, self.mailbox, parent=parent)
        self._current = Incarnation(
            self._child, start_bound=self.spec.start_bound(), stop_bound=self.spec.stop_bound(), is_probe=is_probe
        )
        self._started_at = self._around.wall_clock()
        self._move(ChildState.STARTING)
        return self._current

    def acknowledge(self, incarnation: Incarnation) -> None:
        """`incarnation` is ready. Without effect if it has ended, is late, or is being stopped."""
        if self._current is incarnation and incarnation.acknowledge():
            self._is_tried = True
            self._move(ChildState.UP)

    def stop(self, request: StopRequest) -> None:
        """Cancel a running incarnation; take a child that only waits to DOWN at once."""
        self.asked_stop = None
        if self._current is not None:
            self._last_stop = self._current.stop = request
            self._child.ask_to_stop(request)
            self._current.cancel()
            self._move(ChildState.STOPPING, stop=request)
            return
        self._is_finished = self._is_completed = False
        if self.state is ChildState.QUARANTINED:
            self._patience.clear()
        if self.state is not ChildState.DOWN:
            self._last_stop = request
            self._move(ChildState.DOWN, stop=request)

    def end(self, error: BaseException | None) -> BaseException | None:
        """The task is over, with `error` or normally. Returns what the supervisor must fail with, if it must."""
        ended = self._current
        assert ended is not None, f"{self.path}: no task of it was known"
        self._current = None
        self._is_tried = True
        demand = None if error is None else exit_demand(error)
        if ended.stop is not None or demand is not None:
            failure = None if error is None else self._note(error)
            self._move(ChildState.DOWN, stop=ended.stop, failure=failure, error=error)
            return demand
        problem = ended.problem(error, is_permanent=self.spec.restart is Restart.PERMANENT)
        if problem is None:
            self._is_finished = self._is_completed = True
            self._move(ChildState.DOWN)
            return None
        return self._fail(ended, problem)

    def expire(self) -> None:
        """Act on a deadline of the running incarnation that has passed."""
        current = self._current
        if current is None or not current.expire():
            return
        self._is_tried = True
        if current.is_unstoppable:
            self._reporter.report(
                Unstoppable(
                    path=self.path,
                    incarnation=current.child.incarnation,
                    at=self._around.wall_clock(),
                    after=current.stop_bound,
                    stop=current.stop,
                )
            )

    def abandon(self) -> None:
        """Cancel a running incarnation without any order; the last resort of a supervisor that failed."""
        if self._current is not None:
            self._current.cancel()

    def next_deadline(self) -> float:
        """The next moment at which time alone changes something; infinity if there is none."""
        if self._current is not None:
            return self._current.deadline
        retry_at = self._patience.retry_at
        return retry_at if self._is_waiting and retry_at > trio.current_time() else math.inf

    def standing(self, *, is_closing: bool) -> Standing:
        """The facts the strategy decides from."""
        state = self.state
        is_due = state is ChildState.DOWN and not self._is_finished
        return Standing(
            id=self.spec.id,
            rank=self.rank,
            needs=self.spec.needs,
            state=state,
            is_wanted=self.is_wanted and not is_closing,
            is_stop_asked=self.asked_stop is not None,
            is_satisfying=state is ChildState.UP or self._is_completed,
            is_due=is_due or (self._is_waiting and self._patience.retry_at <= trio.current_time()),
            is_tried=self._is_tried,
            is_given_up=self.is_unstoppable,
        )

    def snapshot(self, *, waiting_for: tuple[str, ...]) -> ChildSnapshot:
        """The child now."""
        now = trio.current_time()
        usage = self._patience.usage(now)
        child = self._child
        subtree = child.subtree or self.spec.nested
        return ChildSnapshot(
            path=self.path,
            id=self.spec.id,
            state=self.state,
            incarnation=child.incarnation,
            restarts=self._restarts,
            burst_used=usage.burst,
            sustained_used=usage.sustained,
            since=self._since,
            started_at=self._started_at if self.is_running else None,
            is_probe=self._current is not None and self._is_unproven(self._current),
            detail=child.detail,
            progress=child.progress_count,
            silent_for=None if child.progressed_at is None else now - child.progressed_at,
            next_retry_in=self._patience.time_left(now) if self._is_waiting else None,
            waiting_for=waiting_for,
            is_unstoppable=self.is_unstoppable,
            messages=self.mailbox.statistics().waiting,
            last_failure=self._last_failure,
            last_stop=self._last_stop,
            children=() if subtree is None else subtree.children(),
        )

    def _fail(self, ended: Incarnation, error: BaseException) -> BaseException | None:
        failure = self._note(error)
        if self.spec.restart is Restart.TEMPORARY:
            self._is_finished = True
            self._move(ChildState.DOWN, failure=failure, error=error)
            return None
        if not self.is_wanted or self.asked_stop is not None:
            self._move(ChildState.DOWN, failure=failure, error=error)
            return None
        if self._is_unproven(ended):
            self._set_aside(failure, error, after_probe=True)
            return None
        if any(isinstance(leaf, SlotLost) for leaf in leaves(error)):
            return self._exhaust(Window(0, self.spec.budget.burst.seconds), failure, error)
        now = trio.current_time()
        if ended.is_probe:
            self._patience.clear()
        is_free = failure.failure_class in self._around.free_classes
        window = None if is_free else self._patience.overdrawn(failure.failure_class, now)
        if window is not None:
            return self._exhaust(window, failure, error)
        delay = self._patience.wait(now, has_progressed=ended.has_progressed, up_for=ended.up_for())
        self._move(ChildState.BACKOFF, failure=failure, delay=delay, error=error)
        return None

    def _exhaust(self, window: Window, failure: Failure, error: BaseException) -> BaseException | None:
        exhausted = Exhausted(self.path, failure.failure_class, limit=window.limit, seconds=window.seconds)
        exhausted.__cause__ = error
        match self.spec.on_exhausted:
            case OnExhausted.QUARANTINE:
                self._set_aside(failure, error, after_probe=False)
                return None
            case OnExhausted.ESCALATE:
                self._move(ChildState.DOWN, failure=failure, error=error)
                return exhausted
            case OnExhausted.EXIT:
                self._move(ChildState.DOWN, failure=failure, error=error)
                demand = ExitRequested(self.path, code=self.spec.exit_code, reason=str(exhausted))
                demand.__cause__ = exhausted
                return demand
            case _ as unknown:
                assert_never(unknown)

    @property
    def _is_waiting(self) -> bool:
        """Whether time alone may start it again."""
        return self.state in FAILED_STATES

    def _is_unproven(self, incarnation: Incarnation) -> bool:
        """Half open: a probe that has not worked for as long as makes any other child stable."""
        is_stable = incarnation.has_progressed and incarnation.up_for() >= self.spec.backoff.stable_for
        return incarnation.is_probe and not is_stable

    def _set_aside(self, failure: Failure, error: BaseException, *, after_probe: bool) -> None:
        delay = self._patience.set_aside(trio.current_time(), after_probe=after_probe)
        self._move(ChildState.QUARANTINED, failure=failure, delay=delay, error=error)

    def _note(self, error: BaseException) -> Failure:
        around = self._around
        failure_class, leaf = diagnose(error, classify=around.classify, free_classes=around.free_classes)
        self._last_failure = Failure(failure_class, causes(leaf), self._child.incarnation, around.wall_clock())
        return self._last_failure

    def _move(
        self,
        target: ChildState,
        *,
        failure: Failure | None = None,
        stop: StopRequest | None = None,
        delay: float | None = None,
        error: BaseException | None = None,
    ) -> None:
        source = self._lifecycle.move(target)
        self._since = self._around.wall_clock()
        self._reporter.report(
            Transition(
                path=self.path,
                source=source,
                target=target,
                incarnation=self._child.incarnation,
                at=self._since,
                failure=failure,
                stop=stop,
                delay=delay,
                error=error,
            )
        )
