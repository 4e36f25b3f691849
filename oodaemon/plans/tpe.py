"""Points by a tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kegl: Algorithms for Hyper-Parameter Optimization, NIPS
2011), as Optuna has it, asked and told anew each time: nothing is kept but the points themselves. Pure.
"""

import hashlib
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oodaemon.plans.space import Places, Seen, Space

if TYPE_CHECKING:
    import optuna

FEWEST, MOST = 4, 10
"""How many points a search begins with: a quarter of them, within these bounds."""


@dataclass(frozen=True, slots=True)
class Tpe:
    """The method for a search of at most `limit` points: the same seed chooses the same points from the same results."""

    seed: int
    limit: int

    def begin(self, space: Space) -> list[Places]:
        """Points spread evenly over every axis (a Latin hypercube), all of them other ones."""
        count = min(self.limit, max(FEWEST, min(MOST, self.limit // 4)))
        dice = self._dice(0)
        strata = [_spread(length, count, dice) for length in space.shape]
        found: dict[Places, None] = {}
        for places in zip(*strata, strict=True):
            found[_nearest(space, places, found, dice)] = None
        return list(found)

    def choose(self, space: Space, seen: Sequence[Seen], room: int) -> list[Places]:
        """So many further points, at most as many as the grid has left."""
        dice = self._dice(len(seen))
        study = _study(space, seen, dice.getrandbits(32))
        taken = dict.fromkeys(point.places for point in seen)
        found: list[Places] = []
        for _ in range(min(room, space.points.size - len(taken))):
            places = _nearest(space, _ask(study, space), taken, dice)
            taken[places] = None
            found.append(places)
            study.add_trial(_trial(space, Seen(places, is_open=True)))
        return found

    def _dice(self, count: int) -> random.Random:
        """Dice that fall the same for the same seed and the same number of points."""
        return random.Random(hashlib.sha256(f"{self.seed}/{count}".encode()).digest())  # noqa: S311 - no secrets


def _spread(length: int, count: int, dice: random.Random) -> list[int]:
    """One place in each of so many equal parts of an axis, in any order."""
    places = [min(length - 1, int((part + dice.random()) * length / count)) for part in range(count)]
    dice.shuffle(places)
    return places


def _nearest(space: Space, places: Places, taken: dict[Places, None], dice: random.Random) -> Places:
    """These places if they are free, else the fewest steps away from them; one of several by the dice.

    Looks at no more than the taken points and their neighbours. There must be a free one.
    """
    queue, known = deque([places]), {places}
    while queue:
        found = queue.popleft()
        if found not in taken:
            return found
        around = [other for other in space.around(found) if other not in known]
        dice.shuffle(around)
        known.update(around)
        queue.extend(around)
    raise AssertionError("every point of the grid is taken")


def _study(space: Space, seen: Sequence[Seen], seed: int) -> "optuna.Study":
    import optuna  # noqa: PLC0415 - only a search needs it, and it takes its time

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=2, multivariate=True, constant_liar=True)
    study = optuna.create_study(directions=["maximize"] * len(space.goals), sampler=sampler)
    study.add_trials([_trial(space, point) for point in seen])
    return study


def _trial(space: Space, point: Seen) -> "optuna.trial.FrozenTrial":
    import optuna  # noqa: PLC0415

    states = optuna.trial.TrialState
    is_told = point.worths is not None
    rest: dict[str, Any] = {"values": list(point.worths or ()), "constraints": dict(point.missed)} if is_told else {}
    return optuna.trial.create_trial(
        state=states.RUNNING if point.is_open else states.COMPLETE if is_told else states.FAIL,
        params={str(axis): place for axis, place in enumerate(point.places)},
        distributions=_distributions(space),
        **rest,
    )


def _distributions(space: Space) -> dict[str, Any]:
    from optuna.distributions import CategoricalDistribution, IntDistribution  # noqa: PLC0415

    return {
        str(axis): IntDistribution(0, length - 1) if is_ordered else CategoricalDistribution(range(length))
        for axis, (length, is_ordered) in enumerate(zip(space.shape, space.ordered, strict=True))
    }


def _ask(study: "optuna.Study", space: Space) -> Places:
    import optuna  # noqa: PLC0415

    trial = study.ask(_distributions(space))
    study.tell(trial, state=optuna.trial.TrialState.FAIL)  # what it becomes is added as a trial of its own
    return tuple(int(trial.params[str(axis)]) for axis in range(len(space.shape)))
