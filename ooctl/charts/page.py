"""Charts as a page of their own, by plotly: they can be zoomed and asked for values, and need no network."""

from __future__ import annotations

from typing import Any

from ooctl.charts.figures import Curve, Drawing, Equity, Grid, notes


def page(figure: Drawing | Equity, *, title: str) -> str:
    """A whole page of HTML with everything in it."""
    from plotly import graph_objects  # noqa: PLC0415 - takes a second

    match figure:
        case Curve():
            traces, axes, said = _curve(figure), (figure.axis.name, _named(figure)), notes(figure)
        case Grid():
            traces, axes, said = _grid(figure), (figure.columns.name, figure.rows.name), notes(figure)
        case Equity():
            traces, axes, said = _equity(figure), ("closed (New York)", "profit and loss, USD"), []
    chart = graph_objects.Figure([getattr(graph_objects, kind)(**settings) for kind, settings in traces])
    chart.update_layout(title={"text": _plain(title), "subtitle": {"text": _plain("; ".join(said))}}, template="plotly_white")
    chart.update_xaxes(title=_plain(axes[0]))
    chart.update_yaxes(title=_plain(axes[1]))
    if not isinstance(figure, Equity):
        _in_order(chart, figure)
    config = {"displaylogo": False, "responsive": True}
    written: str = chart.to_html(include_plotlyjs=True, include_mathjax=False, full_html=True, config=config)
    return written.replace("<head>", '<head><meta name="viewport" content="width=device-width, initial-scale=1">', 1)


def _named(figure: Curve | Grid) -> str:
    unit = f", {figure.metric.unit}" if figure.metric.unit else ""
    return f"{figure.metric.name}{unit}"


def _plain(text: str) -> str:
    """Text that plotly takes for no markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_order(chart: Any, figure: Drawing) -> None:  # noqa: ANN401 - of plotly
    across, down = (figure.axis, None) if isinstance(figure, Curve) else (figure.columns, figure.rows)
    if not across.is_numeric or isinstance(figure, Grid):
        chart.update_xaxes(type="category", categoryorder="array", categoryarray=[str(place) for place in across.places])
    if down is not None:
        chart.update_yaxes(type="category", categoryorder="array", categoryarray=[str(place) for place in down.places])


def _curve(figure: Curve) -> list[tuple[str, dict[str, Any]]]:
    def place(value: Any) -> Any:  # noqa: ANN401 - a value of a parameter
        return value if figure.axis.is_numeric else str(value)

    middle = figure.middle()
    line = {"mode": "lines", "name": "median"}
    traces: list[tuple[str, dict[str, Any]]] = [
        ("Scatter", {"x": [place(x) for x, _ in middle], "y": [y for _, y in middle], **line})
    ]
    for is_proven, name, symbol in ((True, "results", "circle"), (False, "accepted without proof", "x")):
        dots = [dot for dot in figure.dots if dot.is_proven is is_proven]
        if dots:
            texts = [f"task {dot.index}" for dot in dots]
            marker = {"symbol": symbol, "size": 8}
            where: dict[str, Any] = {"x": [place(dot.x) for dot in dots], "y": [dot.y for dot in dots]}
            traces.append(("Scatter", {**where, "text": texts, "mode": "markers", "name": name, "marker": marker}))
    return traces


def _grid(figure: Grid) -> list[tuple[str, dict[str, Any]]]:
    values = [
        [cell.value if (cell := figure.cells.get((row, column))) else None for column in range(len(figure.columns.places))]
        for row in range(len(figure.rows.places))
    ]
    across, down = ([str(place) for place in axis.places] for axis in (figure.columns, figure.rows))
    settings = {"x": across, "y": down, "z": values, "colorscale": "Viridis", "reversescale": figure.metric.sign < 0}
    return [("Heatmap", {**settings, "colorbar": {"title": {"text": _named(figure)}}, "texttemplate": "%{z:.4s}"})]


def _equity(figure: Equity) -> list[tuple[str, dict[str, Any]]]:
    moments = [at for at, _ in figure.points]
    totals = [total for _, total in figure.points]
    fill = {"fill": "tozeroy", "line": {"width": 1}}
    return [
        ("Scatter", {"x": moments, "y": totals, "mode": "lines", "name": "profit and loss", "line": {"shape": "hv"}}),
        ("Scatter", {"x": moments, "y": figure.drawdown(), "mode": "lines", "name": "below the highest", **fill}),
    ]
