"""Whatever variant the site exports: no row is lost, every value is the one that was written, and every row adds up."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.analysis.sheet import MalformedLog
from oodaemon.analysis.tradelog import parse
from oodaemon.model.trades import LogKind, Right, Side, Trade
from tests.support import tradelogs as files
from tests.support.tradelogs import Log, Position

NAMES = ("Iron, condor", 'A "quoted" one', "*SPX--PCS--0DTE", "")
KINDS = {
    "backtest": st.just(("",)),
    "portfolio": st.just(NAMES),
    "live": st.just(NAMES),
    "on page": st.just(("",)),
}


@st.composite
def logs(draw: st.DrawFn, *kinds: str) -> Log:
    kind = draw(st.sampled_from(kinds or tuple(KINDS)))
    names = [name.replace('"', "'") for name in draw(KINDS[kind])]
    found = draw(st.lists(files.positions(names), max_size=8))
    return Log(found, draw(files.variants(kind)))


def expected_legs(position: Position, opened: datetime.date) -> list[tuple[object, ...]]:
    def expiry(day: datetime.date) -> datetime.date:
        years = (opened.year, opened.year + 1)
        return next(
            found for found in (day.replace(year=year) for year in years if (day.month, day.day) != (2, 29)) if found >= opened
        )

    return [
        (
            leg.quantity,
            leg.expires if (leg.expires.month, leg.expires.day) == (2, 29) else expiry(leg.expires),
            leg.strike,
            Right.CALL if leg.right == "C" else Right.PUT,
            Side.SELL if leg.side == "STO" else Side.BUY,
            leg.price,
        )
        for leg in position.legs
    ]


def legs_of(trade: Trade) -> list[tuple[object, ...]]:
    return [(leg.quantity, leg.expires, leg.strike, leg.right, leg.side, leg.price) for leg in trade.legs]


@given(logs())
def test_no_row_is_lost_and_every_row_is_in_its_place(log: Log) -> None:
    parsed = parse(log.raw(), "trade-log.csv")
    assert len(parsed.trades) == len(log.positions)
    assert parsed.columns == tuple(log._cased(name).strip() for name in log.variant.columns())
    for trade, position in zip(parsed.trades, log.positions, strict=True):
        assert trade.opened_at.date() == position.opened.date()
        assert (trade.opened_at.hour, trade.opened_at.minute) == (position.opened.hour, position.opened.minute)
        assert trade.closed_at is not None
        assert trade.closed_at.replace(second=0, microsecond=0) == position.closed.replace(second=0, microsecond=0)
        assert trade.reason == position.reason
        assert legs_of(trade) == expected_legs(position, position.opened.date())


@given(logs("backtest", "portfolio"))
def test_every_number_is_the_one_that_was_written(log: Log) -> None:
    variant = log.variant
    for trade, position in zip(parse(log.raw()).trades, log.positions, strict=True):
        pl = position.pl(has_opening=variant.has_opening, has_closing=variant.has_closing)
        assert (trade.premium, trade.closing_cost, trade.contracts) == (position.premium, position.cost, position.contracts)
        assert trade.pl == pl
        assert trade.opening_fees == (position.opening_fees if variant.has_opening else None)
        assert trade.closing_fees == (position.closing_fees if variant.has_closing else None)
        assert trade.strategy == ("" if "Strategy" in variant.gone else position.strategy)
        assert trade.underlying == ("SPX" if variant.has_underlying else "")
        assert (trade.opening_vix, trade.closing_vix) == ((Decimal("17.31"), Decimal("18.02")) if variant.has_vix else (None, None))
        assert trade.closing_ratio == (None if "Closing Short/Long Ratio" in variant.gone else Decimal("0.001"))
        assert (trade.gap, trade.movement) == (Decimal("-17.01"), Decimal("4.73"))
        assert (trade.max_profit, trade.max_loss) == (Decimal("58.18"), Decimal("-123.64"))
        assert (trade.days_in_trade is None) == (not variant.has_days)
        assert (trade.pl_percent is None) == (not variant.has_percent or not position.premium)
        assert (trade.funds_at_close, trade.margin) == (position.funds, 7480)
        assert {name.strip().casefold() for name in trade.extra} == {name.casefold() for name in variant.extra}


@given(logs("backtest", "portfolio", "live"))
def test_profit_is_premium_less_closing_less_fees_to_the_cent(log: Log) -> None:
    for trade in parse(log.raw()).trades:
        assert trade.premium is not None
        assert trade.closing_cost is not None
        assert trade.contracts is not None
        assert abs((trade.premium - trade.closing_cost) * trade.contracts - trade.fees - trade.pl) < Decimal("0.01")


@given(logs("live"))
def test_the_points_of_a_live_log_become_dollars(log: Log) -> None:
    parsed = parse(log.raw())
    assert parsed.kind is LogKind.LIVE
    for trade, position in zip(parsed.trades, log.positions, strict=True):
        assert trade.premium == position.premium
        assert trade.closing_cost == position.cost
        assert trade.fees == position.opening_fees + position.closing_fees


@given(logs("backtest", "portfolio"), st.data())
def test_a_cent_too_many_is_found_in_its_line(log: Log, data: st.DataObject) -> None:
    if not log.positions:
        return
    place = data.draw(st.integers(0, len(log.positions) - 1))
    wrong = data.draw(st.sampled_from(["0.01", "-0.01", "1", "-250"]).map(Decimal))
    lines = log.raw().decode().split(log.variant.newline)
    columns = log.variant.columns()
    cells = [files.cell(log.positions[place], name, log.variant) for name in columns]
    pl = cells[columns.index("P/L")]
    assert isinstance(pl, Decimal)
    if pl != pl.quantize(Decimal("0.01")):
        return
    cells[columns.index("P/L")] = pl + wrong
    lines[place + 1] = ",".join(log._quoted(each) if isinstance(each, str) else files.plain(each) for each in cells)
    with pytest.raises(MalformedLog, match=rf"^line {place + 2}, column ") as caught:
        parse(log.variant.newline.join(lines).encode())
    assert caught.value.column.casefold() == "p/l"


@given(logs(), st.data())
def test_a_file_that_was_cut_off_is_refused_or_has_only_whole_rows(log: Log, data: st.DataObject) -> None:
    raw = log.raw()
    cut = data.draw(st.integers(0, len(raw)))
    try:
        parsed = parse(raw[:cut])
    except MalformedLog:
        return
    assert len(parsed.trades) <= len(log.positions)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_other_file_is_refused_with_a_line(raw: bytes) -> None:
    with pytest.raises(MalformedLog, match=r"^line \d+"):
        parse(raw)
