"""Canonical text for any values: one text for equal ones, and nothing lost in it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.model.values import canonical

HUNDREDTHS = st.integers(-(10**7), 10**7).map(lambda n: n / 100)
VALUES = st.dictionaries(
    st.text(max_size=8), st.one_of(st.integers(-(10**9), 10**9), HUNDREDTHS, st.text(max_size=8), st.booleans())
)


@given(VALUES, st.randoms(use_true_random=False))
def test_the_text_does_not_depend_on_order_or_on_how_a_number_is_kept(values: dict[str, object], rng) -> None:
    names = list(values)
    rng.shuffle(names)
    widened = {n: float(values[n]) if type(values[n]) is int else values[n] for n in names}
    assert canonical(widened) == canonical(values)


@given(VALUES)
def test_nothing_is_lost_in_the_text(values: dict[str, object]) -> None:
    read = json.loads(canonical(values))
    assert read == values
    assert {n: isinstance(v, bool) for n, v in read.items()} == {n: isinstance(v, bool) for n, v in values.items()}
    assert list(read) == sorted(values)
