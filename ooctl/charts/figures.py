"""What there is to draw: a figure by one parameter, by two, or the equity over time. Pure."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.render.text import minutes, money, number, percent, plain
from ooctl.writers.table import Column, Record, Role

FIGURES: Final = frozenset({Role.FIGURE, Role.DERIVED})
ACCEPTED: Final = "ACCEPTED"
_SORTABLE: Final = re.compile(r"\d\d:\d\d|\d{4}-\d\d-\d\d")
_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Dot:
    """One result: where it lies, its value and its task; `is_proven` is False for figures that a user accepted without proof."""

    x: Any
    y: float
    index: int
    is_proven: bool


@dataclass(frozen=True)
class Axis:
    """A parameter and its values in their order."""

    name: str
    places: tuple[Any, ...]

    @property
    def is_numeric(self) -> bool:
        """Whether distances on it mean something."""
        return all(isinstance(place, int | float) and not isinstance(place, bool) for place in self.places)


@dataclass(frozen=True)
class Curve:
    """A figure by one parameter; several results may lie at one place when others vary too."""

    metric: Column
    axis: Axis
    dots: tuple[Dot, ...]
    others: tuple[str, ...] = ()

    def middle(self) -> list[tuple[Any, float]]:
        """The median at each place, in the order of the axis."""
        at: defaultdict[Any, list[float]] = defaultdict(list)
        for dot in self.dots:
            at[dot.x].append(dot.y)
        return [(place, statistics.median(at[place])) for place in self.axis.places if place in at]


@dataclass(frozen=True)
class Cell:
    """The results at one crossing: their median and their tasks."""

    value: float
    indexes: tuple[int, ...]
    is_proven: bool


@dataclass(frozen=True)
class Grid:
    """A figure by two parameters; the cells are by (row, column) of the places of the axes, and those without a result missing."""

    metric: Column
    rows: Axis
    columns: Axis
    cells: Mapping[tuple[int, int], Cell]
    others: tuple[str, ...] = ()

    def best(self) -> tuple[int, int] | None:
        """The crossing with the best median; of several the first. None where no way is better, and without cells."""
        if not self.metric.sign or not self.cells:
            return None
        return max(self.cells, key=lambda at: (self.metric.sign * self.cells[at].value, (-at[0], -at[1])))


@dataclass(frozen=True)
class Equity:
    """Profit and loss in dollars after each closing of one task: ISO 8601 wall time and total."""

    index: int
    points: tuple[tuple[str, float], ...]

    def drawdown(self) -> list[float]:
        """How far each total lies below the highest before it, zero or negative; the start counts as zero."""
        peak, found = 0.0, []
        for _, total in self.points:
            peak = max(peak, total)
            found.append(total - peak)
        return found


Drawing = Curve | Grid


def metric_of(columns: Sequence[Column], name: str) -> Column:
    """The figure with this name, with or without `derived_`. Raises ClientError (USAGE)."""
    figures = {column.name: column for column in columns if column.role in FIGURES and column.name != "extra"}
    found = figures.get(name) or figures.get(f"derived_{name}")
    if found is not None:
        return found
    near = get_close_matches(name, figures, n=1)
    sentence = f"there is no figure {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    raise ClientError(sentence, ExitStatus.USAGE, hint="the figures are " + ", ".join(figures))


def varying(columns: Sequence[Column], records: Sequence[Record]) -> list[str]:
    """The parameters and options that differ among some rows, in the order of the columns."""
    names = [column.name for column in columns if column.role is Role.PARAMETER]
    return [name for name in names if len({record[name] for record in records} - {None}) > 1]


def drawing(columns: Sequence[Column], records: Iterable[Record], metric: Column, by: Sequence[str]) -> Drawing:
    """What to draw of the rows that have the figure: by the parameters in `by`, or by the one or two that vary.

    Raises ClientError: NOT_FOUND when there is nothing, USAGE for parameters there are not, or too many of them.
    """
    rows = [record for record in records if record[metric.name] is not None]
    if not rows:
        raise ClientError(f"no task of the run has a {metric.name} yet", ExitStatus.NOT_FOUND)
    free = varying(columns, rows)
    chosen = list(by) or free[:2]
    _check(chosen, columns)
    if not chosen:
        count = "the only result has" if len(rows) == 1 else f"all {len(rows)} results have"
        raise ClientError(f"{count} the same values of all parameters: there is nothing to compare", ExitStatus.NOT_FOUND)
    others = tuple(name for name in free if name not in chosen)
    rows = [record for record in rows if all(record[name] is not None for name in chosen)]
    if len(chosen) == 1:
        return _curve(rows, metric, chosen[0], others)
    return _grid(rows, metric, chosen, others)


def _check(by: Sequence[str], columns: Sequence[Column]) -> None:
    names = [column.name for column in columns if column.role is Role.PARAMETER]
    for name in by:
        if name not in names:
            known = ", ".join(names) or "none"
            raise ClientError(f"the run has no parameter {name!r}", ExitStatus.USAGE, hint=f"its parameters are {known}")
    if len(by) > 2 or len(set(by)) < len(by):
        raise ClientError("a chart has one or two parameters; give --by once or twice", ExitStatus.USAGE)


def _curve(rows: Sequence[Record], metric: Column, name: str, others: tuple[str, ...]) -> Curve:
    axis = _axis(name, rows)
    order = {place: position for position, place in enumerate(axis.places)}
    dots = [Dot(row[name], float(row[metric.name]), row["index"], row["origin"] != ACCEPTED) for row in rows]
    return Curve(metric, axis, tuple(sorted(dots, key=lambda dot: (order[dot.x], dot.index))), others)


def _grid(rows: Sequence[Record], metric: Column, by: Sequence[str], others: tuple[str, ...]) -> Grid:
    down, across = _axis(by[0], rows), _axis(by[1], rows)
    at: defaultdict[tuple[int, int], list[Record]] = defaultdict(list)
    row_of = {place: position for position, place in enumerate(down.places)}
    column_of = {place: position for position, place in enumerate(across.places)}
    for row in rows:
        at[row_of[row[by[0]]], column_of[row[by[1]]]].append(row)
    cells = {
        place: Cell(
            statistics.median(float(row[metric.name]) for row in found),
            tuple(row["index"] for row in found),
            all(row["origin"] != ACCEPTED for row in found),
        )
        for place, found in at.items()
    }
    return Grid(metric, down, across, cells, others)


def _axis(name: str, rows: Sequence[Record]) -> Axis:
    places = list(dict.fromkeys(row[name] for row in rows))
    if all(isinstance(place, int | float) or _SORTABLE.fullmatch(str(place)) for place in places):
        places.sort(key=lambda place: (isinstance(place, str), place))
    elif all(place in _WEEK for place in places):
        places.sort(key=_WEEK.index)
    return Axis(name, tuple(places))


def shown(value: float | None, unit: str) -> str:
    """A figure with its unit, as people read it."""
    match unit:
        case "USD":
            return money(value)
        case "%":
            return percent(value)
        case "min":
            return minutes(value)
        case "":
            return number(value)
        case _:
            return plain(None if value is None else f"{number(value)} {unit}")


def notes(figure: Drawing) -> list[str]:
    """What has to be said beside a chart, one sentence each."""
    found = []
    if figure.others:
        what = "the line is" if isinstance(figure, Curve) else "each cell is"
        found.append(f"{', '.join(figure.others)} vary too; {what} the median over them")
    if isinstance(figure, Curve):
        unproven = [dot.index for dot in figure.dots if not dot.is_proven]
    else:
        unproven = [index for cell in figure.cells.values() if not cell.is_proven for index in cell.indexes]
    if unproven:
        tasks = ", ".join(map(str, sorted(unproven)[:10])) + (" and more" if len(unproven) > 10 else "")
        found.append(f"among them figures that a user accepted without proof: task {tasks}")
    return found
