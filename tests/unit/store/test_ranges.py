"""Numbers as spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.store import ranges


@pytest.mark.parametrize(("given_", "spans"), [([], ""), ([0], "0"), ([0, 1, 2], "0-2"), ([0, 2, 3, 9], "0,2-3,9")])
def test_spans_are_as_short_as_can_be(given_: list[int], spans: str) -> None:
    assert ranges.text(given_) == spans


@given(st.sets(st.integers(0, 60)))
def test_what_was_written_is_read(given_: set[int]) -> None:
    assert list(ranges.numbers(ranges.text(sorted(given_)))) == sorted(given_)


@pytest.mark.parametrize("text", ["a", "1-b", "-3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(ranges.numbers(text))
