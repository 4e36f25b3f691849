"""Charts as PNG, by matplotlib."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ooctl.charts.figures import Curve, Drawing, Equity, Grid, notes

if TYPE_CHECKING:
    from typing import BinaryIO

SIZE = (10.0, 6.0)
DPI = 120


def write_png(figure: Drawing | Equity, out: BinaryIO, *, title: str) -> None:
    """Draw into a file; 1200 by 720 pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - takes a second
    from matplotlib.figure import Figure  # noqa: PLC0415

    sheet = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    FigureCanvasAgg(sheet)
    axes = sheet.add_subplot()
    match figure:
        case Curve():
            _curve(axes, figure)
        case Grid():
            _grid(sheet, axes, figure)
        case Equity():
            _equity(axes, figure)
    axes.set_title(title, parse_math=False)
    if not isinstance(figure, Equity) and (said := notes(figure)):
        sheet.supxlabel("; ".join(said), fontsize=8, parse_math=False)
    sheet.savefig(out, format="png")


def _named(figure: Curve | Grid) -> str:
    return figure.metric.name + (f" ({figure.metric.unit})" if figure.metric.unit else "")


def _curve(axes: Any, figure: Curve) -> None:  # noqa: ANN401 - of matplotlib
    order = {place: position for position, place in enumerate(figure.axis.places)}

    def place(value: Any) -> float:  # noqa: ANN401 - a value of a parameter
        return float(value) if figure.axis.is_numeric else float(order[value])

    middle = figure.middle()
    axes.plot([place(x) for x, _ in middle], [y for _, y in middle], color="tab:blue")
    for is_proven, marker, label in ((True, "o", None), (False, "x", "accepted without proof")):
        dots = [dot for dot in figure.dots if dot.is_proven is is_proven]
        if dots:
            axes.scatter([place(dot.x) for dot in dots], [dot.y for dot in dots], marker=marker, color="tab:blue", label=label)
            if label:
                axes.legend()
    if not figure.axis.is_numeric:
        axes.set_xticks(range(len(figure.axis.places)), [str(each) for each in figure.axis.places], rotation=45)
    axes.set_xlabel(figure.axis.name, parse_math=False)
    axes.set_ylabel(_named(figure), parse_math=False)
    axes.grid(visible=True, alpha=0.3)


def _grid(sheet: Any, axes: Any, figure: Grid) -> None:  # noqa: ANN401 - of matplotlib
    nothing = float("nan")
    values = [
        [cell.value if (cell := figure.cells.get((row, column))) else nothing for column in range(len(figure.columns.places))]
        for row in range(len(figure.rows.places))
    ]
    image = axes.imshow(values, cmap="viridis_r" if figure.metric.sign < 0 else "viridis", origin="lower", aspect="auto")
    sheet.colorbar(image, ax=axes, label=_named(figure))
    for ticks, axis in ((axes.set_xticks, figure.columns), (axes.set_yticks, figure.rows)):
        step = -(-len(axis.places) // 25)
        ticks(range(0, len(axis.places), step), [str(place) for place in axis.places[::step]])
    if (best := figure.best()) is not None:
        axes.plot(best[1], best[0], marker="*", color="white", markersize=14, markeredgecolor="black")
    axes.set_xlabel(figure.columns.name, parse_math=False)
    axes.set_ylabel(figure.rows.name, parse_math=False)


def _equity(axes: Any, figure: Equity) -> None:  # noqa: ANN401 - of matplotlib
    moments = [datetime.fromisoformat(at) for at, _ in figure.points]
    axes.step(moments, [total for _, total in figure.points], where="post", color="tab:blue")
    axes.fill_between(moments, figure.drawdown(), step="post", color="tab:red", alpha=0.35, label="below the highest")
    axes.set_ylabel("profit and loss (USD)")
    axes.legend()
    axes.grid(visible=True, alpha=0.3)
