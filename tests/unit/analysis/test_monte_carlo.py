"""Other courses of the same trades: what must hold for any of them, and small cases counted out."""

import itertools
import statistics

import pytest

from oodaemon.analysis.monte_carlo import Course, Ruined, is_sized_alike, play
from tests.unit.analysis.rows import at, trade


def week(*results: float):
    return [trade(result, at(2 + day)) for day, result in enumerate(results)]


def of(outlook, figure: str):
    return next(each for each in outlook.distributions if each.figure == figure)


def falls(results, start: float = 0.0) -> tuple[float, float]:
    account = peak = start
    deepest = share = 0.0
    for result in results:
        account += result
        peak = max(peak, account)
        deepest = min(deepest, account - peak)
        share = min(share, (account - peak) / peak * 100) if peak else 0.0
    return deepest, share


def test_all_orders_of_four_trades_counted_out() -> None:
    results = (100, -50, -70, 30)
    orders = list(itertools.permutations(results))
    outlook = play(week(*results), Course(40_000, seed=1, capital=1000), ruin=10)
    drawdown = of(outlook, "max_drawdown")
    assert drawdown.actual == -120
    assert drawdown.mean == pytest.approx(statistics.mean(falls(order)[0] for order in orders), rel=0.01)
    share = of(outlook, "max_drawdown_percent")
    assert share.mean == pytest.approx(statistics.mean(falls(order, 1000)[1] for order in orders), rel=0.01)
    ruined = statistics.mean(falls(order, 1000)[1] <= -10 for order in orders)
    assert outlook.probability_of_ruin == pytest.approx(ruined, abs=0.01)
    less = statistics.mean(falls(order)[0] < -120 for order in orders)
    same = statistics.mean(falls(order)[0] == -120 for order in orders)
    assert drawdown.rank == pytest.approx(less + same / 2, abs=0.01)
    assert {value for _, value in of(outlook, "net_profit").percentiles} == {10}
    assert outlook.probability_of_loss == 0
    assert of(outlook, "longest_losing_streak").percentiles[-1] == (99, 2)


def test_compound_ends_where_the_log_ends_whatever_the_order() -> None:
    results = (500, -300, 200, -400, 900)
    outlook = play(week(*results), Course(500, seed=2, is_compound=True, capital=1000), ruin=50)
    profit = of(outlook, "net_profit")
    assert profit.actual == pytest.approx(900)
    assert [value for _, value in profit.percentiles] == pytest.approx([900] * 7)
    # 1000, 1500, 1200, 1400, 1000, 1900: the deepest fall is from 1,500 to 1,000.
    assert of(outlook, "max_drawdown_percent").actual == pytest.approx(-100 / 3)
    assert of(outlook, "max_drawdown").actual == pytest.approx(-500)


def test_drawn_anew_the_end_differs() -> None:
    outlook = play(week(100, -90), Course(20_000, seed=3, with_replacement=True), ruin=50)
    # Two draws of two: 200, 10, 10, -180.
    assert outlook.probability_of_loss == pytest.approx(0.25, abs=0.02)
    assert of(outlook, "net_profit").mean == pytest.approx(10, abs=3)
    assert outlook.probability_of_ruin is None
    assert [each.figure for each in outlook.distributions] == ["max_drawdown", "net_profit", "longest_losing_streak"]


def test_the_same_seed_gives_the_same_answer_and_another_one_another() -> None:
    trades = week(5, -3, 8, -9, 4, -2, 7)
    one, same, other = (play(trades, Course(200, seed=seed, capital=100), ruin=5) for seed in (7, 7, 8))
    assert one == same
    assert one != other


def test_the_order_is_that_of_settlement() -> None:
    late_first = [trade(50, at(2), closed=at(9)), trade(-50, at(3), closed=at(4))]
    assert of(play(late_first, Course(10, seed=1), 50), "max_drawdown").actual == -50


def test_streaks_end_with_a_trade_of_zero() -> None:
    assert of(play(week(-1, -1, 0, -1, 5), Course(1, seed=1), 50), "longest_losing_streak").actual == 2


def test_an_account_that_falls_to_zero_cannot_be_compounded() -> None:
    with pytest.raises(Ruined):
        play(week(-600, -500, 2000), Course(10, seed=1, is_compound=True, capital=1000), ruin=50)
    with pytest.raises(Ruined):
        play(week(-600, 500), Course(10, seed=1, is_compound=True), ruin=50)


def test_whether_positions_were_sized_alike() -> None:
    assert is_sized_alike([trade(1), trade(2)])
    assert not is_sized_alike([trade(1), trade(2, contracts=3)])
    assert not is_sized_alike([trade(1, contracts=None), trade(2, contracts=None)])
