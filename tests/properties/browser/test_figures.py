"""Any figure that a site could show comes back as the number that it is."""

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.browser.figures import parse_number
from oodaemon.failures.site import Mismatched

TENTHS = st.integers(-(10**9), 10**9)
UNITS = st.sampled_from(["$", "%", ""])


def shown(tenths: int, unit: str, *, grouped: bool, lot: bool) -> str:
    """As the site writes it: one decimal, `.0` dropped, sign before the dollar."""
    whole, decimal = divmod(abs(tenths), 10)
    digits = f"{whole:,}" if grouped else str(whole)
    number = f"{digits}.{decimal}" if decimal else digits
    sign = "-" if tenths < 0 else ""
    return f"{sign}{'$' * (unit == '$')}{number}{'%' * (unit == '%')}{' / lot' if lot else ''}"


@given(TENTHS, UNITS, st.booleans(), st.booleans())
def test_what_is_shown_is_what_is_read(tenths: int, unit: str, grouped: bool, lot: bool) -> None:
    assert parse_number(shown(tenths, unit, grouped=grouped, lot=lot and unit == "$"), unit, "card") == tenths / 10


@given(TENTHS, UNITS, UNITS)
def test_a_number_of_one_unit_is_never_read_as_one_of_another(tenths: int, unit: str, other: str) -> None:
    text = shown(tenths, unit, grouped=True, lot=False)
    try:
        assert parse_number(text, other, "card") == tenths / 10
    except Mismatched:
        assert unit != other
    else:
        assert unit == other


@given(st.text(alphabet="0123456789,.-$%/ NA", max_size=12), UNITS)
def test_a_text_that_is_read_has_the_digits_of_its_number(text: str, unit: str) -> None:
    """Whatever stands on a card: what is read of it has exactly the digits that stand there."""
    try:
        number = parse_number(text, unit, "card")
    except Mismatched:
        return
    if number is not None:
        assert float(text.translate(str.maketrans("", "", "$%, -/"))) == abs(number)
