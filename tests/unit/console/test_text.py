"""Figures in words: as the site gives them, and never an error of the page."""

import math

import pytest

from oodaemon.console.text import DASH, number, value


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (2.0, "2"),
        (1.1, "1.1"),
        (26010.0, "26,010"),
        (-6705.25, "-6,705.25"),
        (6.2222, "6.2222"),
        (109.4823, "109.48"),
        (-0.0023, "-0.0023"),
        (100.0, "100"),
        (-0.00001, "0"),
        (0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "-∞"),
        (math.nan, DASH),
        (None, DASH),
    ],
)
def test_a_figure_has_the_decimals_it_was_given(given: float | None, shown: str) -> None:
    assert number(given) == shown


def test_a_value_is_written_as_a_person_would() -> None:
    assert [value(each) for each in (20.0, 0.5, True, False, None, "SPX", math.inf)] == [
        "20",
        "0.5",
        "yes",
        "no",
        DASH,
        "SPX",
        "inf",
    ]
