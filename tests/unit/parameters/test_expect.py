"""Lines of the result page against what was asked for."""

from decimal import Decimal

import pytest

from oodaemon.parameters.form import Asked, Bullet, Hint

MAX_VIX = Bullet(prefix="VIX:", word="Max", number=Decimal(20), is_percent=None)
GAP = Bullet(prefix="Gap Up:", word="Min", number=Decimal("0.15"), is_percent=True)
SHARE = Bullet(prefix="Allocate", number=Decimal(20), is_percent=True, suffix="of portfolio")


@pytest.mark.parametrize(
    ("bullet", "line"),
    [
        (MAX_VIX, "VIX: Max 20"),
        (MAX_VIX, "VIX: Min 12, Max 20"),
        (MAX_VIX, "vix: max: 20.00"),
        (GAP, "Gap Up: Min 0.15%"),
        (SHARE, "Allocate 20% of portfolio"),
    ],
)
def test_a_line_that_says_it_fits(bullet: Bullet, line: str) -> None:
    assert bullet.is_about(line)
    assert bullet.fits(line)


@pytest.mark.parametrize(
    ("bullet", "line"),
    [
        (MAX_VIX, "VIX: Max 2"),
        (MAX_VIX, "VIX: Max 200"),
        (MAX_VIX, "VIX: Max 20.5"),
        (MAX_VIX, "VIX: Min 20, Max 25"),
        (GAP, "Gap Up: Min 0.15"),
        (SHARE, "Allocate 25% of portfolio"),
    ],
)
def test_a_line_that_says_something_else_does_not(bullet: Bullet, line: str) -> None:
    assert bullet.is_about(line)
    assert not bullet.fits(line)


@pytest.mark.parametrize(
    ("bullet", "line"),
    [
        (MAX_VIX, "VIX: Min 20"),
        (MAX_VIX, "VIX Move Up: Max 20"),
        (SHARE, "Allocate at most $20 per trade"),
        (GAP, "Gap Down: Min 0.15%"),
    ],
)
def test_a_line_about_something_else_is_none_of_it(bullet: Bullet, line: str) -> None:
    assert not bullet.is_about(line)


EARLY = Hint(prefixes=("Early", "Exit at"), clock="15:45")
RSI = Hint(prefixes=("RSI:",), number=Decimal(70))


@pytest.mark.parametrize(
    ("hint", "lines", "is_contradicted"),
    [
        (EARLY, [], False),
        (EARLY, ["Early Exit: 1 DTE at 3:45 PM"], False),
        (EARLY, ["Early exit time 15:45"], False),
        (EARLY, ["Early exit"], False),
        (EARLY, ["Open trades at 9:45 AM"], False),
        (EARLY, ["Early Exit: 1 DTE at 3:45 AM"], True),
        (EARLY, ["Exit at 3:30 PM"], True),
        (RSI, ["RSI: Min 30", "RSI: Max 70"], False),
        (RSI, ["RSI: Max 7"], True),
        (RSI, ["RSI: -70"], False),
        (RSI, ["RSI at 10:70"], False),
    ],
)
def test_a_hint_is_contradicted_only_by_lines_about_it(hint: Hint, lines: list[str], is_contradicted: bool) -> None:
    assert hint.is_contradicted(lines) is is_contradicted


def test_what_was_typed_may_be_shown() -> None:
    asked = Asked(texts=("17.50", "-3", "09:45"))
    assert all(asked.has(shown) for shown in ("17.5", "$17.5", "3", "9:45 AM"))
    assert not any(asked.has(shown) for shown in ("17", "9:45 PM", "45"))
