"""Values as texts, and back."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.practice.fields import Kind
from oodaemon.practice.texts import InvalidText, clock_text, number_text, parse, parse_dates


@pytest.mark.parametrize("text", ["1.234", "-1", "1e3", ".", "1,000", "abc", "1."])
def test_a_decimal_has_two_decimals_at_most_and_no_sign(text: str) -> None:
    with pytest.raises(InvalidText, match="format"):
        parse("decimal", text)


@pytest.mark.parametrize(("kind", "text", "value"), [("int", "5", 5), ("decimal", ".5", 0.5), ("signed", "-50", -50.0)])
def test_numbers(kind: Kind, text: str, value: float) -> None:
    assert parse(kind, text) == value


def test_blank_is_none_unless_a_value_is_required() -> None:
    assert parse("decimal", " ") is None
    with pytest.raises(InvalidText, match="fill out"):
        parse("decimal", "", required=True)


def test_dates_and_times() -> None:
    assert parse("date", "05/16/2022") == date(2022, 5, 16)
    assert parse("time", "09:32") == time(9, 32)


@pytest.mark.parametrize(("kind", "text"), [("date", "02/30/2024"), ("date", "2024-02-01"), ("time", "25:00"), ("weekdays", "0,6")])
def test_what_is_no_day_and_no_time(kind: Kind, text: str) -> None:
    with pytest.raises(InvalidText, match="not a valid"):
        parse(kind, text)


def test_weekdays_come_sorted_and_once() -> None:
    assert parse("weekdays", "5,1,5") == (1, 5)


def test_date_lists_take_both_notations_and_skip_the_rest() -> None:
    assert parse_dates("2024-01-02, 01/03/2024, nonsense,") == {date(2024, 1, 2), date(2024, 1, 3)}


@given(st.integers(0, 10**9).map(lambda cents: cents / 100))
def test_a_number_with_two_decimals_survives_its_text(number: float) -> None:
    assert parse("decimal", number_text(number)) == number


@pytest.mark.parametrize(("moment", "text"), [(time(9, 32), "9:32 AM"), (time(12, 5), "12:05 PM"), (time(15, 59), "3:59 PM")])
def test_times_of_day_as_printed(moment: time, text: str) -> None:
    assert clock_text(moment) == text
