"""Best, ties, directions and the Pareto front."""

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.analysis.ranking import Objective, front, natural, ranked
from oodaemon.model.directions import BETTER
from oodaemon.model.tasks import METRICS
from tests.unit.analysis.points import point

MAR, PL, LOSING = Objective("mar", "more"), Objective("pl", "more"), Objective("longest_losing_streak", "less")


def test_ties_go_to_the_next_figure_and_then_to_the_lower_index() -> None:
    points = [
        point(0, mar=1, pl=5),
        point(1, mar=2, pl=5),
        point(2, mar=2, pl=7),
        point(3, mar=2),
        point(4, pl=100),
        point(5, mar=2, pl=7),
    ]
    assert [each.index for each in ranked(points, [MAR, PL])] == [2, 5, 1, 3, 0]


def test_less_can_be_better() -> None:
    points = [point(n, derived={"longest_losing_streak": streak}) for n, streak in enumerate((4.0, 2.0, 9.0))]
    assert [each.index for each in ranked(points, [LOSING])] == [1, 0, 2]
    assert [each.index for each in ranked(points, [Objective("longest_losing_streak", "more")])] == [2, 0, 1]


def test_every_figure_of_the_page_has_a_direction_but_the_capital_at_the_start() -> None:
    assert set(METRICS) - set(BETTER) == {"starting_capital"}
    assert natural("starting_capital") is None
    assert natural("max_drawdown") == Objective("max_drawdown", "more")


def test_the_front_by_hand() -> None:
    points = [
        point(0, cagr=10, max_drawdown=-10),
        point(1, cagr=20, max_drawdown=-30),
        point(2, cagr=15, max_drawdown=-30),
        point(3, cagr=15, max_drawdown=-20),
        point(4, cagr=10, max_drawdown=-10),
        point(5, cagr=9, max_drawdown=-10),
        point(6, cagr=99),
    ]
    by = [Objective("cagr", "more"), Objective("max_drawdown", "more")]
    assert [each.index for each in front(points, by)] == [1, 3, 0, 4]
    assert front([], by) == []


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=25), st.integers(1, 3))
def test_the_front_is_what_nobody_beats(rows, width: int) -> None:
    names = ("cagr", "pl", "mar")[:width]
    points = [point(n, **dict(zip(names, row, strict=False))) for n, row in enumerate(rows)]

    def beats(one, other) -> bool:
        pairs = [(one.metrics[name], other.metrics[name]) for name in names]
        return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)

    expected = {each.index for each in points if not any(beats(other, each) for other in points)}
    assert {each.index for each in front(points, [Objective(name, "more") for name in names])} == expected
