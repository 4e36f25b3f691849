"""Trade logs by example: rows of real exports, and what is said about files that are wrong."""

import datetime
import re
from decimal import Decimal

import pytest

from oodaemon.analysis.sheet import MalformedLog
from oodaemon.analysis.tradelog import parse
from oodaemon.model.trades import LogKind, Right, Side, TradeLeg
from tests.unit.analysis.rows import (
    CLASSIC,
    EXPIRED,
    LIVE,
    LIVE_CREDIT,
    LIVE_DEBIT,
    OF_2026,
    ROW_OF_2026,
    STOPPED,
    file,
)

D = Decimal
DAY = datetime.date(2025, 11, 21)


def test_a_classic_row() -> None:
    log = parse(file(CLASSIC, STOPPED, EXPIRED), "trade-log.csv")
    trade = log.trades[0]
    assert (log.kind, len(log.trades), log.has_times) == (LogKind.BACKTEST, 2, True)
    assert trade.opened_at == datetime.datetime.fromisoformat("2025-11-21T10:15")
    assert trade.closed_at == datetime.datetime.fromisoformat("2025-11-21T11:57")
    assert trade.legs == (
        TradeLeg(1, DAY, D("6650"), Right.CALL, Side.SELL, D("3.15")),
        TradeLeg(1, DAY, D("6730"), Right.CALL, Side.BUY, D("0.30")),
    )
    assert [str(leg) for leg in trade.legs] == ["1 Nov 21 6650 C STO 3.15", "1 Nov 21 6730 C BTO 0.30"]
    assert (trade.premium, trade.closing_cost, trade.pl, trade.contracts) == (275, 575, D("-305.12"), 1)
    assert (trade.opening_fees, trade.closing_fees, trade.fees) == (D("3.56"), D("1.56"), D("5.12"))
    assert (trade.opening_price, trade.closing_price) == (D("6551.04"), D("6609.54"))
    assert (trade.funds_at_close, trade.margin, trade.strategy) == (D("125235.32"), 7480, "")
    assert (trade.opening_ratio, trade.closing_ratio, trade.gap, trade.movement) == (D("10.5"), D("31.75"), D("17.01"), D("-4.73"))
    assert (trade.max_profit, trade.max_loss, trade.reason) == (D("58.18"), D("-123.64"), "Stop Loss")
    assert (trade.opening_vix, trade.pl_percent, trade.underlying, trade.days_in_trade, trade.extra) == (None, None, "", None, {})


def test_a_row_of_2026_without_closing_fees() -> None:
    (trade,) = parse(file(OF_2026, ROW_OF_2026)).trades
    assert (trade.pl, trade.pl_percent, trade.contracts, trade.closing_fees) == (D("670.24"), D("98.56470588235294"), 4, None)
    assert (trade.underlying, trade.strategy, trade.days_in_trade) == ("SPX", "*SPX--PCS--0DTE--Daily", 0)
    assert trade.pl_per_contract == D("167.56")


def test_live_rows_are_in_points_and_leave_out_the_fees() -> None:
    log = parse(file(LIVE, LIVE_DEBIT, LIVE_CREDIT), "strategy-trade-log.csv")
    debit, credit = log.trades
    assert log.kind is LogKind.LIVE
    assert (debit.premium, debit.closing_cost, debit.fees) == (-4490, -4500, D("9.77315999999985863"))
    assert (credit.premium, credit.closing_cost, credit.fees) == (805, 45, D("25.03974"))
    assert debit.opened_at == datetime.datetime.fromisoformat("2026-03-18T15:30:41.410984")
    assert (debit.strategy, debit.legs[1].expires) == ("DC 2/7 | Mon, Wed", datetime.date(2026, 3, 25))


def test_a_live_file_that_writes_the_closing_as_a_cost() -> None:
    row = (
        "A,2024-01-15T14:30:06.1234567,4535.25,1 Jan 15 4500 P STO 2.50,2.50,1,122.4,4530,2024-01-15T20:45:00.5,1.25,Profit Target"
    )
    header = LIVE.replace("Time Opened,", "").replace("Time Closed,", "")
    (trade,) = parse(f"{header}\n{row}".encode()).trades
    assert (trade.premium, trade.closing_cost, trade.fees) == (250, 125, D("2.6"))
    assert trade.opened_at == datetime.datetime.fromisoformat("2024-01-15T14:30:06.123456")


def test_a_live_row_that_fees_cannot_explain() -> None:
    wrong = LIVE_CREDIT.replace("1494.96026", "494.96026")
    with pytest.raises(MalformedLog) as caught:
        parse(file(LIVE, LIVE_DEBIT, wrong))
    assert str(caught.value) == 'line 3, column "P/L": is $494.96, but premium and closing make $1,520.00 or $1,700.00, less fees'


def test_a_moment_with_a_zone_is_one_of_new_york() -> None:
    header = LIVE.replace("Time Opened,", "").replace("Time Closed,", "")
    row = "A,2025-07-15T14:30:06.5Z,4535.25,1 Jul 15 4500 P STO 2.50,2.50,1,250,4530,2025-07-15T16:00:00-04:00,0,Expired"
    (trade,) = parse(f"{header}\n{row}\n".encode()).trades
    assert trade.opened_at == datetime.datetime.fromisoformat("2025-07-15T10:30:06.5")
    assert trade.closed_at == datetime.datetime.fromisoformat("2025-07-15T16:00")


def test_several_strategies_make_a_portfolio_and_one_does_not() -> None:
    named, other = STOPPED.replace('7480,""', '7480,"Iron, condor"'), EXPIRED.replace('7480,""', '7480,"Calendar"')
    assert parse(file(CLASSIC, named, named)).kind is LogKind.BACKTEST
    assert parse(file(CLASSIC, named, other)).kind is LogKind.PORTFOLIO
    assert [trade.strategy for trade in parse(file(CLASSIC, named, other)).trades] == ["Iron, condor", "Calendar"]


def test_leg_groups_and_profit_actions_are_rows_like_others() -> None:
    part = (
        STOPPED.replace(",575,", ",191.6666666666667,").replace("-305.12,1,", "244.88,3,").replace("Stop Loss", "Multiple Reasons")
    )
    log = parse(file(CLASSIC, part, EXPIRED))
    assert [trade.reason for trade in log.trades] == ["Multiple Reasons", "Expired"]
    assert log.trades[0].opened_at == log.trades[1].opened_at


def test_unknown_columns_are_kept() -> None:
    (trade,) = parse(file(CLASSIC + ',"Opening Delta",', STOPPED + ',"-0.31",')).trades
    assert trade.extra == {"Opening Delta": "-0.31"}


def test_a_log_without_trades() -> None:
    assert parse(file(CLASSIC)).trades == ()
    assert parse(file('"Date Opened","P/L"')).trades == ()


def test_no_closing_cost_anywhere_is_none() -> None:
    columns = CLASSIC.replace("Avg. Closing Cost,", "")
    (trade,) = parse(file(columns, EXPIRED.replace('"16:00:00",0,', '"16:00:00",'))).trades
    assert trade.closing_cost == 0
    (trade,) = parse(file(CLASSIC, EXPIRED.replace('"16:00:00",0,', '"16:00:00",,'))).trades
    assert trade.closing_cost == 0


def test_a_quotient_that_does_not_exist_is_no_number() -> None:
    (trade,) = parse(file(CLASSIC, STOPPED.replace(",10.5,31.75,", ",Infinity,NaN,"))).trades
    assert (trade.opening_ratio, trade.closing_ratio) == (None, None)


def test_the_table_of_the_page() -> None:
    header = "Opened On,Opening Price,Legs,Premium,Closing Price,Closed On,Closing Cost,Reason for Close,P/L"
    row = (
        '"Thu, Dec 4, 2025 11:25 AM",6850,"33 Dec 4 6875 C STO 2.40 cr\n33 Dec 4 6880 C BTO 1.68 db",0.72 cr,6855,'
        '"Thu, Dec 4, 2025 1:05 PM",0.58 db,Stop Loss,$293'
    )
    (trade,) = parse(f"{header}\n{row}\n".encode()).trades
    assert trade.opened_at == datetime.datetime.fromisoformat("2025-12-04T11:25")
    assert trade.closed_at == datetime.datetime.fromisoformat("2025-12-04T13:05")
    assert (trade.premium, trade.closing_cost, trade.pl, trade.contracts) == (72, 58, 293, None)
    assert [leg.quantity for leg in trade.legs] == [33, 33]
    (debit,) = parse(f"{header}\n{row}\n".replace("0.72 cr", "0.72 db").replace("$293", '"-$1,293"').encode()).trades
    assert (debit.premium, debit.pl) == (-72, -1293)


def test_other_names_of_columns_with_the_values_of_the_export() -> None:
    header = (
        CLASSIC.replace("Date Opened", "Opened On").replace("Avg. Closing Cost", "Closing Cost").replace("For Close", "for Close")
    )
    assert parse(file(header, STOPPED)).trades == parse(file(CLASSIC, STOPPED)).trades
    with pytest.raises(MalformedLog, match='line 2, column "P/L"'):
        parse(file(header, STOPPED.replace("-305.12", "-305.22")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-305.12", "abc", "line 2, column \"P/L\": 'abc' is not a number"),
        ("-305.12", "", 'line 2, column "P/L": is empty where a number must stand'),
        (
            "-305.12",
            "-305.13",
            'line 2, column "P/L": is -$305.13, but (Premium - Avg. Closing Cost) x contracts - fees makes -$305.12',
        ),
        ("275,", "x275,", "line 2, column \"Premium\": 'x275' is not a number"),
        (",575,", ",5-75,", "line 2, column \"Avg. Closing Cost\": '5-75' is not a number"),
        ("-305.12,1,", "-305.12,0,", "line 2, column \"No. of Contracts\": '0' is no whole number of contracts"),
        ("-305.12,1,", "-305.12,1.5,", "line 2, column \"No. of Contracts\": '1.5' is no whole number of contracts"),
        ('"2025-11-21","10', '"2025-11-31","10', "line 2, column \"Date Opened\": '2025-11-31' is a day that does not exist"),
        ('"2025-11-21","10', '"","10', 'line 2, column "Date Opened": is empty where a date must stand'),
        ('"2025-11-21","10', '"21.11.2025","10', "line 2, column \"Date Opened\": '21.11.2025' is no date such as 2025-11-21"),
        ("10:15:00", "25:15:00", "line 2, column \"Time Opened\": '25:15:00' is a time that does not exist"),
        ("11:57:00", "noon", "line 2, column \"Time Closed\": 'noon' is no time of day such as 10:15:00"),
        (
            "C STO 3.15",
            "X STO 3.15",
            "line 2, column \"Legs\": '1 Nov 21 6650 X STO 3.15' is no leg such as 1 Nov 21 6650 C STO 3.15",
        ),
        (
            "1 Nov 21 6650",
            "1 Nov 31 6650",
            "line 2, column \"Legs\": '1 Nov 31 6650 C STO 3.15' expires on a day that does not exist",
        ),
        ("1 Nov 21 6650", "1 Nvo 21 6650", "line 2, column \"Legs\": 'Nvo' is no month such as Nov"),
        ("7480", "much", "line 2, column \"Margin Req.\": 'much' is not a number"),
        (",58.18,-123.64", ",58.18", "line 2: has 22 cells where the header has 23; the file may be cut off or edited"),
        ('"Stop Loss"', '"Stop" Loss', "line 2: is no CSV: ',' expected after '\"'"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_column(old: str, new: str, message: str) -> None:
    wrong = STOPPED.replace(old, new, 1)
    assert wrong != STOPPED
    with pytest.raises(MalformedLog, match="^" + re.escape(message) + "$"):
        parse(file(CLASSIC, wrong, EXPIRED))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "line 1: the file is empty"),
        (b"\xef\xbb\xbf\r\n", "line 1: the file is empty"),
        (b"\x89PNG\r\n\x1a\n", "line 1: is not UTF-8 text; export the file again, or save it as UTF-8"),
        (b"a,b\n1,2\n", 'line 1: is no header of a trade log: there is no column "Date Opened"'),
        (file(CLASSIC.replace("P/L", "Gain"), STOPPED), 'line 1, column "P/L": is missing in the header'),
        (file(CLASSIC.replace("No. of Contracts", "Lots"), STOPPED), 'line 1, column "No. of Contracts": is missing in the header'),
        (file(CLASSIC.replace("Premium", "Credit"), STOPPED), 'line 1, column "Premium": is missing in the header'),
        (file(CLASSIC.replace("Gap", "p/l"), STOPPED), 'line 1, column "p/l": says the same as column "P/L"'),
        (file(CLASSIC, "", STOPPED, "x"), "line 4: has 1 cells where the header has 23; the file may be cut off or edited"),
    ],
)
def test_a_wrong_file_is_named(raw: bytes, message: str) -> None:
    with pytest.raises(MalformedLog, match="^" + re.escape(message) + "$"):
        parse(raw)


def test_lines_are_counted_as_an_editor_does() -> None:
    split = STOPPED.replace('"Stop Loss"', '"Stop\nLoss"')
    with pytest.raises(MalformedLog, match=r"^line 4, ") as caught:
        parse(file(CLASSIC, split, EXPIRED.replace("231.44", "?")))
    assert (caught.value.line, caught.value.column, caught.value.clause) == (4, "P/L", "'?' is not a number")


def test_expirations_of_next_year_and_of_leap_years() -> None:
    row = STOPPED.replace("1 Nov 21 6650", "1 Jan 2 6650").replace("1 Nov 21 6730", "1 Feb 29 6730")
    (trade,) = parse(file(CLASSIC, row)).trades
    assert [leg.expires for leg in trade.legs] == [datetime.date(2026, 1, 2), datetime.date(2028, 2, 29)]


SLASHED = b"Date Opened,Premium,Avg. Closing Cost,P/L,No. of Contracts\n"


def test_dates_of_a_spreadsheet_are_read_only_when_their_order_is_known() -> None:
    (first, second) = parse(SLASHED + b"3/4/2025,100,0,100,1\n3/28/2025,100,0,100,1\n").trades
    assert (first.opened_at.date(), second.opened_at.date()) == (datetime.date(2025, 3, 4), datetime.date(2025, 3, 28))
    with pytest.raises(MalformedLog, match=r'line 2, column "Date Opened": .*may be a month and a day'):
        parse(SLASHED + b"3/4/2025,100,0,100,1\n5/6/2025,100,0,100,1\n")
    with pytest.raises(MalformedLog, match="line 3"):
        parse(SLASHED + b"3/28/2025,100,0,100,1\n28/3/2025,100,0,100,1\n")
