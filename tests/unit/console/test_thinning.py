"""Thinning keeps what matters: the ends and every extreme."""

import random

from hypothesis import given
from hypothesis import strategies as st

from oodaemon.console.thinning import by_group, extremes

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=1, max_size=400)


@given(NUMBERS, st.integers(8, 60))
def test_the_ends_and_the_extremes_stay_in_order(values: list[int], limit: int) -> None:
    items = list(enumerate(values))
    kept = extremes(items, limit, lambda item: item[1])
    assert len(kept) <= max(limit, 4)
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (items[0], items[-1])
    assert {min(values), max(values)} <= {value for _, value in kept}


@given(st.lists(NUMBERS, max_size=60), st.integers(8, 200))
def test_groups_keep_the_extremes_of_all(groups: list[list[int]], limit: int) -> None:
    kept = by_group(groups, limit, lambda value: value)
    values = [value for group in groups for value in group]
    if values:
        assert {min(values), max(values)} <= set(kept)
    assert len(kept) <= max(limit, 4 * max(1, limit // 4)) + 4


def test_few_items_all_stay() -> None:
    items = random.Random(1).sample(range(1000), 50)
    assert extremes(items, 50, lambda item: item) == items
    assert by_group([items[:20], items[20:]], 50, lambda item: item) == items
