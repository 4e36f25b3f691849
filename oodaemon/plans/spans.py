"""Spans of days: the windows of a walk-forward run. Pure."""

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument, Violation

MOST = 200
"""So many folds a run may have."""

_MONTHS_PER_YEAR = 12
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: datetime.date
    last: datetime.date

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class Fold:
    """A span in which the best is looked for, and a later one in which it is tried."""

    in_sample: Span
    out_of_sample: Span


def folds(spec: runs_pb2.WalkForward) -> tuple[Fold, ...]:
    """The folds of a specification, in their order. Raises InvalidArgument naming each field at fault."""
    match spec.WhichOneof("windows"):
        case "rolling":
            found = tuple(_rolling(spec.rolling))
        case "folds":
            found = _listed(spec.folds)
        case _:
            raise InvalidArgument.of("walk_forward", "no windows are given; give a length such as 12m/3m, or folds")
    if len(found) > MOST:
        raise InvalidArgument.of("walk_forward", f"these windows make {len(found)} folds; a run has at most {MOST}")
    return found


def _rolling(asked: runs_pb2.RollingWindows) -> Iterator[Fold]:
    """Whole windows only: a last one that would reach beyond the end is left out. Each begins the day after the one before ends."""
    for name, months in (("in_sample_months", asked.in_sample_months), ("out_of_sample_months", asked.out_of_sample_months)):
        if months < 1:
            raise InvalidArgument.of(f"walk_forward.{name}", f"{months} is no number of months; give 1 or more")
    whole = _span("walk_forward.rolling", asked.start_date, asked.end_date)
    fold = _fold(whole.first, 0, asked)
    if fold.out_of_sample.last > whole.last:
        need = f"{asked.in_sample_months} and {asked.out_of_sample_months} months"
        raise InvalidArgument.of("walk_forward.rolling", f"{whole} is shorter than one window of {need}")
    number = 0
    while fold.out_of_sample.last <= whole.last:
        yield fold
        number += 1
        fold = _fold(whole.first, number, asked)


def _fold(first: datetime.date, number: int, asked: runs_pb2.RollingWindows) -> Fold:
    begin = number * asked.out_of_sample_months
    end = begin + asked.in_sample_months
    middle = add_months(first, end)
    return Fold(
        Span(add_months(first, begin), middle - _DAY), Span(middle, add_months(first, end + asked.out_of_sample_months) - _DAY)
    )


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * _MONTHS_PER_YEAR + day.month - 1 + months, _MONTHS_PER_YEAR)
    if year > datetime.MAXYEAR:
        raise InvalidArgument.of("walk_forward", f"{months} months after {day} is beyond every calendar")
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _listed(asked: runs_pb2.FoldList) -> tuple[Fold, ...]:
    if not asked.folds:
        raise InvalidArgument.of("walk_forward.folds", "there is none; give at least one")
    found: list[Fold] = []
    wrong: list[Violation] = []
    for number, fold in enumerate(asked.folds, start=1):
        try:
            found.append(_one(f"walk_forward.folds[{number}]", fold))
        except InvalidArgument as error:
            wrong += error.violations
    if wrong:
        raise InvalidArgument(wrong)
    return tuple(found)


def _one(field: str, asked: runs_pb2.Fold) -> Fold:
    inside = _span(f"{field}.in_sample", asked.in_sample_start, asked.in_sample_end)
    outside = _span(f"{field}.out_of_sample", asked.out_of_sample_start, asked.out_of_sample_end)
    if outside.first <= inside.last:
        raise InvalidArgument.of(field, f"out of sample begins on {outside.first}, before the end of in sample on {inside.last}")
    return Fold(inside, outside)


def _span(field: str, first: str, last: str) -> Span:
    span = Span(_day(f"{field}_start", first), _day(f"{field}_end", last))
    if span.last < span.first:
        raise InvalidArgument.of(field, f"it ends on {span.last}, before its start on {span.first}")
    return span


def _day(field: str, text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        what = f"{text!r} is no day" if text else "no day is given"
        raise InvalidArgument.of(field, f"{what}; write YYYY-MM-DD, such as 2022-05-16") from None
