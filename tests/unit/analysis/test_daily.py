"""Daily logs by example: real rows, and the three things that each row says twice."""

import datetime
import re
from decimal import Decimal

import pytest

from oodaemon.analysis.daily import parse_daily
from oodaemon.analysis.files import read
from oodaemon.analysis.sheet import MalformedLog
from oodaemon.model.trades import DailyLog, LogKind
from tests.unit.analysis.rows import CLASSIC, DAILY, DAYS, STOPPED, file


def test_real_rows_with_withdrawals() -> None:
    log = parse_daily(file(DAILY, *DAYS), "Main-Port (1).csv")
    assert [day.date for day in log.days][:2] == [datetime.date(2022, 5, 16), datetime.date(2022, 5, 17)]
    last = log.days[-1]
    assert (last.net_liquidity, last.current_funds, last.withdrawn) == (Decimal("160114.32"), Decimal("161507.78"), 10_000)
    assert (last.trading_funds, last.pl, last.pl_percent) == (Decimal("151507.78"), Decimal("-359.2"), Decimal("-0.22"))
    assert last.drawdown_percent == Decimal("-0.45")


def test_another_order_and_no_quotes() -> None:
    header = "Drawdown %,Date,Net Liquidity,Current Funds,Withdrawn,Trading Funds,P/L,P/L %"
    (day,) = parse_daily(f"{header}\n0,2022-05-17,1004347.88,1000224.28,0,1000224.28,4347.88,0.43".encode()).days
    assert day.pl == Decimal("4347.88")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",937.32,", ",937.33,", 'line 3, column "P/L": is $937.33, but Net Liquidity changed by $937.32'),
        (",0.59,0", ",0.6,0", 'line 3, column "P/L %": is 0.6, but Net Liquidity makes it 0.59'),
        (",0.59,0", ",0.59,-0.01", 'line 3, column "Drawdown %": is -0.01, but Net Liquidity makes it 0.00'),
        (",-0.07,-0.07", ",-0.07,0", 'line 2, column "Drawdown %": is 0, but Net Liquidity makes it -0.07'),
        ("160832.52", "16o832.52", "line 3, column \"Net Liquidity\": '16o832.52' is not a number"),
        ("2022-05-17", "2022-05-16", 'line 3, column "Date": 2022-05-16 does not come after 2022-05-16'),
        ("2022-05-17", "", 'line 3, column "Date": is empty where a date must stand'),
        ('"Withdrawn",', "", 'line 1, column "Withdrawn": is missing in the header'),
    ],
)
def test_a_wrong_row_is_named(old: str, new: str, message: str) -> None:
    rows = file(DAILY, *DAYS).decode().replace(old, new, 1)
    if old == '"Withdrawn",':
        rows = rows.splitlines()[0]
    with pytest.raises(MalformedLog, match="^" + re.escape(message) + "$"):
        parse_daily(rows.encode())


def test_what_a_file_is_told_by_its_header() -> None:
    assert isinstance(read(file(DAILY, *DAYS), "trade-log.csv").log, DailyLog)
    assert read(file(DAILY, *DAYS), "x").kind is LogKind.DAILY
    found = read(file(CLASSIC, STOPPED), "daily.csv")
    assert (found.kind, found.entries, found.name) == (LogKind.BACKTEST, 1, "daily.csv")
    assert "max_drawdown_percent" in found.derived
    with pytest.raises(MalformedLog, match="is the header of neither a trade log"):
        read(b"a,b\n1,2\n", "x")


def test_the_capital_of_the_page_comes_before_that_of_the_log() -> None:
    raw = file(CLASSIC, STOPPED)
    own, given = read(raw, "x").derived, read(raw, "x", starting_capital=1000).derived
    assert own["max_drawdown_percent"] == pytest.approx(-305.12 / 125540.44 * 100)
    assert given["max_drawdown_percent"] == pytest.approx(-30.512)
