"""Trade logs: every variant of the exported file, by header name alone, each row held to its own arithmetic."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from oodaemon.analysis import cells
from oodaemon.analysis.arithmetic import check_rows, explained
from oodaemon.analysis.columns import FIELDS, LIVE_PREMIUM, NUMBERS, ON_PAGE, name_of
from oodaemon.analysis.sheet import MalformedLog, Row, Sheet, folded, read_sheet
from oodaemon.model.trades import LogKind, Trade, TradeLog

MIDNIGHT = datetime.time()
MONTHS_IN_YEAR = 12
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}")
_NEEDED = ("date_opened", "pl")
_NEEDED_OF_EXPORTS = ("contracts",)


def parse(raw: bytes, name: str = "") -> TradeLog:
    """The trades of an exported trade log: of a single test, a portfolio or a live strategy, of any known age.

    Columns may stand in any order and may be missing where no row has a value; unknown ones are kept in `Trade.extra`. Every
    data line becomes one trade. `P/L = (Premium - Avg. Closing Cost) x contracts - fees` holds to the cent on every row; only a
    copy of the table on the page, which shows neither contracts nor cents, is taken without that. `name` is that of the file and
    stands in no error. Raises MalformedLog; then nothing of the file may be used. Takes about a second for 14,000 rows.
    """
    del name  # the same for every name: the kind of a log is told by its columns
    return from_sheet(read_sheet(raw))


def is_trade_log(sheet: Sheet) -> bool:
    """Whether the header is that of a trade log, as far as one can tell."""
    known = {FIELDS.get(folded(column)) for column in sheet.header}
    return "date_opened" in known or {"legs", "pl"} <= known


def from_sheet(sheet: Sheet) -> TradeLog:
    """As `parse`, for a file whose rows were read already."""
    places = sheet.places(FIELDS)
    is_live = LIVE_PREMIUM in places
    _check_header(sheet, places, is_live=is_live)
    _check_order_of_dates(sheet, places)
    reader = _Reader(sheet, places, is_live=is_live)
    trades = [reader.trade(row) for row in sheet.rows]
    lines = [row.line for row in sheet.rows]
    if is_live:
        trades = explained(trades, lines)
    elif not reader.has_flows:
        check_rows(trades, lines)
    return TradeLog(_kind(trades, is_live=is_live), sheet.header, tuple(trades), has_times=reader.has_times)


def _check_header(sheet: Sheet, places: Mapping[str, int], *, is_live: bool) -> None:
    if not is_trade_log(sheet):
        raise MalformedLog(sheet.line, "", 'is no header of a trade log: there is no column "Date Opened"')
    if not sheet.rows:
        return
    is_page = any(folded(column) in ON_PAGE for column in sheet.header)
    needed = _NEEDED if is_page else (*_NEEDED, *_NEEDED_OF_EXPORTS, LIVE_PREMIUM if is_live else "premium")
    for field in needed:
        if field not in places:
            raise MalformedLog(sheet.line, name_of(field), "is missing in the header")


def _check_order_of_dates(sheet: Sheet, places: Mapping[str, int]) -> None:
    """The site writes 2025-03-04; a spreadsheet may turn that into 3/4/2025 or 4/3/2025, and only a day above 12 tells which."""
    columns = [places[field] for field in ("date_opened", "date_closed") if field in places]
    slashed = [(row, place, match) for row in sheet.rows for place in columns if (match := _SLASHED.match(row.cells[place]))]
    if slashed and not any(int(match[2]) > MONTHS_IN_YEAR for _, _, match in slashed):
        row, place, match = slashed[0]
        clause = f"{match[0]!r} may be a month and a day or a day and a month; save the file with dates such as 2025-03-04"
        raise MalformedLog(row.line, sheet.header[place], clause)


def _kind(trades: list[Trade], *, is_live: bool) -> LogKind:
    """A single test names at most itself as strategy; several names make a portfolio."""
    if is_live:
        return LogKind.LIVE
    return LogKind.PORTFOLIO if len({trade.strategy for trade in trades if trade.strategy}) > 1 else LogKind.BACKTEST


class _Reader:
    """Turns rows into trades. A clause that a cell's reader raises gets its line and column here."""

    def __init__(self, sheet: Sheet, places: Mapping[str, int], *, is_live: bool) -> None:
        self._sheet, self._places, self._is_live = sheet, places, is_live
        taken = set(places.values())
        self._extra = [(place, column) for place, column in enumerate(sheet.header) if place not in taken]
        self._numbers = [(field, places[field]) for field in NUMBERS if field in places]
        self.has_times = True
        self.has_flows = False

    def trade(self, row: Row) -> Trade:
        """The trade of one row. Raises MalformedLog."""
        field = "date_opened"
        try:
            opened_at = self._moment(row, "date_opened", "time_opened")
            assert opened_at is not None
            field = "legs"
            legs = cells.legs(self._text(row, field), opened_at.date())
            numbers: dict[str, Any] = {}
            for field, place in self._numbers:
                numbers[field] = cells.optional_number(row.cells[place])
            field = "pl"
            pl = cells.number(self._text(row, field))
            field = "contracts"
            contracts = cells.count(self._text(row, field)) if field in self._places else None
            field = LIVE_PREMIUM if self._is_live else "premium"
            premium = self._dollars(row, field)
            field = "closing_cost"
            closing_cost = self._dollars(row, field, is_cost=True)
            closed_at = self._moment(row, "date_closed", "time_closed")
        except ValueError as error:
            raise self._malformed(row, field, str(error)) from None
        return Trade(
            opened_at=opened_at,
            closed_at=closed_at,
            legs=legs,
            pl=pl,
            premium=premium,
            closing_cost=closing_cost,
            contracts=contracts,
            reason=self._text(row, "reason"),
            strategy=self._text(row, "strategy"),
            underlying=self._text(row, "underlying"),
            extra={column: row.cells[place] for place, column in self._extra if column or row.cells[place]},
            **numbers,
        )

    def _text(self, row: Row, field: str) -> str:
        place = self._places.get(field)
        return "" if place is None else row.cells[place]

    def _malformed(self, row: Row, field: str, clause: str) -> MalformedLog:
        place = self._places.get(field)
        return MalformedLog(row.line, name_of(field) if place is None else self._sheet.header[place], clause)

    def _moment(self, row: Row, date_field: str, time_field: str) -> datetime.datetime | None:
        """The date of one column with the time of another, or with the time that follows the date itself."""
        date_text, time_text = self._text(row, date_field), self._text(row, time_field)
        if not date_text and date_field == "date_closed":
            return None
        try:
            day, at = cells.moment(date_text)
        except ValueError as error:
            raise self._malformed(row, date_field, str(error)) from None
        if time_text:
            try:
                at = cells.time_of_day(time_text)
            except ValueError as error:
                raise self._malformed(row, time_field, str(error)) from None
        self.has_times = self.has_times and at is not None
        return datetime.datetime.combine(day, at or MIDNIGHT)

    def _dollars(self, row: Row, field: str, *, is_cost: bool = False) -> Decimal | None:
        """Dollars per contract; points of a live log become dollars, what the page shows as paid a cost, and no cost zero."""
        text = self._text(row, field)
        if self._is_live:
            points = cells.optional_number(text)
            return None if points is None else points * cells.POINT
        if not text and is_cost:
            return Decimal(0)
        amount = cells.premium(text)
        if text[-2:].casefold() not in ("cr", "db"):
            return amount
        self.has_flows = True
        return -amount if is_cost else amount
