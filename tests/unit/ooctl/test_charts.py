"""What is drawn of a run, and how it looks in a terminal, on a page and as a picture."""

from __future__ import annotations

import io
import itertools
import re
from typing import Any

import pytest

from ooctl.charts import page, picture, terminal
from ooctl.charts.figures import Axis, Curve, Equity, Grid, drawing, metric_of, notes, shown
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.text import DASH
from ooctl.writers.table import Column, Kind, Role

INDEX = Column("index", Kind.INTEGER, Role.IDENTITY)
DELTA, TARGET = Column("delta", Kind.NUMBER, Role.PARAMETER), Column("profit_target", Kind.NUMBER, Role.PARAMETER)
PL, STREAK = Column("pl", Kind.NUMBER, Role.FIGURE, "USD", 1), Column("derived_streak", Kind.NUMBER, Role.DERIVED, "", -1)
COLUMNS = (INDEX, DELTA, TARGET, PL, STREAK)
EQUITY = Equity(3, tuple((f"2025-01-{day:02}T10:00:00", total) for day, total in enumerate((100.0, 250.0, -50.0, 400.5), start=1)))


def record(index: int, delta: Any, target: Any, pl: float | None, *, origin: str | None = "VERIFIED") -> dict[str, Any]:
    streak = None if pl is None else -pl
    return {"index": index, "delta": delta, "profit_target": target, "pl": pl, "derived_streak": streak, "origin": origin}


def hill(deltas=range(10, 50, 10), targets=range(20, 80, 20)) -> list[dict[str, Any]]:
    """The best is at delta 30, target 40."""
    return [
        record(index, delta, target, 1000.0 - (delta - 30) ** 2 - (target - 40) ** 2)
        for index, (delta, target) in enumerate(itertools.product(deltas, targets))
    ]


def line(values=(10, 20, 30)) -> Curve:
    found = drawing(COLUMNS, [record(index, value, 50, 100.0 * index) for index, value in enumerate(values)], PL, ())
    assert isinstance(found, Curve)
    return found


def grid(rows=None, metric: Column = PL) -> Grid:
    found = drawing(COLUMNS, rows or hill(), metric, ())
    assert isinstance(found, Grid)
    return found


def test_one_parameter_that_varies_makes_a_curve():
    curve = line((30, 10, 20))

    assert curve.axis == Axis("delta", (10, 20, 30))
    assert [(dot.x, dot.y, dot.index) for dot in curve.dots] == [(10, 100.0, 1), (20, 200.0, 2), (30, 0.0, 0)]
    assert curve.middle() == [(10, 100.0), (20, 200.0), (30, 0.0)]


def test_two_make_a_grid_with_its_best_cell():
    found = grid()

    assert (found.rows, found.columns) == (Axis("delta", (10, 20, 30, 40)), Axis("profit_target", (20, 40, 60)))
    assert found.cells[2, 1].value == 1000
    assert found.cells[2, 1].indexes == (7,)
    assert found.best() == (2, 1)
    assert notes(found) == []


def test_less_is_better_where_it_is():
    assert grid(metric=STREAK).best() == (2, 1)


def test_more_than_are_drawn_give_their_median_and_a_note():
    found = drawing(COLUMNS, hill(), PL, ("delta",))

    assert isinstance(found, Curve)
    assert found.others == ("profit_target",)
    assert dict(found.middle())[30] == 600, "of 600, 1000, 600"
    assert notes(found) == ["profit_target vary too; the line is the median over them"]


def test_what_was_accepted_without_proof_is_named():
    rows = hill()
    rows[7]["origin"] = rows[3]["origin"] = "ACCEPTED"

    assert notes(grid(rows)) == ["among them figures that a user accepted without proof: task 3, 7"]
    lines = terminal.heat(grid(rows), width=80, has_colour=False)
    assert "without proof: task 3, 7" in lines[-1]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["15:00", "09:45", "10:00"], ("09:45", "10:00", "15:00")),
        (["Friday", "Monday", "Wednesday"], ("Monday", "Wednesday", "Friday")),
        (["SPX", "QQQ", "IWM"], ("SPX", "QQQ", "IWM")),
        ([12.5, 2, 100], (2, 12.5, 100)),
    ],
)
def test_values_stand_in_an_order_that_people_expect(values, order):
    assert line(values).axis.places == order


def test_tasks_without_the_figure_are_left_out():
    rows = [*hill(), record(99, 500, 500, None, origin=None)]

    assert 500 not in grid(rows).rows.places


@pytest.mark.parametrize(
    ("rows", "by", "words", "status"),
    [
        ([], (), "no task of the run has a pl yet", ExitStatus.NOT_FOUND),
        ([record(0, 1, 1, 5.0)], (), "the only result has the same values", ExitStatus.NOT_FOUND),
        ([record(0, 1, 1, 5.0), record(1, 1, 1, 6.0)], (), "all 2 results have the same values", ExitStatus.NOT_FOUND),
        (hill(), ("gamma",), "the run has no parameter 'gamma'", ExitStatus.USAGE),
        (hill(), ("delta", "delta"), "one or two parameters", ExitStatus.USAGE),
    ],
)
def test_what_cannot_be_drawn_is_said(rows, by, words, status):
    with pytest.raises(ClientError, match=words) as caught:
        drawing(COLUMNS, rows, PL, by)
    assert caught.value.status is status


def test_a_figure_is_found_by_its_name_and_a_near_miss_named():
    assert metric_of(COLUMNS, "streak") is STREAK
    with pytest.raises(ClientError, match="there is no figure 'pll'; did you mean 'pl'"):
        metric_of(COLUMNS, "pll")
    with pytest.raises(ClientError, match="there is no figure 'delta'"):
        metric_of(COLUMNS, "delta")


def test_figures_have_their_unit():
    texts = [shown(-1234.5, "USD"), shown(12.345, "%"), shown(3.5, "min"), shown(2, "d"), shown(0.33, ""), shown(None, "d")]
    assert texts == ["-$1,234.50", "12.35%", "3.5 min", "2 d", "0.33", DASH]


def test_a_heat_map_in_a_terminal_has_numbers_and_a_star():
    lines = terminal.heat(grid(), width=80, has_colour=False)

    assert lines[0] == "pl by delta (down) and profit_target (across)"
    assert lines[1].split() == ["delta", "20", "40", "60"]
    assert lines[4].split() == ["30", "600", "1000*", "600"]
    assert lines[-1] == "best: $1,000 at delta=30, profit_target=40 (task 7)"
    assert not any("\x1b" in text for text in lines)


def test_a_wide_heat_map_becomes_blocks_that_fit():
    lines = terminal.heat(grid(hill(range(10, 50, 10), range(1, 31))), width=72, has_colour=False)

    assert max(map(len, lines)) <= 72 + 20
    assert all(len(text) <= 72 for text in lines[1:5])
    assert "from" in lines[5]


def test_colours_tell_the_best_from_the_worst():
    lines = terminal.heat(grid(), width=80, has_colour=True)

    assert "48;5;220m 1000*" in lines[4]
    assert "48;5;17m" in "".join(lines)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in lines] == terminal.heat(grid(), width=80, has_colour=False)


def test_where_less_is_better_the_least_is_the_lightest():
    lines = terminal.heat(grid(metric=STREAK), width=80, has_colour=True)

    assert "48;5;220m -1000*" in lines[4]


def test_cells_without_a_result_stay_empty():
    rows = [row for row in hill() if row["index"] != 7]
    lines = terminal.heat(grid(rows), width=80, has_colour=False)

    assert lines[4].split()[0] == "30"
    assert len(lines[4].split()) == 3


def test_a_curve_in_a_terminal_fits_and_names_its_best():
    lines = terminal.curve(line(), width=60, has_colour=False)

    assert all(len(text) <= 60 for text in lines)
    assert "pl by delta" in lines[0]
    assert lines[-1] == "best: $200 at delta=30 (task 2)"
    assert any("•" in text for text in lines)
    assert any("200┤" in text for text in lines)
    named = terminal.curve(line(("Monday", "Friday")), width=60, has_colour=False)
    assert any("Monday" in text and "Friday" in text for text in named)


@pytest.mark.parametrize("has_names", [False, True])
def test_every_result_is_on_the_curve_also_those_beyond_the_round_numbers_of_the_scale(has_names):
    figures = (-42372.0, -40781.0, -20784.0, -3885.0, 23594.0, 33712.0)
    rows = [record(index, f"d{index}" if has_names else 10 + 10 * index, 1, pl) for index, pl in enumerate(figures)]
    lines = terminal.curve(drawing(COLUMNS, rows, PL, ("delta",)), width=80, has_colour=False)

    assert sum(text.count("•") for text in lines) == len(figures)
    ends = lines[-2].split()
    assert (ends[0], ends[-1]) == (("d0", "d5") if has_names else ("10.0", "60.0"))


def test_a_curve_of_one_value_and_of_equal_ones_can_be_drawn():
    flat = drawing(COLUMNS, [record(0, 1, 1, 5.0), record(1, 2, 1, 5.0)], PL, ())
    assert terminal.curve(flat, width=50, has_colour=True)
    single = drawing(COLUMNS, [record(0, 1, 1, 5.0)], PL, ("delta",))
    assert terminal.curve(single, width=50, has_colour=False)[-1].startswith("best: $5 at delta=1")


def test_the_equity_falls_from_its_highest():
    assert EQUITY.drawdown() == [0.0, 0.0, -300.0, 0.0]
    assert Equity(0, (("2025-01-01T10:00:00", -20.0),)).drawdown() == [-20.0], "the start counts"
    lines = terminal.equity(EQUITY, width=70, has_colour=False)
    assert lines[-1] == "at the end $400.50, deepest fall -$300, 4 closings"
    assert any("start" in text and "2025-01-0" in text for text in lines)


def test_the_scale_has_round_numbers():
    assert terminal._heights([0.0, 1030.0]) == [0, 200, 400, 600, 800, 1000]
    assert terminal._heights([-1.6, -0.92]) == pytest.approx([-1.6, -1.5, -1.4, -1.3, -1.2, -1.1, -1.0])
    assert terminal._heights([7.0]) == [7.0]


@pytest.mark.parametrize("figure", [line(), line(("a<b>", "b", "c")), grid(), EQUITY], ids=["curve", "names", "grid", "equity"])
def test_a_page_is_whole_and_asks_nobody(figure):
    written = page.page(figure, title="pl of <script>alert(1)</script>")

    assert "<script>alert(1)</script>" not in written
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", written)
    assert "Plotly.newPlot" in written
    assert "width=device-width" in written


@pytest.mark.parametrize("figure", [line(), line(("a", "$b$", "c")), grid(), grid(metric=STREAK), EQUITY])
def test_a_picture_is_a_png_of_its_size(figure):
    out = io.BytesIO()
    picture.write_png(figure, out, title="$50 of pl_{x}")

    head = out.getvalue()[:24]
    assert head.startswith(b"\x89PNG")
    assert [int.from_bytes(head[place : place + 4], "big") for place in (16, 20)] == [1200, 720]
