"""Entry time: typed in 24 hours, proven in 12."""

import pytest

from oodaemon.parameters.builtin.entry_time import EntryTime
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.form import Bullet, SetField

ENTRY = EntryTime()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("11:25", "Open trades at 11:25 AM"),
        ("12:00", "Open trades at 12:00 PM"),
        ("9:32", "Open trades at 9:32 AM"),
        ("12:59", "Open trades at 12:59 PM"),
        ("13:05", "Open trades at 1:05 PM"),
        ("15:59", "Open trades at 3:59 PM"),
    ],
)
def test_the_line_that_proves_it_is_the_one_of_the_site(text: str, line: str) -> None:
    (bullet,) = ENTRY.expectations(ENTRY.setting(text, {}))
    assert isinstance(bullet, Bullet)
    assert str(bullet) == line
    assert bullet.fits(line)


def test_morning_and_afternoon_are_different() -> None:
    (bullet,) = ENTRY.expectations(ENTRY.setting("14:00", {}))
    assert isinstance(bullet, Bullet)
    assert not bullet.fits("Open trades at 2:00 AM")
    assert not bullet.fits("Open trades at 12:00 PM")


def test_the_time_input_takes_24_hours() -> None:
    assert ENTRY.actions(ENTRY.setting("9:32", {})) == (SetField(section="Entry Conditions", label="Entry Time", text="09:32"),)


@pytest.mark.parametrize("text", ["9:31", "16:00", "3:30 PM"])
def test_times_the_site_does_not_take_are_refused(text: str) -> None:
    with pytest.raises(FieldError):
        ENTRY.setting(text, {})
