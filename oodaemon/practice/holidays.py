"""The trading days of the New York exchanges, by rule."""

from collections.abc import Iterator
from datetime import date, timedelta

JUNETEENTH_SINCE = 2022


def trading_days(first: date, last: date) -> list[date]:
    """Every weekday from first to last on which the exchange is open, in order."""
    closed = {day for year in range(first.year, last.year + 2) for day in _holidays(year)}
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and day not in closed]


def _holidays(year: int) -> Iterator[date]:
    for month, day in ((6, 19), (7, 4), (12, 25)):
        if month != 6 or year >= JUNETEENTH_SINCE:
            yield _observed(date(year, month, day))
    if (new_year := date(year, 1, 1)).weekday() != 5:  # one that falls on a Saturday is not made up for
        yield _observed(new_year)
    yield _nth(year, 1, 0, 3)
    yield _nth(year, 2, 0, 3)
    yield _easter(year) - timedelta(days=2)
    yield _nth(year, 6, 0, 1) - timedelta(days=7)
    yield _nth(year, 9, 0, 1)
    yield _nth(year, 11, 3, 4)


def _observed(day: date) -> date:
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
