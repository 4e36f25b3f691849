"""How trades, trade logs and their analysis are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ooctl.render.formats import aligned
from ooctl.render.tables import Column, Noun, Record
from ooctl.render.text import minutes, moment, money, number, percent, plain

_LOG: Final = ("import_id", "run_id", "index", "name", "kind", "entries", "sha256", "columns")

_SHOWN: Final[tuple[tuple[str, str, Callable[[float | None], str]], ...]] = (
    ("trades", "trades", number),
    ("days", "days", number),
    ("winners", "winners", number),
    ("losers", "losers", number),
    ("net_profit", "net profit", money),
    ("gross_profit", "gross profit", money),
    ("gross_loss", "gross loss", money),
    ("fees", "fees", money),
    ("profit_factor", "profit factor", number),
    ("expectancy", "expectancy", money),
    ("expectancy_ratio", "expectancy per dollar risked", number),
    ("average_win", "average win", money),
    ("average_loss", "average loss", money),
    ("payoff_ratio", "payoff ratio", number),
    ("kelly_percent", "Kelly", percent),
    ("sharpe", "Sharpe", number),
    ("sortino", "Sortino", number),
    ("max_drawdown", "max drawdown", money),
    ("max_drawdown_percent", "max drawdown", percent),
    ("recovery_factor", "recovery factor", number),
    ("cagr_percent", "CAGR", percent),
    ("calmar", "Calmar", number),
    ("longest_winning_streak", "longest winning streak", number),
    ("longest_losing_streak", "longest losing streak", number),
    ("average_duration_minutes", "average duration", minutes),
)
"""Derived figures in the order in which people see them: name, words, unit."""

_IN_A_ROW: Final = (
    *("trades", "net_profit", "profit_factor", "expectancy", "kelly_percent", "sharpe", "sortino", "max_drawdown"),
    *("calmar", "recovery_factor", "longest_losing_streak"),
)
"""Those of a run with one row per task."""

_LABEL_WIDTH: Final = 30


def _of(key: str, show: Callable[[Any], str] = plain) -> Callable[[Record], str]:
    return lambda record: show(record[key])


def _derived(key: str, show: Callable[[float | None], str]) -> Callable[[Record], str]:
    return lambda record: show(record["derived"].get(key))


def _wall_time(text: str | None) -> str:
    """A moment on the exchange's clock, to the minute."""
    return plain(text and text.replace("T", " ")[:16])


def _trade_columns(records: Sequence[Record]) -> list[Column]:
    columns = [Column("task", _of("index"), is_number=True)] if any(record["index"] is not None for record in records) else []
    columns += [Column("opened", _of("opened_at", _wall_time)), Column("closed", _of("closed_at", _wall_time))]
    if any(record["strategy"] for record in records):
        columns.append(Column("strategy", _of("strategy")))
    return [
        *columns,
        Column("legs", _of("legs")),
        Column("contracts", _of("contracts"), is_number=True),
        Column("premium", _of("premium", money), is_number=True),
        Column("closing cost", _of("closing_cost", money), is_number=True),
        Column("P/L", _of("pl", money), is_number=True),
        Column("reason", _of("reason")),
    ]


_IMPORT_COLUMNS: Final = (
    Column("import", _of("import_id")),
    Column("name", _of("name")),
    Column("kind", lambda log: plain(log["kind"]).lower()),
    Column("rows", _of("entries"), is_number=True),
    Column("net profit", _derived("net_profit", money), is_number=True),
    Column("imported", _of("recorded_at", moment)),
)

_LOG_COLUMNS: Final = (
    Column("task", _of("index"), is_number=True),
    *(Column(words, _derived(name, show), is_number=True) for name, words, show in _SHOWN if name in _IN_A_ROW),
)

TRADES: Final = Noun(
    _trade_columns,
    (
        *("index", "place", "opened_at", "closed_at", "legs", "contracts", "premium", "closing_cost", "fees", "pl", "reason"),
        *("strategy", "underlying"),
    ),
    wide=("place", "fees", "underlying"),
)
IMPORTS: Final = Noun(lambda _: _IMPORT_COLUMNS, (*_LOG, "recorded_at"), key="import_id", wide=("sha256",))
LOGS: Final = Noun(lambda _: _LOG_COLUMNS, (*_LOG, "recorded_at"), key="index", wide=("name", "entries", "recorded_at"))
ANALYSIS: Final = Noun(lambda _: (), (*_LOG, "recorded_at", "by_weekday", "by_hour", "by_reason", "equity"))


def analysis_details(analysis: Record) -> Iterator[str]:
    """The figures of one log, then its trades by weekday, hour and reason, and the equity if it is there."""
    yield f"{plain(analysis['name'])}: {rows_of(analysis)}"
    for name, words, show in _SHOWN:
        if name in analysis["derived"]:
            yield f"  {words:<{_LABEL_WIDTH}}{show(analysis['derived'][name])}"
    known = {name for name, _, _ in _SHOWN}
    for name in sorted(set(analysis["derived"]) - known):  # of a newer daemon
        yield f"  {plain(name):<{_LABEL_WIDTH}}{number(analysis['derived'][name])}"
    for key, title in (("by_weekday", "weekday"), ("by_hour", "hour of entry"), ("by_reason", "reason")):
        if analysis[key]:
            yield ""
            yield from _slices(title, analysis[key])
    if analysis["equity"]:
        yield ""
        rows = [[_wall_time(point["at"]), money(point["total"])] for point in analysis["equity"]]
        columns = [Column("closed", plain), Column("total", plain, is_number=True)]
        yield from aligned([["closed", "P/L so far"], *rows], columns=columns)


def _slices(title: str, parts: Sequence[Record]) -> list[str]:
    header = [title, "trades", "winners", "P/L", "per trade"]
    rows = [
        [plain(part["key"]), str(part["trades"]), str(part["winners"]), money(part["pl"]), money(part["pl"] / part["trades"])]
        for part in parts
    ]
    return aligned([header, *rows], columns=[Column(name, plain, is_number=place > 0) for place, name in enumerate(header)])


def rows_of(log: Record) -> str:
    """`113 trades of a backtest`."""
    count = log["entries"]
    if log["kind"] == "DAILY":
        return f"{count:,} {'day' if count == 1 else 'days'} of a portfolio"
    whose = {"PORTFOLIO": "a portfolio", "LIVE": "live strategies", "BACKTEST": "a backtest"}.get(log["kind"], "a log")
    return f"{count:,} {'trade' if count == 1 else 'trades'} of {whose}"
