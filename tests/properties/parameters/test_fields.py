"""Fields for any value: text and back, and ranges that neither drift nor leave their bounds."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oodaemon.parameters.fields import Bool, Choice, FieldError, Float, Int, Time

HUNDREDTHS = st.integers(-10_000_000, 10_000_000)
MINUTES = st.integers(0, 24 * 60 - 1)
WORDS = ("%", "$", "CO", "put_only", "Both")


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@given(HUNDREDTHS)
def test_a_float_comes_back_from_its_text(hundredths: int) -> None:
    field = Float()
    value = field.parse(str(Decimal(hundredths).scaleb(-2)))
    assert value == hundredths / 100
    text = field.text(value)
    assert field.parse(text) == value
    assert Decimal(text) == Decimal(hundredths).scaleb(-2)
    assert "E" not in text.upper()
    assert "." not in text or text[-1] != "0"


@given(st.integers(-(10**12), 10**12))
def test_an_int_comes_back_from_its_text(number: int) -> None:
    assert Int().parse(Int().text(number)) == number


@given(MINUTES)
def test_a_time_comes_back_from_its_text(minute: int) -> None:
    value = Time().parse(f"{minute // 60}:{minute % 60:02d}")
    assert value == clock(minute)
    assert Time().parse(Time().text(value)) == value


@given(st.sampled_from(WORDS), st.booleans())
def test_words_come_back_from_their_text(word: str, flag: bool) -> None:
    choice = Choice(choices=WORDS)
    assert choice.parse(choice.text(word)) == word
    assert Bool().parse(Bool().text(flag)) is flag


@given(start=st.integers(-5_000, 5_000), width=st.integers(1, 700), count=st.integers(1, 60), rest=st.integers(0, 699))
def test_a_range_holds_every_hundredth_it_should(start: int, width: int, count: int, rest: int) -> None:
    """Against whole hundredths, which cannot drift."""
    end = start + width * (count - 1) + rest % width
    texts = (str(Decimal(n).scaleb(-2)) for n in (start, end, width))
    assert list(Float().steps(*texts)) == [(start + width * i) / 100 for i in range(count)]


@given(start=MINUTES, end=MINUTES, width=st.integers(1, 24 * 60))
def test_a_range_of_times_holds_every_minute_it_should(start: int, end: int, width: int) -> None:
    if end < start:
        with pytest.raises(FieldError):
            Time().steps(clock(start), clock(end), str(width))
    else:
        assert list(Time().steps(clock(start), clock(end), str(width))) == [clock(m) for m in range(start, end + 1, width)]


@given(minimum=HUNDREDTHS, span=st.integers(0, 1000), number=HUNDREDTHS)
def test_limits_are_part_of_what_they_limit(minimum: int, span: int, number: int) -> None:
    field = Float(minimum=minimum / 100, maximum=(minimum + span) / 100)
    text = str(Decimal(number).scaleb(-2))
    if minimum <= number <= minimum + span:
        assert field.parse(text) == number / 100
    else:
        with pytest.raises(FieldError, match="below the minimum" if number < minimum else "above the maximum"):
            field.parse(text)


@example("1e30")
@example("9" * 40)
@example("sNaN")
@given(st.one_of(st.text(max_size=12), st.from_regex(r"\A\s*[+-]?[0-9_.eE:]{1,12}\s*\Z")))
@pytest.mark.parametrize(
    "field", [Float(minimum=0, maximum=100), Int(), Time(), Bool(), Choice(choices=WORDS)], ids=lambda f: f.kind
)
def test_any_text_is_a_value_or_a_field_error(field, text: str) -> None:
    """Nothing else may come out of what a user typed."""
    try:
        value = field.parse(text)
    except FieldError:
        return
    assert field.parse(field.text(value)) == value
