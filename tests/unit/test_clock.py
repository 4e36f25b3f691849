"""Moments as text: they come back, and sort as they read."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.clock import HOURS, MINUTES, SECONDS, from_text, to_text, utc_now

ZONES = st.integers(-23, 23).map(lambda h: datetime.timezone(datetime.timedelta(hours=h)))
MOMENTS = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - made aware


@given(MOMENTS)
def test_a_moment_comes_back_from_its_text_in_utc(moment: datetime.datetime) -> None:
    read = from_text(to_text(moment))
    assert read == moment
    assert read.utcoffset() == datetime.timedelta(0)


@given(MOMENTS, MOMENTS)
def test_texts_sort_like_moments(first: datetime.datetime, second: datetime.datetime) -> None:
    assert (to_text(first) < to_text(second)) == (first < second)


def test_the_text_is_rfc_3339_with_microseconds() -> None:
    cet = datetime.timezone(datetime.timedelta(hours=1))
    assert to_text(datetime.datetime(2026, 1, 2, 0, 30, tzinfo=cet)) == "2026-01-01T23:30:00.000000Z"


@pytest.mark.parametrize("text", ["", "2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000+00:00"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="does not match format"):
        from_text(text)


def test_now_is_aware_and_in_utc() -> None:
    now = utc_now()
    assert now.utcoffset() == datetime.timedelta(0)
    assert abs(now - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(minutes=1)


def test_units_are_seconds() -> None:
    assert (SECONDS, MINUTES, HOURS) == (1, 60, 3600)
