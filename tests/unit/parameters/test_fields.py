"""Fields: what they take, what they refuse and in which words, and the ranges they make."""

import re

import pytest

from oodaemon.parameters.fields import Bool, Choice, Date, Field, FieldError, Float, Int, Text, Time

PERCENT = Float(minimum=0.01, maximum=100, step=5)
COUNT = Int(minimum=1, maximum=10, step=2)
UNIT = Choice(choices=("%", "$", "CO"), default="%")
CLOCK = Time(earliest="09:32", latest="15:59", step=15)


def values(field: Field, start: str, end: str, step: str = "") -> list[object]:
    return list(field.steps(start, end, step))


def refusal(field: Field, text: str) -> str:
    with pytest.raises(FieldError) as caught:
        field.parse(text)
    return str(caught.value)


def range_refusal(field: Field, start: str, end: str, step: str = "") -> str:
    """Said at the call, before any value is taken."""
    with pytest.raises(FieldError) as caught:
        field.steps(start, end, step)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("30", 30), ("30.0", 30), (" 30 ", 30), ("+5", 5), ("0.01", 0.01), (".5", 0.5), ("5.50", 5.5), ("100", 100), ("1e1", 10)],
)
def test_a_float_takes_a_number_however_it_is_written(text: str, value: float) -> None:
    parsed = PERCENT.parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a number"),
        ("abc", "'abc' is not a number"),
        ("nan", "'nan' is not a number"),
        ("Infinity", "'Infinity' is not a number"),
        ("1,5", "'1,5' is not a number"),
        ("0.001", "0.001 has too many decimals; give at most 2 decimals"),
        ("0", "0 is below the minimum 0.01"),
        ("-5", "-5 is below the minimum 0.01"),
        ("100.01", "100.01 is above the maximum 100"),
    ],
)
def test_a_float_refuses_and_says_why(text: str, message: str) -> None:
    assert refusal(PERCENT, text) == message


@pytest.mark.parametrize("text", ["1e30", "9" * 40, "1e-40", "1e999999"])
@pytest.mark.parametrize("field", [PERCENT, COUNT], ids=["float", "int"])
def test_a_number_beyond_all_measure_is_refused_like_any_other(field: Field, text: str) -> None:
    assert refusal(field, text).startswith(text)


def test_an_underscore_is_no_part_of_a_number() -> None:
    assert refusal(PERCENT, "1_0") == "'1_0' is not a number"


def test_a_float_without_limits_takes_negative_numbers() -> None:
    assert Float().parse("-12.34") == -12.34
    assert Float().parse("-0") == 0
    assert Float().text(-0.0) == "0"


@pytest.mark.parametrize(
    ("value", "text"), [(30, "30"), (30.0, "30"), (0.5, "0.5"), (5.5, "5.5"), (-1.25, "-1.25"), (1000, "1000")]
)
def test_a_float_is_typed_without_trailing_zeros(value: float, text: str) -> None:
    assert Float().text(value) == text


def test_a_small_float_is_typed_in_plain_decimal_notation() -> None:
    assert Float(decimals=6).text(0.00001) == "0.00001"


@pytest.mark.parametrize(
    ("start", "end", "step", "expected"),
    [
        ("10", "30", "10", [10, 20, 30]),
        ("10", "29", "10", [10, 20]),
        ("10", "20", "", [10, 15, 20]),
        ("5", "5", "5", [5]),
        ("0.1", "0.5", "0.1", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("1.1", "1.4", "0.1", [1.1, 1.2, 1.3, 1.4]),
        ("0.5", "2", "0.75", [0.5, 1.25, 2]),
    ],
)
def test_a_range_of_floats_has_both_ends_and_no_drift(start: str, end: str, step: str, expected: list[float]) -> None:
    assert values(PERCENT, start, end, step) == expected


@pytest.mark.parametrize(
    ("start", "end", "step", "message"),
    [
        ("30", "10", "5", "the range ends at 10, before its start 30"),
        ("10", "30", "0", "the step 0 must be greater than 0"),
        ("10", "30", "-5", "the step -5 must be greater than 0"),
        ("10", "30", "0.001", "the step 0.001 has more than 2 decimals"),
        ("10", "30", "x", "'x' is not a number"),
        ("0", "30", "5", "0 is below the minimum 0.01"),
        ("10", "101", "5", "101 is above the maximum 100"),
        ("ten", "30", "5", "'ten' is not a number"),
    ],
)
def test_a_range_of_floats_that_cannot_be_is_refused_at_the_call(start: str, end: str, step: str, message: str) -> None:
    assert range_refusal(PERCENT, start, end, step) == message


def test_limits_are_texts_for_people() -> None:
    assert PERCENT.limits() == ("0.01", "100", "5")
    assert Float(step=0.25).limits() == ("", "", "0.25")
    assert COUNT.limits() == ("1", "10", "2")
    assert CLOCK.limits() == ("09:32", "15:59", "15")
    assert UNIT.limits() == Bool().limits() == ("", "", "")


def test_an_int_takes_whole_numbers_only() -> None:
    assert COUNT.parse("7") == 7
    assert isinstance(COUNT.parse("7.0"), int)
    assert refusal(COUNT, "7.5") == "7.5 has too many decimals; give a whole number"
    assert refusal(COUNT, "0") == "0 is below the minimum 1"
    assert refusal(COUNT, "11") == "11 is above the maximum 10"


def test_a_range_of_ints_uses_the_step_of_the_field_when_none_is_given() -> None:
    assert values(COUNT, "1", "10") == [1, 3, 5, 7, 9]
    assert values(COUNT, "1", "3", "1") == [1, 2, 3]
    assert range_refusal(COUNT, "1", "3", "0.5") == "the step 0.5 has more than 0 decimals"


@pytest.mark.parametrize(("text", "value"), [("CO", "CO"), ("co", "CO"), (" $ ", "$"), ("%", "%")])
def test_a_choice_is_taken_without_regard_to_case(text: str, value: str) -> None:
    assert UNIT.parse(text) == value
    assert UNIT.text(value) == value


def test_a_choice_refuses_other_words_and_names_its_own() -> None:
    assert refusal(UNIT, " percent ") == "'percent' is none of %, $, CO"
    assert refusal(UNIT, "") == "'' is none of %, $, CO"


@pytest.mark.parametrize("text", ["on", "ON", "true", "yes", " 1 "])
def test_a_bool_takes_words_for_on(text: str) -> None:
    assert Bool().parse(text) is True


@pytest.mark.parametrize("text", ["off", "Off", "false", "no", "0"])
def test_a_bool_takes_words_for_off(text: str) -> None:
    assert Bool().parse(text) is False


def test_a_bool_refuses_the_rest_and_writes_on_and_off() -> None:
    assert refusal(Bool(), "maybe") == "'maybe' is neither on nor off"
    assert refusal(Bool(), "") == "'' is neither on nor off"
    assert (Bool().text(True), Bool().text(False)) == ("on", "off")


@pytest.mark.parametrize("field", [UNIT, Bool()], ids=["choice", "bool"])
def test_words_have_no_range(field: Field) -> None:
    assert range_refusal(field, "a", "b", "c") == "has no range (a..b/c); list the values, separated by commas"


@pytest.mark.parametrize(("text", "value"), [("9:45", "09:45"), ("09:45", "09:45"), (" 15:59 ", "15:59"), ("09:32", "09:32")])
def test_a_time_is_kept_with_two_digits_each(text: str, value: str) -> None:
    assert CLOCK.parse(text) == value
    assert CLOCK.text(value) == value


@pytest.mark.parametrize("text", ["9:31", "16:00", "00:00"])
def test_a_time_outside_the_hours_of_the_site_is_refused(text: str) -> None:
    assert refusal(CLOCK, text) == f"{text} is outside 09:32-15:59"


@pytest.mark.parametrize(
    "text",
    ["", "9", "9:5", "9:455", "24:00", "09:60", "9:45 AM", "-9:45", "9.45", "009:45", "\u0661\u0660:30", ":30", "10:"],
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    assert refusal(CLOCK, text) == f"{text.strip()!r} is not a time of day; write HH:MM in 24 hours, such as 09:45"


def test_a_range_of_times_goes_in_minutes() -> None:
    assert values(CLOCK, "9:45", "10:30", "15") == ["09:45", "10:00", "10:15", "10:30"]
    assert values(CLOCK, "9:45", "10:29") == ["09:45", "10:00", "10:15"]
    assert values(CLOCK, "15:58", "15:59", "1") == ["15:58", "15:59"]
    assert values(CLOCK, "9:45", "9:45", "60") == ["09:45"]


@pytest.mark.parametrize(
    ("start", "end", "step", "message"),
    [
        ("10:00", "9:45", "15", "the range ends at 9:45, before its start 10:00"),
        ("10:00", "11:00", "0", "0 is below the minimum 1"),
        ("10:00", "11:00", "-15", "-15 is below the minimum 1"),
        ("10:00", "11:00", "0.5", "0.5 has too many decimals; give a whole number"),
        ("9:00", "11:00", "15", "9:00 is outside 09:32-15:59"),
        ("10:00", "16:00", "15", "16:00 is outside 09:32-15:59"),
    ],
)
def test_a_range_of_times_that_cannot_be_is_refused_at_the_call(start: str, end: str, step: str, message: str) -> None:
    assert range_refusal(CLOCK, start, end, step) == message


def test_a_day_comes_back_and_ranges_step_in_days() -> None:
    field = Date(earliest="2013-01-01", latest="2025-12-31")
    assert field.text(field.parse(" 2024-02-29 ")) == "2024-02-29"
    assert list(field.steps("2024-02-28", "2024-03-01", "")) == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert list(field.steps("2024-01-31", "2024-03-01", "15")) == ["2024-01-31", "2024-02-15", "2024-03-01"]
    assert field.limits() == ("2013-01-01", "2025-12-31", "1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-02-29", "'2023-02-29' is no day; write YYYY-MM-DD, such as 2022-05-16"),
        ("05/16/2022", "'05/16/2022' is no day; write YYYY-MM-DD, such as 2022-05-16"),
        ("20240101", "'20240101' is no day; write YYYY-MM-DD, such as 2022-05-16"),
        ("2012-12-31", "2012-12-31 is outside 2013-01-01..2099-12-31"),
    ],
)
def test_what_is_no_day_is_refused(text: str, said: str) -> None:
    with pytest.raises(FieldError, match=re.escape(said)):
        Date().parse(text)


def test_a_range_of_days_that_goes_back_or_stands_still_is_refused() -> None:
    with pytest.raises(FieldError, match="the range ends at 2024-01-01, before its start 2024-01-02"):
        Date().steps("2024-01-02", "2024-01-01", "")
    with pytest.raises(FieldError, match="0 is below the minimum 1"):
        Date().steps("2024-01-01", "2024-01-02", "0")


def test_a_text_is_one_line_and_empty_only_where_that_is_the_default() -> None:
    assert Text().parse("  Exit \n Put ") == "Exit Put"
    assert Text(default="").parse(" ") == ""
    with pytest.raises(FieldError, match="is empty; give a text"):
        Text().parse(" ")
    with pytest.raises(FieldError, match="has 4 characters; give at most 3"):
        Text(longest=3).parse("abcd")
    with pytest.raises(FieldError, match="has no range"):
        Text().steps("a", "b", "")
