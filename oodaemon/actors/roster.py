"""The children of one supervisor: who they are, what they may do now, and how they look."""

from collections.abc import Callable, Iterator, Sequence

from oodaemon.actors.errors import SpecError, UnknownChild
from oodaemon.actors.exits import StopRequest
from oodaemon.actors.life import Life
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy, plan
from oodaemon.actors.surroundings import Reporter, Surroundings
from oodaemon.actors.tree import ChildSnapshot
from oodaemon.actors.validation import ranks, validate


class Roster:
    """Iterates over the children in rank order; children of one rank in the order they were entered."""

    def __init__(self, path: str, strategy: Strategy, *, surroundings: Surroundings, reporter: Reporter) -> None:
        self._path = path
        self._strategy = strategy
        self._around = surroundings
        self._reporter = reporter
        self._lives: list[Life] = []

    def __iter__(self) -> Iterator[Life]:
        return iter(tuple(self._lives))

    def __contains__(self, life: Life) -> bool:
        return life in self._lives

    def child_path(self, child_id: str) -> str:
        """The path of a child in the whole tree."""
        return f"{self._path}/{child_id}" if self._path else child_id

    def enter(self, specs: Sequence[ChildSpec]) -> list[Life]:
        """Take in children, all or none. Raises SpecError when they do not fit together with those already here."""
        every = [*(life.spec for life in self._lives), *specs]
        validate(every)
        leaving = {life.spec.id for life in self._lives if life.is_leaving}
        if problems := [
            f"child {spec.id!r} needs {need!r}, which is being removed" for spec in specs for need in spec.needs & leaving
        ]:
            raise SpecError(problems)
        rank_of = ranks(every)
        entered = [
            Life(
                spec,
                path=self.child_path(spec.id),
                rank=rank_of[spec.id],
                surroundings=self._around,
                reporter=self._reporter,
            )
            for spec in specs
        ]
        self._lives = sorted([*self._lives, *entered], key=lambda life: life.rank)
        return entered

    def find(self, child_id: str) -> Life:
        """The child of that id. Raises UnknownChild, also for one that is being removed."""
        for life in self._lives:
            if life.spec.id == child_id and not life.is_leaving:
                return life
        raise UnknownChild(child_id, path=self._path)

    def dismiss(self, child_id: str, request: StopRequest) -> Life:
        """Mark a child to be forgotten once it is down. Raises UnknownChild, or SpecError while a sibling needs it."""
        life = self.find(child_id)
        dependents = sorted(other.spec.id for other in self._lives if child_id in other.spec.needs and not other.is_leaving)
        if dependents:
            raise SpecError([f"child {child_id!r} cannot be removed while {', '.join(dependents)} needs it"])
        life.is_leaving, life.is_wanted, life.asked_stop = True, False, request
        return life

    def forget_gone(self) -> None:
        """Drop children that were dismissed and have ended."""
        for life in reversed(tuple(self)):
            is_needed = any(life.spec.id in other.spec.needs for other in self._lives)
            if life.is_leaving and not life.is_running and not is_needed:
                self._lives.remove(life)
                life.mailbox.close()

    def decide(self, *, is_closing: bool) -> tuple[list[tuple[Life, StopRequest]], list[Life]]:
        """Which children to stop now, with whose wish, and which to start."""
        by_id = {life.spec.id: life for life in self._lives}
        decided = plan(self._strategy, [life.standing(is_closing=is_closing) for life in self._lives])
        stops = [
            (by_id[child_id], by_id[child_id].asked_stop or StopRequest(self._path or "root", reason or "it is not wanted"))
            for child_id, reason in decided.stop.items()
        ]
        return stops, [by_id[child_id] for child_id in decided.start]

    def snapshot(self, life: Life) -> ChildSnapshot:
        """A child now, with what keeps it from starting."""
        can_wait = self._strategy is Strategy.REST_FOR_ONE and life.state in (ChildState.DOWN, ChildState.BACKOFF)
        return life.snapshot(waiting_for=self._unmet_needs(life) if can_wait else ())

    def sum_over_ranks(self, seconds: Callable[[ChildSpec], float]) -> float:
        """The time all ranks take one after the other when the children of a rank act together."""
        slowest: dict[int, float] = {}
        for life in self._lives:
            slowest[life.rank] = max(slowest.get(life.rank, 0.0), seconds(life.spec))
        return sum(slowest.values())

    def _unmet_needs(self, life: Life) -> tuple[str, ...]:
        needed = [other.standing(is_closing=False) for other in self._lives if other.spec.id in life.spec.needs]
        return tuple(other.id for other in needed if not other.is_satisfying)
