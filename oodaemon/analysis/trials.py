"""Trials side by side: the daily results of several trade logs over the same days, as cross-validation needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DailyResults = Mapping[str, float]
"""Net P/L in dollars by the day of closing, ISO 8601; only days on which something was closed."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trade log of a run: the index of its task, its daily results, and the account it began with where that is known."""

    index: int
    daily: DailyResults
    capital: float | None = None


@dataclass(frozen=True, slots=True)
class Trials:
    """Daily results of trials over all days on which any of them closed something: a series per trial, zero where it closed
    nothing.

    `are_returns` says that they are shares of the account before each day; otherwise they are dollars.
    """

    days: tuple[str, ...]
    indexes: tuple[int, ...]
    series: tuple[tuple[float, ...], ...]
    are_returns: bool

    def of(self, index: int) -> tuple[float, ...] | None:
        """The series of a task; None where its log was not read."""
        return self.series[self.indexes.index(index)] if index in self.indexes else None


def side_by_side(trials: Sequence[Trial]) -> Trials:
    """The trials over the same days, ascending.

    Returns are used when the account of every trial is known and never falls to zero, dollars otherwise: the same unit for all.
    """
    days = tuple(sorted({day for trial in trials for day in trial.daily}))
    returns = [_returns(trial, days) for trial in trials]
    known = [series for series in returns if series is not None]
    are_returns = bool(trials) and len(known) == len(trials)
    series = known if are_returns else [tuple(trial.daily.get(day, 0.0) for day in days) for trial in trials]
    return Trials(days, tuple(trial.index for trial in trials), tuple(series), are_returns)


def spread_evenly(count: int, limit: int) -> list[int]:
    """At most `limit` of `count` places, evenly spread, the first and the last among them."""
    if count <= limit:
        return list(range(count))
    return sorted({round(place * (count - 1) / (limit - 1)) for place in range(limit)}) if limit > 1 else [0]


def _returns(trial: Trial, days: Sequence[str]) -> tuple[float, ...] | None:
    if trial.capital is None or trial.capital <= 0:
        return None
    account, found = trial.capital, []
    for day in days:
        result = trial.daily.get(day, 0.0)
        found.append(result / account)
        account += result
        if account <= 0:
            return None
    return tuple(found)
