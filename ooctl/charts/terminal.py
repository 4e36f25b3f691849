"""Charts in a terminal: curves by plotext, heat maps as a table of numbers on colours."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from ooctl.charts.figures import Curve, Equity, Grid, notes, shown
from ooctl.render.text import one_line

LEAST: Final = 40
"""Columns below which no chart is drawn narrower."""
HEIGHT: Final = 20
BLOCK: Final = 2
_SHADES: Final = " .:-=+*#%@"
_SCALE: Final = (17, 18, 24, 30, 36, 71, 107, 143, 179, 220)
"""Colours of the 256-colour palette from dark blue to yellow: brightness alone tells them apart."""
_COLOURED: Final = re.compile(r"[\u2801-\u28ff]+")


def curve(figure: Curve, *, width: int, has_colour: bool) -> list[str]:
    """The lines of a chart of a figure by a parameter."""
    order = {place: position for position, place in enumerate(figure.axis.places)}

    def place(value: object) -> float:
        return float(value) if figure.axis.is_numeric else float(order[value])  # type: ignore[arg-type]  # numeric, as just asked

    middle = figure.middle()
    series = [([place(x) for x, _ in middle], [y for _, y in middle])]
    dots = [(place(dot.x), dot.y) for dot in figure.dots]
    ticks = None if figure.axis.is_numeric else _ticks([one_line(str(each)) for each in figure.axis.places])
    title = f"{figure.metric.name} by {figure.axis.name}"
    lines = _plotted(series, dots, title=title, width=width, ticks=ticks, has_colour=has_colour)
    return [*lines, *_best_of_curve(figure), *notes(figure)]


def equity(figure: Equity, *, width: int, has_colour: bool) -> list[str]:
    """The lines of a chart of the equity of a task."""
    totals = [0.0, *(total for _, total in figure.points)]
    places = [float(place) for place in range(len(totals))]
    labels = ["start", *(at[:10] for at, _ in figure.points)]
    title = f"profit and loss of task {figure.index} in dollars, closing by closing"
    lines = _plotted([(places, totals)], [], title=title, width=width, ticks=_ticks(labels), has_colour=has_colour)
    worst = min(figure.drawdown(), default=0.0)
    return [*lines, f"at the end {shown(totals[-1], 'USD')}, deepest fall {shown(worst, 'USD')}, {len(figure.points):,} closings"]


def heat(figure: Grid, *, width: int, has_colour: bool) -> list[str]:
    """The lines of a table of a figure by two parameters: numbers where there is room, else blocks; the best has a star."""
    best = figure.best()
    labels = [one_line(str(place)) for place in figure.rows.places]
    heads = [one_line(str(place)) for place in figure.columns.places]
    texts = {at: _short(cell.value) + ("*" if at == best else "") for at, cell in figure.cells.items()}
    left = max(len(figure.rows.name), *map(len, labels))
    cell = max(len(text) for text in (*texts.values(), *heads)) + 1
    has_numbers = left + (cell + 1) * len(heads) <= max(width, LEAST)
    low, high = _range(figure)
    lines = [f"{figure.metric.name} by {figure.rows.name} (down) and {figure.columns.name} (across)"]
    if has_numbers:
        lines.append(f"{figure.rows.name:>{left}} " + " ".join(f"{head:>{cell}}" for head in heads))
    for row, label in enumerate(labels):
        shades = [_level(figure, (row, column), low, high) for column in range(len(heads))]
        words = [texts.get((row, column), "") for column in range(len(heads))]
        if has_numbers:
            parts = [_painted(f"{word:>{cell}}", level, has_colour) for word, level in zip(words, shades, strict=True)]
            lines.append(f"{label:>{left}} " + " ".join(parts))
        else:
            parts = [
                _painted(_block(word, level, has_colour), level, has_colour) for word, level in zip(words, shades, strict=True)
            ]
            lines.append(f"{label:>{left}} " + "".join(parts))
    if not has_numbers:
        lines.append(f"{'':>{left}} {figure.columns.name} from {heads[0]} to {heads[-1]}; {_legend(low, high, figure)}")
    return [*lines, *_best_of_grid(figure), *notes(figure)]


def _plotted(
    series: Sequence[tuple[list[float], list[float]]],
    dots: Sequence[tuple[float, float]],
    *,
    title: str,
    width: int,
    ticks: tuple[list[float], list[str]] | None,
    has_colour: bool,
) -> list[str]:
    import plotext  # noqa: PLC0415 - takes a moment

    plot = plotext.figure
    plot.clear()
    for xs, ys in series:
        line = plot.signal(xs, ys, marker="braille")
        plot.draw(line.lines() if len(xs) > 1 else line)
    if dots:
        plot.draw(plot.signal([x for x, _ in dots], [y for _, y in dots], marker="dot"))
    plot.plot_size(max(width, LEAST), HEIGHT)
    plot.title(title)
    if ticks is not None:
        plot.ruler("x").ticks(*ticks)
    values = [y for _, ys in series for y in ys] + [y for _, y in dots]
    heights = _heights(values)
    ruler = plot.ruler("y")
    if min(values) < max(values):
        ruler.lim(min(values), max(values))  # without them plotext leaves out every point beyond the outermost ticks
    ruler.ticks(heights, [_short(height) for height in heights])
    lines = [line.rstrip() for line in plot.build().string(colorless=True).splitlines()]
    return [_COLOURED.sub(lambda found: f"\x1b[36m{found[0]}\x1b[0m", line) for line in lines] if has_colour else lines


def _heights(values: Sequence[float]) -> list[float]:
    """Round numbers across the values: steps of 1, 2 or 5 times a power of ten."""
    low, high = min(values), max(values)
    if low == high:
        return [low]
    power = 10 ** math.floor(math.log10((high - low) / 5))
    step = next(power * times for times in (1, 2, 5, 10) if (high - low) / (power * times) <= 8)
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _ticks(labels: Sequence[str]) -> tuple[list[float], list[str]]:
    """At most seven of the labels, the first and the last among them."""
    count = min(7, len(labels))
    places = sorted({round(step * (len(labels) - 1) / max(1, count - 1)) for step in range(count)})
    return [float(place) for place in places], [labels[place] for place in places]


def _range(figure: Grid) -> tuple[float, float]:
    values = [cell.value for cell in figure.cells.values()]
    return min(values), max(values)


def _level(figure: Grid, at: tuple[int, int], low: float, high: float) -> int | None:
    """0 for the worst to 9 for the best; None without a result."""
    cell = figure.cells.get(at)
    if cell is None:
        return None
    share = (cell.value - low) / (high - low) if high > low else 0.5
    return round(9 * (1 - share if figure.metric.sign < 0 else share))


def _painted(text: str, level: int | None, has_colour: bool) -> str:  # noqa: FBT001 - of the terminal
    if level is None or not has_colour:
        return text
    return f"\x1b[38;5;{16 if level > 5 else 231};48;5;{_SCALE[level]}m{text}\x1b[0m"


def _block(word: str, level: int | None, has_colour: bool) -> str:  # noqa: FBT001 - of the terminal
    if word.endswith("*"):
        return " *" if has_colour else "@*"
    return " " * BLOCK if level is None or has_colour else _SHADES[level] * BLOCK


def _legend(low: float, high: float, figure: Grid) -> str:
    worst, best = (high, low) if figure.metric.sign < 0 else (low, high)
    return f"from {shown(worst, figure.metric.unit)} (dark) to {shown(best, figure.metric.unit)} (light)"


def _short(value: float) -> str:
    """At most six characters for most figures."""
    size = abs(value)
    if size >= 10_000_000:
        return f"{value / 1_000_000:.0f}M"
    if size >= 10_000:
        return f"{value / 1000:.1f}k"
    return f"{value:.0f}" if size >= 1000 else f"{value:.4g}"


def _best_of_curve(figure: Curve) -> list[str]:
    if not figure.metric.sign:
        return []
    best = max(figure.dots, key=lambda dot: (figure.metric.sign * dot.y, -dot.index))
    return [f"best: {shown(best.y, figure.metric.unit)} at {figure.axis.name}={best.x} (task {best.index})"]


def _best_of_grid(figure: Grid) -> list[str]:
    best = figure.best()
    if best is None:
        return []
    cell = figure.cells[best]
    where = f"{figure.rows.name}={figure.rows.places[best[0]]}, {figure.columns.name}={figure.columns.places[best[1]]}"
    task = f" (task {cell.indexes[0]})" if len(cell.indexes) == 1 else f" (median of {len(cell.indexes)} tasks)"
    return [f"best: {shown(cell.value, figure.metric.unit)} at {where}{task}"]
