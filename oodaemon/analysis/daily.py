"""Daily logs of portfolios: one row per trading day, held to the three things that each row says twice."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from oodaemon.analysis import cells
from oodaemon.analysis.arithmetic import CENT, TOLERANCE, money
from oodaemon.analysis.sheet import MalformedLog, Row, Sheet, folded, read_sheet
from oodaemon.model.trades import DailyLog, Day

_NAMES: Mapping[str, str] = {
    "date": "Date",
    "net_liquidity": "Net Liquidity",
    "current_funds": "Current Funds",
    "withdrawn": "Withdrawn",
    "trading_funds": "Trading Funds",
    "pl": "P/L",
    "pl_percent": "P/L %",
    "drawdown_percent": "Drawdown %",
}
_FIELDS: Mapping[str, str] = {folded(name): field for field, name in _NAMES.items()}
_HUNDRED = Decimal(100)


def parse_daily(raw: bytes, name: str = "") -> DailyLog:
    """The days of an exported daily log. `name` is that of the file and stands in no error.

    Each row is held to: P/L is the change of Net Liquidity; P/L % is that of the Net Liquidity before; Drawdown % is from the
    running peak of Net Liquidity, the start included. Raises MalformedLog; then nothing of the file may be used.
    """
    del name
    return from_sheet(read_sheet(raw))


def is_daily_log(sheet: Sheet) -> bool:
    """Whether the header is that of a daily log."""
    return {"date", "netliquidity"} <= {folded(column) for column in sheet.header}


def from_sheet(sheet: Sheet) -> DailyLog:
    """As `parse_daily`, for a file whose rows were read already."""
    places = sheet.places(_FIELDS)
    for field, column in _NAMES.items():
        if field not in places:
            raise MalformedLog(sheet.line, column, "is missing in the header")
    days = [_day(row, sheet.header, places) for row in sheet.rows]
    _check(days, [row.line for row in sheet.rows])
    return DailyLog(sheet.header, tuple(days))


def _day(row: Row, header: Sequence[str], places: Mapping[str, int]) -> Day:
    numbers: dict[str, Decimal] = {}
    column = header[places["date"]]
    try:
        date, _ = cells.moment(row.cells[places["date"]])
        for field, place in places.items():
            column = header[place]
            if field != "date":
                numbers[field] = cells.number(row.cells[place])
    except ValueError as error:
        raise MalformedLog(row.line, column, str(error)) from None
    return Day(date=date, **numbers)


def _check(days: Sequence[Day], lines: Sequence[int]) -> None:
    if not days:
        return
    before = days[0].net_liquidity - days[0].pl
    peak = before
    for place, (day, line) in enumerate(zip(days, lines, strict=True)):
        if place and day.date <= days[place - 1].date:
            raise MalformedLog(line, "Date", f"{day.date} does not come after {days[place - 1].date}")
        change = day.net_liquidity - before
        if abs(change - day.pl) > TOLERANCE:
            raise MalformedLog(line, "P/L", f"is {money(day.pl)}, but Net Liquidity changed by {money(change)}")
        _check_percent(line, "P/L %", day.pl_percent, change, before)
        peak = max(peak, day.net_liquidity)
        _check_percent(line, "Drawdown %", day.drawdown_percent, day.net_liquidity - peak, peak)
        before = day.net_liquidity


def _check_percent(line: int, column: str, shown: Decimal, part: Decimal, whole: Decimal) -> None:
    """Percent are shown with two decimals; nothing is said of a whole that is not positive."""
    if whole <= 0:
        return
    percent = part / whole * _HUNDRED
    if abs(percent - shown) > TOLERANCE:
        raise MalformedLog(line, column, f"is {shown}, but Net Liquidity makes it {percent.quantize(CENT)}")
