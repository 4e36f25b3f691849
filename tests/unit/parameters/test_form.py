"""Bullets against lines as the site writes them, and the words for legs."""

from decimal import Decimal

import pytest

from oodaemon.parameters.form import Bullet, LegFilter


def number(value: str, *, prefix: str = "Profit Target:", percent: bool = True) -> Bullet:
    return Bullet(prefix=prefix, number=Decimal(value), is_percent=percent)


@pytest.mark.parametrize(
    ("bullet", "line"),
    [
        (number("55"), "Profit Target: 55%"),
        (number("55.0"), "Profit Target: 55%"),
        (number("55"), "Profit Target:  55.00 %"),
        (number("185", prefix="Stop Loss:"), "Stop Loss: 185%"),
        (number("5", percent=False), "Profit Target: $5"),
        (number("5", percent=False), "Profit Target: 5"),
        (number("5.5", percent=False), "Profit Target: $5.50"),
        (number("0.5", percent=False), "Profit Target: .5"),
        (number("1500"), "Profit Target: 1,500%"),
        (number("-0.3", prefix="Exit when VIX moves", percent=False), "Exit when VIX moves -0.3"),
        (Bullet(prefix="Open trades at", text="11:25 AM"), "Open trades at 11:25 AM"),
        (Bullet(prefix="Open trades at", text="11:25 AM"), "Open trades at  11:25 am"),
    ],
)
def test_a_line_that_says_what_was_asked_for_fits(bullet: Bullet, line: str) -> None:
    assert bullet.fits(line)


@pytest.mark.parametrize(
    ("bullet", "line"),
    [
        (number("5"), "Profit Target: 55%"),
        (number("5.5"), "Profit Target: 55%"),
        (number("155"), "Profit Target: 55%"),
        (number("55"), "Profit Target: 5.5%"),
        (number("55"), "Profit Target: -55%"),
        (number("55"), "Profit Target: $55"),
        (number("55"), "Profit Target: 55"),
        (number("5", percent=False), "Profit Target: 5%"),
        (number("55"), "Profit Target:"),
        (number("55"), "Profit Target: none"),
        (number("55"), "Profit Target: 55% of 100"),
        (number("0.3", prefix="Exit when VIX moves", percent=False), "Exit when VIX moves -0.3"),
        (Bullet(prefix="Open trades at", text="1:25 AM"), "Open trades at 11:25 AM"),
        (Bullet(prefix="Open trades at", text="11:25 AM"), "Open trades at 11:25 PM"),
        (Bullet(prefix="Open trades at", text="11:25 AM"), "Open trades at 11:25 AM, 12:00 PM"),
    ],
)
def test_a_line_that_says_something_else_does_not(bullet: Bullet, line: str) -> None:
    assert not bullet.fits(line)


def test_a_bullet_is_said_as_the_site_would_write_it() -> None:
    assert str(number("55")) == "Profit Target: 55%"
    assert str(number("5.5", percent=False)) == "Profit Target: 5.5"
    assert str(Bullet(prefix="Open trades at", text="9:32 AM")) == "Open trades at 9:32 AM"


@pytest.mark.parametrize(
    ("legs", "words"),
    [
        (LegFilter(unit="Δ"), "leg priced in Δ"),
        (LegFilter(unit="Δ", right="put"), "put leg priced in Δ"),
        (LegFilter(unit="$", right="call", side="sell"), "sell call leg priced in $"),
    ],
)
def test_a_leg_filter_is_said_in_words(legs: LegFilter, words: str) -> None:
    assert str(legs) == words
