"""Spans of time as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooctl.commands.spans import read_span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("45s", 45),
        ("10m", 600),
        ("10 min", 600),
        ("1h30m", 5400),
        ("1h 30m 5s", 5405),
        ("2d", 172_800),
        ("0.5h", 1800),
        (" 7S ", 7),
    ],
)
def test_what_is_understood(text: str, seconds: float) -> None:
    assert read_span(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "10x", "10m5", "-5m", "1e3", "5 m 3", "ten", "\N{ARABIC-INDIC DIGIT ONE}m", "10mm"])
def test_what_is_not(text: str) -> None:
    assert read_span(text) is None


@given(st.text(max_size=12))
def test_whatever_is_written_there_is_an_answer(text: str) -> None:
    seconds = read_span(text)
    assert seconds is None or seconds >= 0
