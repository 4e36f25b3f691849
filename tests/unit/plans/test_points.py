"""Points by index: mixed radix, the last axis fastest, nothing made before it is asked for."""

import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.plans.points import Product, Rows

axes = st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=4, unique=True), min_size=1, max_size=4).map(
    lambda found: [(f"p{place}", values) for place, values in enumerate(found)]
)


def shared_of(named) -> dict:
    return {name: values[0] for name, values in named} | {"fixed": True}


@given(axes)
def test_a_product_is_every_combination_and_the_last_axis_changes_fastest(named) -> None:
    points = Product(named, shared_of(named))
    names = [name for name, _ in named]
    combinations = itertools.product(*(values for _, values in named))
    assert list(points) == [dict(zip(names, combination, strict=True)) | {"fixed": True} for combination in combinations]
    assert len(points) == points.size


@given(axes, st.data())
def test_an_index_and_the_places_on_the_axes_are_the_same(named, data) -> None:
    points = Product(named, shared_of(named))
    index = data.draw(st.integers(0, points.size - 1))
    places = points.places(index)
    assert points.index_of(places) == index
    assert [points[index][name] for name, _ in named] == [values[at] for (_, values), at in zip(named, places, strict=True)]
    assert points[index - points.size] == points[index]


def test_slices_and_indexes_behave_like_those_of_a_list() -> None:
    points = Product([("a", [1, 2]), ("b", [3, 4])], {"a": 1, "b": 3})
    assert points[1:] == tuple(list(points)[1:])
    assert points[::-2] == tuple(list(points)[::-2])
    for wrong in (4, -5):
        with pytest.raises(IndexError, match="there are 4 points"):
            points[wrong]


def test_keys_stand_in_the_order_of_the_shared_point() -> None:
    points = Product([("b", [3, 4]), ("a", [1])], {"b": 3, "b.unit": "$", "a": 1, "z": 0})
    assert list(points[1]) == ["b", "b.unit", "a", "z"]


def test_points_are_made_anew_each_time() -> None:
    points = Product([("a", [1, 2])], {"a": 1})
    points.at(0)["a"] = 99
    assert points[0] == {"a": 1}


def test_rows_are_points_beside_what_is_shared() -> None:
    rows = Rows(["a", "b.unit"], [(1, "$"), (2, "%")], {"a": 0, "b": 7, "b.unit": "", "c": 1})
    assert list(rows) == [{"a": 1, "b": 7, "b.unit": "$", "c": 1}, {"a": 2, "b": 7, "b.unit": "%", "c": 1}]
    assert list(rows[0]) == ["a", "b", "b.unit", "c"]


def test_a_space_larger_than_memory_costs_what_its_axes_cost() -> None:
    tracemalloc.start()
    try:
        points = Product([(f"p{n}", range(1000)) for n in range(10)], {})
        last = points.at(points.size - 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert points.size == 1000**10
    assert set(last.values()) == {999}
    assert peak < 2**20
