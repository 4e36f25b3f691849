"""Columns taken apart: the quick way and the careful one give the same, whatever the objects are called and hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.store import gathered

NAMES = st.sampled_from(["pl", "cagr", "mar", "pl2", "2pl", "p2l", "a.b", "pl-", "-pl", "PL", "p l", 'p"l', "é", ""])
NUMBERS = st.sampled_from([0, 5, -1, 1.5, -0.0, 100.0, 1e-5, 1e22, 0.1, 12, 34])
OTHERS = st.sampled_from([None, True, "5", "", "a,b", "}", '{"pl":1}', [1, 2]])
SEPARATORS = st.sampled_from([(",", ":"), (", ", ": ")])


def cell(records: list[dict[str, Any] | None], separators: tuple[str, str] = (",", ":")) -> str:
    return ",".join(json.dumps(record, separators=separators, ensure_ascii=False) for record in records)


def expected(records: list[dict[str, Any] | None]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for record in records for name in record or {})
    return {name: [(record or {}).get(name) for record in records] for name in names}


@given(st.lists(st.none() | st.dictionaries(NAMES, NUMBERS | OTHERS, max_size=3), min_size=1, max_size=4), SEPARATORS)
def test_objects_of_any_kind_become_columns(records: list[dict[str, Any] | None], separators: tuple[str, str]) -> None:
    assert repr(gathered.objects(cell(records, separators))) == repr(expected(records))


@given(
    st.lists(NAMES, unique=True, min_size=1, max_size=3),
    st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=4),
    SEPARATORS,
)
def test_objects_of_one_shape_become_columns(names: list[str], rows: list[list[Any]], separators: tuple[str, str]) -> None:
    records: list[dict[str, Any] | None] = [dict(zip(names, row, strict=False)) for row in rows]
    assert repr(gathered.objects(cell(records, separators))) == repr(expected(records))


@pytest.mark.parametrize(
    "records",
    [
        [{"pl": 5}, {"pl1": 5}],
        [{"pl": 5}, {"1pl": 5}],
        [{"p1l": 5}, {"p2l": 5}],
        [{"pl": 5, "mar": 1}, {"mar": 5, "pl": 1}],
        [{"pl": 5}, {"pl": 1, "mar": 2}],
        [{"pl": 5}, None],
        [{}, {"pl": 1}],
    ],
)
def test_names_that_differ_are_never_taken_for_the_same(records: list[dict[str, Any] | None]) -> None:
    assert gathered.objects(cell(records)) == expected(records)


@given(st.lists(st.sampled_from(["", "a", "ab", "2026-11-22"]), min_size=1, max_size=5))
def test_texts_are_those_that_were_gathered(values: list[str]) -> None:
    assert gathered.texts(gathered.GAP.join(values), len(values)) == [value or None for value in values]
