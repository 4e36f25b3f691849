"""Figures in words: their names, units and values, as the client says them. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from google.protobuf.message import Message

from oodaemon.api.v1 import daemon_pb2, runs_pb2

MIB: Final = 1024 * 1024
DASH: Final = "\N{EN DASH}"
_USD: Final = (
    *("pl", "total_premium", "starting_capital", "ending_capital", "avg_per_trade", "avg_winner", "avg_loser", "max_winner"),
    *("max_loser", "net_profit", "gross_profit", "gross_loss", "fees", "expectancy", "average_win", "average_loss"),
)
_PERCENT: Final = (
    "cagr",
    "max_drawdown",
    "win_percentage",
    "capture_rate",
    "kelly_percent",
    "max_drawdown_percent",
    "cagr_percent",
)
UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_USD, "USD"),
    **dict.fromkeys(_PERCENT, "%"),
    **dict.fromkeys(("avg_minutes_in_trade", "average_duration_minutes"), "min"),
    "avg_days_in_trade": "d",
}
"""Units of the figures that have one. `max_drawdown` is that of the page; that of a trade log, in dollars, has its own word."""
NAMES: Final[Mapping[str, str]] = {
    "pl": "P/L",
    "cagr": "CAGR",
    "max_drawdown": "Max drawdown",
    "mar": "MAR",
    "win_percentage": "Win",
    "total_trades": "Trades",
    "avg_per_trade": "Avg per trade",
    "capture_rate": "Capture rate",
}
METRICS: Final = tuple(field.name for field in runs_pb2.Metrics.DESCRIPTOR.fields)
"""The figures of a result page, in their order."""
TOLD: Final = ("pl", "cagr", "max_drawdown", "mar", "win_percentage", "total_trades")
"""Those that stand beside a result."""


def shown(value: float | None, unit: str = "") -> str:
    """A figure with its unit, as people read it; a dash for none."""
    if value is None or math.isnan(value):
        return DASH
    match unit:
        case "USD":
            amount = f"{abs(value):,.2f}".removesuffix(".00")
            return f"-${amount}" if value < 0 and amount != "0" else f"${amount}"
        case "%":
            return f"{_number(round(value, 2))}%"
        case "min":
            return f"{_number(round(value, 1))} min"
        case "":
            return _number(value)
        case _:
            return f"{_number(value)} {unit}"


def _number(value: float) -> str:
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def figure(value: float | None, metric: str) -> str:
    """A figure of a result page or of a trade log, by its name."""
    return shown(value, UNITS.get(metric, ""))


def called(metric: str) -> str:
    """The name of a figure for people."""
    return NAMES.get(metric, metric.replace("_", " ").capitalize())


def share(value: float | None) -> str:
    """A probability or share as percent."""
    return DASH if value is None else f"{100 * value:.1f}%"


def metric_of(metrics: Message, name: str) -> float | None:
    """A figure of a message that may not have it."""
    return float(getattr(metrics, name)) if metrics.HasField(name) else None


def optional(message: Message, name: str) -> Any:
    """An optional field; None when it is absent."""
    return getattr(message, name) if message.HasField(name) else None


def rough(value: float | None, unit: str = "") -> str:
    """Without cents: what could have been is not that exact."""
    return shown(None if value is None else round(value, 0 if unit == "USD" else 1), unit)


def kind_of(run: runs_pb2.Run) -> str:
    """The kind of a run in a word."""
    kind = run.spec.WhichOneof("kind") or ""
    name: str = {"list": "table", "staged": "stages"}.get(kind, kind)
    return f"{name}, walk-forward" if run.spec.HasField("walk_forward") else name


def memory(size: int) -> str:
    """Bytes as MiB; nothing for none."""
    return f"{size / MIB:,.0f} MiB" if size else ""


def log_level(value: daemon_pb2.LogLevel.ValueType) -> str:
    """The level of a line of the log in small letters."""
    return daemon_pb2.LogLevel.Name(value).removeprefix("LOG_LEVEL_").lower()


FILTERS: Final = {
    "log_level": log_level,
    "figure": figure,
    "called": called,
    "probability": share,
    "metric_of": metric_of,
    "optional": optional,
    "shown": shown,
    "rough": rough,
    "kind_of": kind_of,
    "memory": memory,
}


def rows_of_chart(chart: Mapping[str, Any]) -> tuple[Sequence[str], list[list[str]]]:
    """A chart as a table: its columns and its rows of text."""
    unit = chart["metric"]["unit"]
    match chart["kind"]:
        case "curve":
            return _of_curve(chart, unit)
        case "grid":
            columns = [chart["rows"]["name"], chart["columns"]["name"], f"{chart['metric']['name']} (median)"]
            down, across = chart["rows"]["labels"], chart["columns"]["labels"]
            return [*columns, "smallest", "largest", "tasks"], [
                [down[c[0]], across[c[1]], _proven(shown(c[2], unit), c[7]), shown(c[3], unit), shown(c[4], unit), str(c[5])]
                for c in chart["cells"]
            ]
        case "histogram":
            return ["from", "to", "tasks"], [[shown(low, unit), shown(high, unit), str(n)] for low, high, n in chart["bins"]]
        case _:
            columns = ["closed (New York)", "profit and loss", "below the highest"]
            return columns, [
                [at.replace("T", " "), shown(total, unit), shown(fall, unit)] for _, at, total, fall in chart["points"]
            ]


def _of_curve(chart: Mapping[str, Any], unit: str) -> tuple[Sequence[str], list[list[str]]]:
    columns = ["line", chart["axis"]["name"], chart["metric"]["name"], "task"]
    rows = [
        [series["name"], chart["axis"]["labels"][place], _proven(shown(value, unit), is_proven), str(index)]
        for series in chart["series"]
        for place, index, value, is_proven in series["points"]
    ]
    return columns, rows


def _proven(text: str, is_proven: int) -> str:
    return text if is_proven else f"{text} (accepted without proof)"
