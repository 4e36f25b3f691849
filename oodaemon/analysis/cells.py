"""The cells of a log: numbers, dates, times and legs. Readers raise ValueError with a clause such as `'abc' is not a number`."""

import datetime
import re
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from oodaemon.model.trades import MONTHS, Right, Side, TradeLeg

NEW_YORK = "America/New_York"
POINT = Decimal(100)
"""Dollars per point of premium: a contract is on a hundred shares."""

_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\$?(?P<digits>\d+(?:\.\d*)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?)(?P<exponent>[eE][+-]?\d{1,3})?%?"
)
_NOTHING = frozenset({"", "nan", "n/a", "inf", "infinity", "-inf", "-infinity", "\N{INFINITY}", "-\N{INFINITY}", "null", "none"})
_FLOW = re.compile(r"(?P<number>.+?)\s*(?P<flow>cr|db)", re.IGNORECASE)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_US = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})")
_WORDS = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(?P<name>[A-Za-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})")
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d+))?)?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_LEG = re.compile(
    r"(?P<quantity>\d+)\s+(?P<month>[A-Za-z]{3})\s+(?P<day>\d{1,2})\s+(?P<strike>\d+(?:\.\d+)?)\s+(?P<right>[CP])"
    r"\s+(?P<side>[SB])T[OC]\s+(?P<price>-?(?:\d+(?:\.\d*)?|\.\d+))(?:\s+(?:cr|db))?"
)
_BETWEEN_LEGS = re.compile(r"\s*[|\n]\s*")


def number(text: str) -> Decimal:
    """The exact number; `$`, thousands separators and `%` may stand around it."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a number" if text else "is empty where a number must stand")
    return Decimal(f"{match['sign']}{match['digits'].replace(',', '')}{match['exponent'] or ''}")


def optional_number(text: str) -> Decimal | None:
    """The number, or None for an empty cell and for a quotient that does not exist, such as `Infinity`."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    return None if text.casefold() in _NOTHING else number(text)


def premium(text: str) -> Decimal:
    """Dollars per contract; `0.72 cr` and `0.72 db` are points, received and paid."""
    match = _FLOW.fullmatch(text)
    if match is None:
        return number(text)
    points = number(match["number"]) * POINT
    return points if match["flow"].casefold() == "cr" else -points


def count(text: str) -> int:
    """A whole number of at least one."""
    value = number(text)
    if value != value.to_integral_value() or value < 1:
        raise ValueError(f"{text!r} is no whole number of contracts")
    return int(value)


@lru_cache(maxsize=4096)
def moment(text: str) -> tuple[datetime.date, datetime.time | None]:
    """A date with the time that may follow it, as New York wall time; a time with a zone is converted."""
    for pattern in (_ISO, _US, _WORDS):
        match = pattern.match(text)
        if match is not None:
            day, rest = _date(match, text), text[match.end() :].lstrip("T ,").strip()
            return _converted(day, rest, text) if rest else (day, None)
    raise ValueError(f"{text!r} is no date such as 2025-11-21" if text else "is empty where a date must stand")


def _date(match: re.Match[str], text: str) -> datetime.date:
    parts = match.groupdict()
    month = _month(parts["name"]) if "name" in parts else int(parts["month"])
    try:
        return datetime.date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        raise ValueError(f"{text!r} is a day that does not exist") from None


def _month(name: str) -> int:
    try:
        return MONTHS.index(name.title()) + 1
    except ValueError:
        raise ValueError(f"{name!r} is no month such as Nov") from None


def _converted(day: datetime.date, rest: str, text: str) -> tuple[datetime.date, datetime.time]:
    match = _TIME.fullmatch(rest)
    if match is None:
        raise ValueError(f"{text!r} is no date such as 2025-11-21, nor one with a time")
    at = _time(match, text)
    if not match["zone"]:
        return day, at
    offset = match["zone"].replace("Z", "+00:00")
    there = datetime.datetime.fromisoformat(f"{day.isoformat()}T{at.isoformat()}{offset}")
    here = there.astimezone(ZoneInfo(NEW_YORK))
    return here.date(), here.time()


@lru_cache(maxsize=4096)
def time_of_day(text: str) -> datetime.time:
    """A time such as `10:15:00`, `10:15`, `10:15:06.4109846` or `10:15 AM`; digits beyond a microsecond are dropped."""
    match = _TIME.fullmatch(text)
    if match is None or match["zone"]:
        raise ValueError(f"{text!r} is no time of day such as 10:15:00")
    return _time(match, text)


def _time(match: re.Match[str], text: str) -> datetime.time:
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{text!r} is a time that does not exist")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    microsecond = int(((match["fraction"] or "") + "000000")[:6])
    try:
        return datetime.time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)
    except ValueError:
        raise ValueError(f"{text!r} is a time that does not exist") from None


def legs(text: str, opened: datetime.date) -> tuple[TradeLeg, ...]:
    """The legs of a position opened on that day; none for an empty cell."""
    return tuple(_leg(part, opened) for part in _BETWEEN_LEGS.split(text.strip())) if text.strip() else ()


def _leg(text: str, opened: datetime.date) -> TradeLeg:
    match = _LEG.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no leg such as 1 Nov 21 6650 C STO 3.15")
    return TradeLeg(
        quantity=int(match["quantity"]),
        expires=_next(_month(match["month"]), int(match["day"]), opened, text),
        strike=Decimal(match["strike"]),
        right=Right.CALL if match["right"] == "C" else Right.PUT,
        side=Side.SELL if match["side"] == "S" else Side.BUY,
        price=Decimal(match["price"]),
    )


def _next(month: int, day: int, opened: datetime.date, text: str) -> datetime.date:
    """The first such day on or after the opening; February 29 may be years away."""
    for year in range(opened.year, min(opened.year + 9, datetime.MAXYEAR + 1)):
        try:
            found = datetime.date(year, month, day)
        except ValueError:
            continue
        if found >= opened:
            return found
    raise ValueError(f"{text!r} expires on a day that does not exist")
