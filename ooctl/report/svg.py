"""Pictures that are part of the page: they grow with it, and take its colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from ooctl.charts.figures import Curve, Equity, Grid, shown

_VIRIDIS: Final = ((68, 1, 84), (65, 68, 135), (42, 120, 142), (34, 168, 132), (122, 209, 81), (253, 231, 37))
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 320, 76, 40, 12
_LABELLED: Final = 14
"""Columns up to which the cells of a heat map show their numbers."""


def heat(figure: Grid) -> str:
    """A heat map; the best cell has a frame."""
    rows, columns = len(figure.rows.places), len(figure.columns.places)
    cell_width, cell_height = max(14.0, min(72.0, 640 / columns)), max(16.0, min(34.0, 520 / rows))
    left = 14 + 7.5 * max(len(_label(place)) for place in figure.rows.places)
    width, height = left + cell_width * columns + 8, cell_height * rows + 58
    values = [cell.value for cell in figure.cells.values()]
    low, high, best = min(values), max(values), figure.best()
    parts = [_open(width, height, f"{figure.metric.name} by {figure.rows.name} and {figure.columns.name}")]
    for (row, column), cell in figure.cells.items():
        share = (cell.value - low) / (high - low) if high > low else 0.5
        colour, ink = _colour(1 - share if figure.metric.sign < 0 else share)
        x, y = left + column * cell_width, 26 + row * cell_height
        frame = ' class="best"' if (row, column) == best else ""
        where = f"{figure.rows.name} {figure.rows.places[row]}, {figure.columns.name} {figure.columns.places[column]}"
        tip = f"{where}: {shown(cell.value, figure.metric.unit)}" + ("" if cell.is_proven else " (accepted without proof)")
        parts.append(f'<g><title>{escape(tip)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{cell_width - 1:.1f}" ')
        parts.append(f'height="{cell_height - 1:.1f}" fill="{colour}"{frame}/>')
        if columns <= _LABELLED:
            text = _brief(cell.value) + ("" if cell.is_proven else "†")
            parts.append(_text(x + cell_width / 2, y + cell_height / 2 + 4, text, anchor="middle", fill=ink))
        parts.append("</g>")
    step = max(1, math.ceil(columns * 34 / (cell_width * columns)))
    across, down = list(enumerate(figure.columns.places))[::step], enumerate(figure.rows.places)
    parts += [_text(left + (column + 0.5) * cell_width, 18, _label(place), anchor="middle") for column, place in across]
    parts += [_text(left - 8, 26 + (row + 0.5) * cell_height + 4, _label(place), anchor="end") for row, place in down]
    parts.append(_text(left, height - 10, f"down: {figure.rows.name}, across: {figure.columns.name}", kind="muted"))
    return "".join([*parts, "</svg>"])


def curve(figure: Curve) -> str:
    """A figure by one parameter: the results, and the line of their medians."""
    order = {place: position for position, place in enumerate(figure.axis.places)}
    xs = [float(dot.x) if figure.axis.is_numeric else float(order[dot.x]) for dot in figure.dots]
    ys = [dot.y for dot in figure.dots]
    frame = _Frame(xs, ys, figure.metric.unit)
    places = [(float(place) if figure.axis.is_numeric else float(order[place]), _label(place)) for place in figure.axis.places]
    parts = [_open(WIDTH, HEIGHT, f"{figure.metric.name} by {figure.axis.name}"), *frame.rules(), *frame.marks(places)]
    at = dict(zip(figure.axis.places, (x for x, _ in places), strict=True))
    line = [(at[x], y) for x, y in figure.middle()]
    parts.append(f'<polyline class="line" points="{frame.points(line)}"/>')
    for dot, x in zip(figure.dots, xs, strict=True):
        tip = f"{figure.axis.name} {dot.x}: {shown(dot.y, figure.metric.unit)} (task {dot.index})"
        kind = "dot" if dot.is_proven else "dot unproven"
        parts.append(f'<circle class="{kind}" cx="{frame.x(x):.1f}" cy="{frame.y(dot.y):.1f}" r="3.5">')
        parts.append(f"<title>{escape(tip)}</title></circle>")
    return "".join([*parts, "</svg>"])


def equity(figure: Equity) -> str:
    """Profit and loss closing by closing, and how far it lay below its highest."""
    totals = [0.0, *(total for _, total in figure.points)]
    falls = [0.0, *figure.drawdown()]
    xs = [float(place) for place in range(len(totals))]
    frame = _Frame(xs, [*totals, *falls], "USD")
    last = len(totals) - 1
    marks = [(float(place), figure.points[max(0, place - 1)][0][:10]) for place in sorted({0, last // 3, 2 * last // 3, last})]
    parts = [_open(WIDTH, HEIGHT, f"equity of task {figure.index}"), *frame.rules(), *frame.marks(marks)]
    below = frame.points([*zip(xs, falls, strict=True), (xs[-1], 0.0), (0.0, 0.0)])
    parts.append(f'<polygon class="fall" points="{below}"/>')
    parts.append(f'<polyline class="line" points="{frame.points(list(zip(xs, totals, strict=True)))}"/>')
    return "".join([*parts, "</svg>"])


class _Frame:
    """Where values lie on the picture."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float], unit: str) -> None:
        self._left, self._right, self._low, self._high = min(xs), max(xs), min(ys), max(ys)
        self._unit = unit
        spare = (self._high - self._low) * 0.06 or abs(self._high) * 0.1 or 1.0
        self._low, self._high = self._low - spare, self._high + spare

    def x(self, value: float) -> float:
        """Across."""
        share = (value - self._left) / (self._right - self._left) if self._right > self._left else 0.5
        return LEFT + 10 + share * (WIDTH - LEFT - 28)

    def y(self, value: float) -> float:
        """Down."""
        return TOP + (self._high - value) / (self._high - self._low) * (HEIGHT - TOP - BOTTOM)

    def points(self, places: Sequence[tuple[float, float]]) -> str:
        """A line."""
        return " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in places)

    def rules(self) -> list[str]:
        """Lines at round numbers, with the numbers."""
        power = 10 ** math.floor(math.log10((self._high - self._low) / 4))
        step = next(power * times for times in (1, 2, 5, 10) if (self._high - self._low) / (power * times) <= 6)
        found = []
        for count in range(math.ceil(self._low / step), math.floor(self._high / step) + 1):
            y = self.y(count * step)
            kind = "zero" if count == 0 else "rule"
            found.append(f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}"/>')
            found.append(_text(LEFT - 8, y + 4, shown(round(count * step, 10), self._unit), anchor="end"))
        return found

    def marks(self, places: Sequence[tuple[float, str]]) -> list[str]:
        """Labels below, as many as there is room for."""
        room = max(1, int((WIDTH - LEFT) / (8.5 * max(len(text) for _, text in places) + 12)))
        step = math.ceil(len(places) / room)
        found = []
        for x, text in places[::step]:
            anchor = "end" if x == self._right and len(text) > 6 else "middle"
            found.append(_text(self.x(x), HEIGHT - BOTTOM + 22, text, anchor=anchor))
        return found


def _open(width: float, height: float, title: str) -> str:
    """Wide enough to be read: on a small screen it is scrolled."""
    wide = f' style="min-width:{0.8 * width:.0f}px;max-width:{1.25 * width:.0f}px"'
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}"{wide}>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = "", kind: str = "") -> str:
    style = f' fill="{fill}"' if fill else ""
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}{named}>{escape(text)}</text>'


def _label(place: Any) -> str:  # noqa: ANN401 - a value of a parameter
    text = ("on" if place else "off") if isinstance(place, bool) else str(place)
    return text if len(text) <= 18 else text[:17] + "…"


def _brief(value: float) -> str:
    size = abs(value)
    if size >= 1_000_000:
        return f"{value / 1_000_000:.1f}M"
    if size >= 10_000:
        return f"{value / 1000:.1f}k"
    return f"{value:.0f}" if size >= 100 else f"{value:.4g}"


def _colour(share: float) -> tuple[str, str]:
    """A colour from dark (0) to light (1), and one that can be read on it."""
    place = min(max(share, 0.0), 1.0) * (len(_VIRIDIS) - 1)
    index = min(int(place), len(_VIRIDIS) - 2)
    red, green, blue = (
        round(one + (other - one) * (place - index)) for one, other in zip(_VIRIDIS[index], _VIRIDIS[index + 1], strict=True)
    )
    is_light = 0.299 * red + 0.587 * green + 0.114 * blue > 125
    return f"#{red:02x}{green:02x}{blue:02x}", "#10131a" if is_light else "#ffffff"
