"""Records of trades: what follows from their own fields."""

import datetime
from decimal import Decimal

import pytest

from oodaemon.model.trades import DailyLog, LogFile, LogKind, Right, Side, TradeLeg, TradeLog
from tests.unit.analysis.rows import at, log, trade


@pytest.mark.parametrize(
    ("right", "side", "strike", "text"),
    [
        (Right.CALL, Side.SELL, "6712.5", "3 Feb 9 6712.5 C STO 0.30"),
        (Right.PUT, Side.BUY, "6700", "3 Feb 9 6700 P BTO 0.30"),
    ],
)
def test_a_leg_reads_as_in_the_file(right: Right, side: Side, strike: str, text: str) -> None:
    assert str(TradeLeg(3, datetime.date(2026, 2, 9), Decimal(strike), right, side, Decimal("0.30"))) == text


def test_fees_are_those_of_the_file_or_those_that_follow() -> None:
    assert trade(1).fees == 0
    assert trade(1, opening_fees=Decimal("1.25")).fees == Decimal("1.25")
    assert trade(1, opening_fees=Decimal("1.25"), closing_fees=Decimal("0.5")).fees == Decimal("1.75")
    assert trade(1, implied_fees=Decimal("9.77")).fees == Decimal("9.77")


def test_a_lot_is_a_contract() -> None:
    assert trade("670.24", contracts=4).pl_per_contract == Decimal("167.56")
    assert trade(1, contracts=None).pl_per_contract is None


def test_a_trade_counts_when_it_was_closed() -> None:
    assert trade(1, at(2), closed=at(5)).settled_at == at(5)


def test_a_file_knows_its_kind_and_its_rows() -> None:
    trades, days = LogFile("x", b"", log(trade(1), trade(2))), LogFile("x", b"", DailyLog((), ()))
    assert (trades.kind, trades.entries, len(trades.trades)) == (LogKind.BACKTEST, 2, 2)
    assert (days.kind, days.entries, days.trades) == (LogKind.DAILY, 0, ())
    assert LogFile("x", b"", TradeLog(LogKind.LIVE, (), ())).kind is LogKind.LIVE
