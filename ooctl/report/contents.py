"""What the page says, found out from the rows of a run. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ooctl.charts.figures import ACCEPTED, Axis, Drawing, Equity, drawing, varying
from ooctl.exits import ClientError
from ooctl.writers.table import Column, Record, Role

HEADLINES: Final = ("mar", "pl", "cagr", "max_drawdown", "win_percentage")
"""Each of these has its best result named, where it has values."""
SHOWN: Final = ("pl", "cagr", "max_drawdown", "mar", "win_percentage", "total_trades", "avg_per_trade", "capture_rate")
"""The figures of the table."""
NEEDED: Final = (
    *("index", "part", "status", "origin", *SHOWN, "starting_capital", "ending_capital", "winners"),
    *("trade_count", "underlying", "start_date", "end_date", "recorded_at", "reason", "ruling_reason"),
)
"""The columns a report reads, beside the parameters and its own figure."""


@dataclass(frozen=True)
class Best:
    """The best result by one figure."""

    metric: Column
    record: Record


@dataclass(frozen=True)
class Contents:
    """Everything the page says. `rows` have figures and are sorted, the best first; `without` have none, by index.

    `courses` are other courses of the trades of `equity`, as the daemon's Monte Carlo tells them.
    """

    run: Record
    metric: Column
    columns: Mapping[str, Column]
    rows: Sequence[Record]
    without: Sequence[Record]
    varied: Sequence[Axis]
    fixed: Mapping[str, Any]
    best: Sequence[Best]
    figure: Drawing | None
    origins: Mapping[str, int] = field(default_factory=dict)
    equity: Equity | None = None
    courses: Record | None = None

    @property
    def top(self) -> Record | None:
        """The best proven result by the figure of the report; an accepted one only when there is no other."""
        return best_of(self.rows, self.metric)

    @property
    def spans(self) -> Sequence[tuple[str, str, str]]:
        """Underlying, first and last day of the backtests, each combination once."""
        found = ((row["underlying"] or "", row["start_date"] or "", row["end_date"] or "") for row in self.rows)
        return sorted(set(found) - {("", "", "")})


def gather(run: Record, columns: Sequence[Column], records: Sequence[Record], metric: Column) -> Contents:
    """Look through all rows of a run."""
    rows = [record for record in records if record["origin"] is not None]
    known = {column.name: column for column in columns}
    rows.sort(key=lambda row: (row[metric.name] is None, -(metric.sign or 1) * (row[metric.name] or 0), row["index"]))
    names = varying(columns, rows)
    axes = [Axis(name, _places(rows, name)) for name in names]
    parameters = [column.name for column in columns if column.role is Role.PARAMETER and column.name not in names]
    fixed = {
        name: value
        for name in parameters
        if (value := next((row[name] for row in rows if row[name] is not None), None)) is not None
    }
    headlines = [known[name] for name in dict.fromkeys((metric.name, *HEADLINES))]
    best = [Best(column, found) for column in headlines if column.sign and (found := best_of(rows, column)) is not None]
    return Contents(
        run=run,
        metric=metric,
        columns=known,
        rows=rows,
        without=[record for record in records if record["origin"] is None],
        varied=axes,
        fixed=fixed,
        best=best,
        figure=_figure(columns, rows, metric),
        origins=Counter(str(row["origin"]) for row in rows),
    )


def best_of(rows: Sequence[Record], metric: Column) -> Record | None:
    """The best row by a figure, proven ones before accepted ones, of several the first by index; None without any."""
    found = [row for row in rows if row[metric.name] is not None]
    proven = [row for row in found if row["origin"] != ACCEPTED]
    sign = metric.sign or 1
    return max(proven or found, key=lambda row: (sign * row[metric.name], -row["index"]), default=None)


def _places(rows: Sequence[Record], name: str) -> tuple[Any, ...]:
    places = {row[name] for row in rows} - {None}
    return tuple(sorted(places, key=lambda place: (isinstance(place, str), place)))


def _figure(columns: Sequence[Column], rows: Sequence[Record], metric: Column) -> Drawing | None:
    try:
        return drawing(columns, rows, metric, ())
    except ClientError:  # nothing to compare
        return None
