"""A run as its author described it, before it is put into the wire form. All values are texts, as they were written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from ooctl.exits import ClientError, ExitStatus

if TYPE_CHECKING:
    from ooctl.sweep import Fixed, Sweep

Kind = Literal["sweep", "grid", "staged", "list", "search"]
KINDS: Final[tuple[Kind, ...]] = ("sweep", "grid", "staged", "list", "search")
METHODS: Final = ("tpe", "grid")

MONTHS: Final[Mapping[str, int]] = {"m": 1, "y": 12}
_SPAN: Final = re.compile(r"(\d{1,4})\s*([my])", re.ASCII | re.IGNORECASE)
_DAY: Final = r"\s*(\d{4}-\d\d-\d\d)\s*"
_FOLD: Final = re.compile(rf"{_DAY}\.\.{_DAY}/{_DAY}\.\.{_DAY}", re.ASCII)
_OBJECTIVE: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\s*:\s*(max|min|maximize|minimize))?", re.IGNORECASE)


@dataclass(frozen=True)
class Objective:
    """A metric, and which way is better; empty means its natural direction."""

    metric: str
    direction: Literal["", "max", "min"] = ""


@dataclass(frozen=True)
class Fold:
    """An in-sample span and the out-of-sample span it is tried on: first and last days, ISO 8601."""

    in_sample: tuple[str, str]
    out_of_sample: tuple[str, str]


@dataclass(frozen=True)
class WalkForward:
    """Spans of so many months, within days or (empty) those of the test; or, when there are any, exactly these folds."""

    in_sample_months: int = 0
    out_of_sample_months: int = 0
    start_date: str = ""
    end_date: str = ""
    folds: tuple[Fold, ...] = ()
    optimize_by: tuple[Objective, ...] = ()


@dataclass(frozen=True)
class Stage:
    """A grid of a staged run."""

    swept: tuple[Sweep, ...]
    fixed: tuple[Fixed, ...] = ()
    name: str = ""
    use_best_from: str = ""
    optimize_by: tuple[Objective, ...] = ()


@dataclass(frozen=True)
class Table:
    """Sets of values: a text per column and row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Options that all rows share, by column."""


@dataclass(frozen=True)
class Draft:
    """Everything that makes up a run."""

    kind: Kind
    test: str
    swept: tuple[Sweep, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    stages: tuple[Stage, ...] = ()
    table: Table | None = None
    method: Literal["", "tpe", "grid"] = ""
    optimize_by: tuple[Objective, ...] = ()
    constraints: tuple[str, ...] = ()
    budget: int = 0
    seed: int = 0
    walk_forward: WalkForward | None = None
    has_trades: bool = False
    has_charts: bool = False
    is_fresh: bool = False


def read_objective(text: str, *, where: str) -> Objective:
    """Read METRIC, METRIC:max or METRIC:min. Raises ClientError (USAGE) that begins with `where`."""
    found = _OBJECTIVE.fullmatch(text.strip())
    if found is None:
        raise ClientError(
            f'{where}: "{text}" is not METRIC, METRIC:max or METRIC:min, such as mar or max_drawdown:max', ExitStatus.USAGE
        )
    direction = (found[2] or "").lower()[:3]
    return Objective(found[1], "max" if direction == "max" else "min" if direction == "min" else "")


def read_windows(text: str, *, where: str) -> tuple[int, int]:
    """Months in sample and out of sample from `12m/3m`. Raises ClientError (USAGE) that begins with `where`."""
    first, slash, second = text.partition("/")
    if not slash:
        raise ClientError(f'{where}: "{text}" is not IN_SAMPLE/OUT_OF_SAMPLE, such as 12m/3m', ExitStatus.USAGE)
    return read_months(first, where=where), read_months(second, where=where)


def read_walk(text: str, *, where: str) -> WalkForward:
    """Spans of the same length from `12m/3m`, or folds one by one from `FIRST..LAST/FIRST..LAST; ...`, days in ISO 8601.

    Raises ClientError (USAGE) that begins with `where`.
    """
    if ".." not in text:
        return WalkForward(*read_windows(text, where=where))
    return WalkForward(folds=tuple(_read_fold(each.strip(), where=where) for each in text.split(";") if each.strip()))


def _read_fold(text: str, *, where: str) -> Fold:
    found = _FOLD.fullmatch(text)
    if found is None:
        example = "2021-01-01..2022-12-31/2023-01-01..2023-06-30"
        raise ClientError(
            f'{where}: "{text}" is no in-sample span with its out-of-sample span, such as {example}', ExitStatus.USAGE
        )
    return Fold((found[1], found[2]), (found[3], found[4]))


def read_months(text: str, *, where: str) -> int:
    """Months from `12m` or `1y`. Raises ClientError (USAGE) that begins with `where`."""
    found = _SPAN.fullmatch(text.strip())
    months = int(found[1]) * MONTHS[found[2].lower()] if found else 0
    if not months:
        raise ClientError(f'{where}: "{text.strip()}" is no number of months or years, such as 12m or 1y', ExitStatus.USAGE)
    return months
