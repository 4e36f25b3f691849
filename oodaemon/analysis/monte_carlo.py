"""Other courses that the trades of a log could have taken: the same in another order, or drawn anew.

The drawdown of one order is one draw from a distribution; its percentiles say what to be ready for (R. Pardo; K. Davey, *Building
Winning Algorithmic Trading Systems*, on Monte Carlo of the trade sequence). Trades are taken as independent: what follows from
streaks of the market, or from positions that were open together, is not in it. The account is looked at after each trade.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oodaemon.analysis.outcomes import by_settlement
from oodaemon.model.trades import Trade

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERCENTS = (1, 5, 25, 50, 75, 95, 99)
MOST_SIMULATIONS = 100_000
MOST_STEPS = 300_000_000
"""Simulations times trades: about ten seconds."""
_STEPS_AT_ONCE = 4_000_000


class Ruined(ValueError):
    """The account falls to zero or below in the order in which the trades came, so that shares of it mean nothing."""


@dataclass(frozen=True, slots=True)
class Course:
    """How to play: `is_compound` has each trade win or lose its share of the account, otherwise its dollars; `with_replacement`
    draws trades anew instead of changing their order. `capital` is the account at the start in dollars, which compound needs."""

    simulations: int
    seed: int
    is_compound: bool = False
    with_replacement: bool = False
    capital: float | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A figure over all courses: `rank` is the share with less than the actual value, plus half of those with the same."""

    figure: str
    actual: float
    mean: float
    percentiles: tuple[tuple[int, float], ...]
    rank: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What could have happened. Without a capital nothing is in percent and there is no probability of ruin."""

    distributions: tuple[Distribution, ...]
    probability_of_ruin: float | None
    probability_of_loss: float


def is_sized_alike(trades: Sequence[Trade]) -> bool:
    """Whether all trades have the same number of contracts, so that dollars do not grow with the account."""
    return len({trade.contracts for trade in trades}) == 1 and trades[0].contracts is not None


def play(trades: Sequence[Trade], course: Course, ruin: float) -> Outlook:
    """Play the trades in `course.simulations` other courses; `ruin` is a drawdown in percent, positive.

    Needs at least two trades. Raises Ruined when a compound course is asked for and the account of the log itself falls to zero.
    The same seed gives the same answer. Percentiles are interpolated linearly.
    """
    import numpy as np  # noqa: PLC0415 - a daemon that is asked nothing does without

    results = np.array([float(trade.pl) for trade in by_settlement(trades)])
    steps = _shares(results, course.capital) if course.is_compound else results
    rng = np.random.default_rng(course.seed)
    rows = max(1, _STEPS_AT_ONCE // len(steps))
    parts = []
    for start in range(0, course.simulations, rows):
        shape = (min(rows, course.simulations - start), len(steps))
        if course.with_replacement:
            drawn = steps[rng.integers(0, len(steps), shape)]
        else:
            drawn = rng.permuted(np.broadcast_to(steps, shape), axis=1)
        parts.append(_measure(drawn, course))
    measured, actual = np.concatenate(parts), _measure(steps[None, :], course)[0]
    falls = measured[:, 1] if course.capital else None
    return Outlook(
        distributions=tuple(
            _distribution(name, measured[:, place], float(actual[place]))
            for place, name in enumerate(_FIGURES)
            if course.capital or name != _PERCENT
        ),
        probability_of_ruin=None if falls is None else float((falls <= -ruin + 1e-9).mean()),
        probability_of_loss=float((measured[:, 2] < 0).mean()),
    )


_PERCENT = "max_drawdown_percent"
_FIGURES = ("max_drawdown", _PERCENT, "net_profit", "longest_losing_streak")


def _shares(results: "NDArray[Any]", capital: float | None) -> "NDArray[Any]":
    """Each result as a share of the account before it."""
    import numpy as np  # noqa: PLC0415

    if capital is None:
        raise Ruined("the account at the start is not known")
    before = capital + np.concatenate(([0.0], np.cumsum(results)[:-1]))
    if (before <= 0).any() or capital + results.sum() <= 0:
        raise Ruined("the account falls to zero in the order in which the trades came")
    return results / before


def _measure(drawn: "NDArray[Any]", course: Course) -> "NDArray[Any]":
    """A row per course: max drawdown in dollars and in percent (zero or negative), net profit, longest losing streak."""
    import numpy as np  # noqa: PLC0415

    start = course.capital or 0.0
    account = start * np.cumprod(1 + drawn, axis=1) if course.is_compound else start + np.cumsum(drawn, axis=1)
    account = np.concatenate((np.full((len(drawn), 1), start), account), axis=1)
    peak = np.maximum.accumulate(account, axis=1)
    fall = account - peak
    share = np.min(fall / peak, axis=1) * 100 if start > 0 else np.zeros(len(drawn))
    return np.column_stack((fall.min(axis=1), share, account[:, -1] - start, _longest_runs(drawn < 0)))


def _longest_runs(is_loss: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    place = np.arange(1, is_loss.shape[1] + 1)
    since = np.maximum.accumulate(np.where(is_loss, 0, place), axis=1)
    return (place - since).max(axis=1)  # type: ignore[no-any-return]


def _distribution(name: str, values: "NDArray[Any]", actual: float) -> Distribution:
    import numpy as np  # noqa: PLC0415

    tolerance = 1e-9 * max(1.0, abs(actual))
    less, same = (values < actual - tolerance).mean(), (np.abs(values - actual) <= tolerance).mean()
    found = np.percentile(values, PERCENTS)
    percentiles = tuple((percent, float(value)) for percent, value in zip(PERCENTS, found, strict=True))
    return Distribution(name, actual, float(values.mean()), percentiles, float(less + same / 2))
