"""What a chart shows, as JSON: a figure by one parameter or two, how its values are spread, and the equity of a task. Pure.

Values, their order and their medians are those of `ooctl chart`; tests hold both to each other.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from oodaemon.console.chart_table import ACCEPTED, ChartTable, Column
from oodaemon.console.thinning import by_group, extremes
from oodaemon.errors import InvalidArgument, NotFound

POINTS: Final = 2000
"""Points of a chart at most, but for a few."""
CELLS: Final = 2500
"""Cells of a heat map at most; of a larger one, neighbouring places share a cell."""
SERIES: Final = 8
"""Values of a further parameter up to which each has a line of its own."""

_SORTABLE: Final = re.compile(r"\d\d:\d\d|\d{4}-\d\d-\d\d")
_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that have the figure; `free` are the parameters that vary among them."""

    table: ChartTable
    metric: Column
    places: tuple[int, ...]
    free: tuple[str, ...]

    def values(self, name: str) -> list[Any]:
        """Of each row."""
        column = self.table.values[name]
        return [column[place] for place in self.places]


def rows_of(table: ChartTable, metric: str) -> Rows:
    """Raises InvalidArgument for a figure that is not known, NotFound when no task has it."""
    found = table.metric(metric)
    places = tuple(place for place, value in enumerate(table.values[found.name]) if value is not None)
    if not places:
        raise NotFound("result", found.name, f"no task of the run has a {found.name} yet")
    free = tuple(
        c.name
        for c in table.parameters
        if len({table.values[c.name][place] for place in places if table.values[c.name][place] is not None}) > 1
    )
    return Rows(table, found, places, free)


def drawing(table: ChartTable, metric: str, by: Sequence[str] = ()) -> Json:
    """The chart of a figure by the parameters in `by`, or by the one or two that vary; by none that vary, how it is spread.

    Raises InvalidArgument for names that are not known or too many of them, NotFound when no task has the figure.
    """
    rows = rows_of(table, metric)
    table.check_parameters(by)
    if len(by) > 2 or len(set(by)) < len(by):
        raise InvalidArgument.of("by", "a chart has one or two different parameters")
    chosen = list(by) or list(rows.free[:2])
    if not chosen:
        return histogram(table, metric)
    there = [table.values[name] for name in chosen]
    places = tuple(place for place in rows.places if all(column[place] is not None for column in there))
    if not places:
        raise NotFound("result", metric, f"no task with {' and '.join(chosen)} has a {metric} yet")
    kept = Rows(table, rows.metric, places, rows.free)
    return curve(kept, chosen[0]) if len(chosen) == 1 else grid(kept, chosen[0], chosen[1])


def curve(rows: Rows, by: str) -> Json:
    """Points by one parameter and the medians at each place; a line for each value of another one, where that one has few."""
    axis, xs, ys = axis_of(rows.values(by)), rows.values(by), rows.values(rows.metric.name)
    order = {place: number for number, place in enumerate(axis)}
    indexes, origins = rows.values("index"), rows.values("origin")
    others = [name for name in rows.free if name != by]
    split = _split(rows, others)
    series: list[Json] = []
    share = POINTS // max(1, len(split))
    for name, members in split:
        dots = sorted((order[xs[m]], indexes[m], ys[m], int(origins[m] != ACCEPTED)) for m in members)
        at: defaultdict[int, list[tuple[int, int, float, int]]] = defaultdict(list)
        for dot in dots:
            at[dot[0]].append(dot)
        kept = by_group([at[place] for place in sorted(at)], share, lambda dot: dot[2])
        line = [(place, statistics.median(dot[2] for dot in at[place])) for place in sorted(at)]
        series.append({"name": name, "points": kept, "line": extremes(line, share, lambda point: point[1]), "total": len(dots)})
    return {
        **_head("curve", rows, f"{rows.metric.name} by {by}"),
        "axis": _axis(by, axis),
        "series": series,
        "notes": _notes(rows, others, "the line is", is_split=len(split) > 1),
        "shown": sum(len(each["points"]) for each in series),
    }


def _split(rows: Rows, others: Sequence[str]) -> list[tuple[str, list[int]]]:
    """The rows by the values of the one other parameter, if there are few; else all together."""
    every = list(range(len(rows.places)))
    if len(others) != 1:
        return [("results", every)]
    values = rows.values(others[0])
    axis = axis_of([value for value in values if value is not None])
    if not 1 < len(axis) <= SERIES or None in values:
        return [("results", every)]
    return [(f"{others[0]} {label(place)}", [m for m in every if values[m] == place]) for place in axis]


def grid(rows: Rows, down: str, across: str) -> Json:
    """The median at each crossing of two parameters, with the smallest and the largest value there."""
    row_values, column_values, ys = rows.values(down), rows.values(across), rows.values(rows.metric.name)
    row_axis, column_axis = axis_of(row_values), axis_of(column_values)
    row_bands, column_bands = _bands(len(row_axis), len(column_axis))
    row_of = {place: number // row_bands for number, place in enumerate(row_axis)}
    column_of = {place: number // column_bands for number, place in enumerate(column_axis)}
    at: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for member, (one, other) in enumerate(zip(row_values, column_values, strict=True)):
        at[row_of[one], column_of[other]].append(member)
    indexes, origins = rows.values("index"), rows.values("origin")
    cells = []
    for (row, column), members in sorted(at.items()):
        found = [ys[m] for m in members]
        is_proven = all(origins[m] != ACCEPTED for m in members)
        value = (statistics.median(found), min(found), max(found))
        cells.append([row, column, *value, len(members), indexes[members[0]], int(is_proven)])
    others = [name for name in rows.free if name not in (down, across)]
    notes = _notes(rows, others, "each cell is")
    if row_bands > 1 or column_bands > 1:
        notes.append(f"the map is too large to be drawn cell by cell: each shows the median of up to {row_bands * column_bands}")
    return {
        **_head("grid", rows, f"{rows.metric.name} by {down} and {across}"),
        "rows": _axis(down, row_axis, row_bands),
        "columns": _axis(across, column_axis, column_bands),
        "cells": cells,
        "best": _best(cells, rows.metric.sign),
        "notes": notes,
        "shown": len(cells),
    }


def _best(cells: Sequence[Sequence[Any]], sign: int) -> list[int] | None:
    if not sign:
        return None
    found = max(cells, key=lambda cell: (sign * cell[2], -cell[0], -cell[1]))
    return [found[0], found[1]]


def _bands(rows: int, columns: int) -> tuple[int, int]:
    """How many places share a row and a column, so that no more than CELLS cells are left."""
    down = across = 1
    while -(-rows // down) * -(-columns // across) > CELLS:
        if rows / down >= columns / across:
            down += 1
        else:
            across += 1
    return down, across


def histogram(table: ChartTable, metric: str) -> Json:
    """How the values of a figure are spread: bins of one width by the rule of Freedman and Diaconis, 5 to 60 of them.

    D. Freedman, P. Diaconis, "On the histogram as a density estimator: L2 theory" (1981): width = 2 IQR n^(-1/3).
    """
    rows = rows_of(table, metric)
    values = sorted(float(value) for value in rows.values(rows.metric.name))
    low, high = values[0], values[-1]
    count = _bins(values)
    width = (high - low) / count
    counts = [0] * count
    for value in values:
        counts[min(count - 1, int((value - low) / width)) if width else 0] += 1
    edges = [low + number * width for number in range(count)] + [high]
    return {
        **_head("histogram", rows, f"how {rows.metric.name} is spread"),
        "bins": [[edges[number], edges[number + 1], counts[number]] for number in range(count)],
        "median": statistics.median(values),
        "mean": statistics.fmean(values),
        "notes": _notes(rows, [], ""),
        "shown": len(values),
    }


def _bins(values: Sequence[float]) -> int:
    if len(values) < 4 or values[0] == values[-1]:
        return 1 if values[0] == values[-1] else 5
    low, _, high = statistics.quantiles(values, n=4)
    width = 2 * (high - low) / len(values) ** (1 / 3)
    return max(5, min(60, round((values[-1] - values[0]) / width))) if width else 5


def equity(index: int, points: Sequence[tuple[str, float]], name: str) -> Json:
    """Profit and loss in dollars after each closing, and how far each total lies below the highest before it (zero or negative)."""
    if not points:
        raise NotFound("trade", f"task {index}", "it made no trades, or its trade log was not kept")
    found: list[tuple[str, float, float]] = []
    peak = 0.0
    for at, total in points:
        peak = max(peak, total)
        found.append((at, total, total - peak))
    numbered = [(number, *point) for number, point in enumerate(found, start=1)]
    kept = extremes(numbered, POINTS, lambda point: point[2], lambda point: point[3])
    return {
        "kind": "equity",
        "title": f"equity of task {index} of {name}",
        "metric": {"name": "profit and loss", "unit": "USD", "sign": 1},
        "points": kept,
        "end": points[-1][1],
        "deepest": min(point[2] for point in found),
        "total": len(found),
        "shown": len(kept),
        "notes": [],
    }


def axis_of(values: Sequence[Any]) -> list[Any]:
    """The different values in their order: numbers, times and days ascending, weekdays from Monday, others as they come."""
    places = list(dict.fromkeys(values))
    if all(isinstance(place, int | float) or _SORTABLE.fullmatch(str(place)) for place in places):
        places.sort(key=lambda place: (isinstance(place, str), place))
    elif all(place in _WEEK for place in places):
        places.sort(key=_WEEK.index)
    return places


def label(place: Any) -> str:
    """A value of a parameter for people."""
    return ("on" if place else "off") if isinstance(place, bool) else str(place)


def _axis(name: str, places: Sequence[Any], band: int = 1) -> Json:
    if band > 1:
        groups = [places[first : first + band] for first in range(0, len(places), band)]
        return {"name": name, "labels": [_span(group) for group in groups], "numbers": None}
    is_numeric = all(isinstance(place, int | float) and not isinstance(place, bool) for place in places)
    return {"name": name, "labels": [label(place) for place in places], "numbers": list(places) if is_numeric else None}


def _span(group: Sequence[Any]) -> str:
    return label(group[0]) if len(group) == 1 else f"{label(group[0])} to {label(group[-1])}"


def _head(kind: str, rows: Rows, title: str) -> Json:
    metric = rows.metric
    return {
        "kind": kind,
        "title": title,
        "metric": {"name": metric.name, "unit": metric.unit, "sign": metric.sign},
        "metrics": [{"name": each.name, "unit": each.unit} for each in rows.table.metrics],
        "parameters": list(rows.free),
        "total": len(rows.places),
        "settled": rows.table.size,
    }


def _notes(rows: Rows, others: Sequence[str], what: str, *, is_split: bool = False) -> list[str]:
    """What has to be said beside a chart, one sentence each."""
    found = []
    if others and not is_split:
        found.append(f"{', '.join(others)} vary too; {what} the median over them")
    origins, indexes = rows.values("origin"), rows.values("index")
    unproven = sorted(index for index, origin in zip(indexes, origins, strict=True) if origin == ACCEPTED)
    if unproven:
        tasks = ", ".join(map(str, unproven[:10])) + (" and more" if len(unproven) > 10 else "")
        found.append(f"among them figures that a user accepted without proof: task {tasks}")
    return found
