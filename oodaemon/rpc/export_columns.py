"""The columns of an export: their names, order, kinds and units are promised in docs/export.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from oodaemon.analysis.columns import NUMBERS as TRADE_NUMBERS
from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.model.directions import BETTER

INTEGER, NUMBER, BOOLEAN = exports_pb2.COLUMN_KIND_INTEGER, exports_pb2.COLUMN_KIND_NUMBER, exports_pb2.COLUMN_KIND_BOOLEAN
TEXT, DECIMAL, JSON = exports_pb2.COLUMN_KIND_TEXT, exports_pb2.COLUMN_KIND_DECIMAL, exports_pb2.COLUMN_KIND_JSON
MOMENT, WALL_TIME = exports_pb2.COLUMN_KIND_MOMENT, exports_pb2.COLUMN_KIND_WALL_TIME

IDENTITY, PARAMETER = exports_pb2.COLUMN_ROLE_IDENTITY, exports_pb2.COLUMN_ROLE_PARAMETER
FIGURE, DERIVED = exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_DERIVED
PROVENANCE = exports_pb2.COLUMN_ROLE_PROVENANCE

DERIVED_PREFIX: Final = "derived_"
_DIRECTION: Final = {
    "more": runs_pb2.DIRECTION_MAXIMIZE,
    "less": runs_pb2.DIRECTION_MINIMIZE,
    None: runs_pb2.DIRECTION_UNSPECIFIED,
}

USD, PERCENT, MINUTES, DAYS, POINTS = "USD", "%", "min", "d", "points"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    kind: exports_pb2.ColumnKind.ValueType
    role: exports_pb2.ColumnRole.ValueType
    unit: str = ""

    def wire(self) -> exports_pb2.ExportColumn:
        """The column on the wire."""
        has_better = self.role in (FIGURE, DERIVED)
        better = BETTER.get(self.name.removeprefix(DERIVED_PREFIX)) if has_better else None
        return exports_pb2.ExportColumn(name=self.name, kind=self.kind, role=self.role, unit=self.unit, better=_DIRECTION[better])


IDENTITIES: Final = (
    Column("run_id", TEXT, IDENTITY),
    Column("index", INTEGER, IDENTITY),
    Column("part", TEXT, IDENTITY),
)
"""What every row of results begins with; the parameters follow."""

FIGURES: Final = (
    Column("status", TEXT, PROVENANCE),
    Column("origin", TEXT, PROVENANCE),
    *(Column(name, NUMBER, FIGURE, USD) for name in ("pl",)),
    *(Column(name, NUMBER, FIGURE, PERCENT) for name in ("cagr", "max_drawdown")),
    Column("mar", NUMBER, FIGURE),
    Column("win_percentage", NUMBER, FIGURE, PERCENT),
    Column("total_premium", NUMBER, FIGURE, USD),
    Column("capture_rate", NUMBER, FIGURE, PERCENT),
    *(
        Column(name, NUMBER, FIGURE, USD)
        for name in (
            *("starting_capital", "ending_capital", "avg_per_trade", "avg_winner", "avg_loser", "max_winner", "max_loser"),
        )
    ),
    Column("avg_minutes_in_trade", NUMBER, FIGURE, MINUTES),
    Column("avg_days_in_trade", NUMBER, FIGURE, DAYS),
    Column("total_trades", NUMBER, FIGURE),
    Column("winners", NUMBER, FIGURE),
    Column("trade_count", INTEGER, DERIVED),
)

_DERIVED: Final = (
    *((name, "") for name in ("trades", "winners", "losers")),
    *((name, USD) for name in ("net_profit", "gross_profit", "gross_loss", "fees")),
    *(("profit_factor", ""), ("expectancy", USD), ("expectancy_ratio", ""), ("average_win", USD), ("average_loss", USD)),
    *(("payoff_ratio", ""), ("kelly_percent", PERCENT), ("sharpe", ""), ("sortino", "")),
    *(("max_drawdown", USD), ("max_drawdown_percent", PERCENT), ("recovery_factor", ""), ("cagr_percent", PERCENT)),
    *(("calmar", ""), ("longest_winning_streak", ""), ("longest_losing_streak", ""), ("average_duration_minutes", MINUTES)),
)
OF_TRADE_LOG: Final = tuple(Column(DERIVED_PREFIX + name, NUMBER, DERIVED, unit) for name, unit in _DERIVED)
"""Figures that follow from trade logs; only runs that asked for them have these columns."""

REST: Final = (
    *(Column(name, TEXT, PROVENANCE) for name in ("underlying", "start_date", "end_date")),
    Column("attempts", INTEGER, PROVENANCE),
    Column("recorded_at", MOMENT, PROVENANCE),
    *(Column(name, TEXT, PROVENANCE) for name in ("reason", "ruling_client", "ruling_reason")),
    Column("ruling_decided_at", MOMENT, PROVENANCE),
    Column("reused_from_run_id", TEXT, PROVENANCE),
    Column("reused_from_index", INTEGER, PROVENANCE),
    Column("extra", JSON, FIGURE),
)
FIXED: Final = frozenset(column.name for column in (*IDENTITIES, *FIGURES, *OF_TRADE_LOG, *REST))
"""Names that no parameter can have; one that is called so gets a prefix."""

_TRADE_UNITS: Final = {
    **dict.fromkeys(("opening_price", "closing_price", "gap", "movement", "opening_vix", "closing_vix"), POINTS),
    **dict.fromkeys(("pl_percent", "max_profit", "max_loss"), PERCENT),
    **dict.fromkeys(("opening_fees", "closing_fees", "margin", "funds_at_close"), USD),
    "days_in_trade": DAYS,
}
TRADES: Final = (
    Column("run_id", TEXT, IDENTITY),
    Column("index", INTEGER, IDENTITY),
    Column("place", INTEGER, IDENTITY),
    Column("opened_at", WALL_TIME, IDENTITY),
    Column("closed_at", WALL_TIME, IDENTITY),
    Column("legs", TEXT, IDENTITY),
    Column("contracts", INTEGER, FIGURE),
    *(Column(name, DECIMAL, FIGURE, USD) for name in ("premium", "closing_cost", "fees", "pl")),
    *(Column(name, TEXT, PROVENANCE) for name in ("reason", "strategy", "underlying")),
    *(Column(name, DECIMAL, FIGURE, _TRADE_UNITS.get(name, "")) for name in TRADE_NUMBERS),
    Column("extra", JSON, PROVENANCE),
)
"""The columns of trades."""


def of_results(parameters: Sequence[Column], *, has_trades: bool) -> tuple[Column, ...]:
    """The columns of results with these parameters; `has_trades` says that trade logs were asked for."""
    derived = OF_TRADE_LOG if has_trades else ()
    return (*IDENTITIES, *parameters, *FIGURES, *derived, *REST)
