"""Cells as text: the quick way says, to the last sign, what Python's own writers say one value at a time."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ooctl.exits import ClientError
from ooctl.writers import cells, text
from ooctl.writers.table import Cells, Column, Kind, Role, Table
from tests.unit.ooctl.tables import RUN, a_table

NUMBERS = st.floats() | st.integers(-(2**53), 2**53).map(float) | st.decimals(-(10**6), 10**6, places=2).map(float)
TEXTS = st.text(st.sampled_from('a=+-@\t",\r\n\x1f Δ') | st.characters(codec="utf-8"), max_size=8)


def plainly(value: float) -> str:
    return repr(int(value)) if math.isfinite(value) and value.is_integer() else repr(value)


@given(st.lists(NUMBERS))
@example([-0.0, 1.0])
@example([1e16, 1e-5])
@example([1.5, 0.00001])
@example([float("nan"), float("-inf")])
@example([100.0, 10.05, -0.01])
def test_numbers_are_written_as_python_writes_them(values):
    assert list(cells.numbers(values)) == [plainly(value) for value in values]


def test_a_number_that_json_does_not_have_is_refused():
    for value in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="no such number"):
            cells.for_json(Kind.NUMBER, Cells.of([1.0, value]))


@given(st.lists(st.tuples(TEXTS | st.none(), TEXTS | st.none(), NUMBERS | st.none()), min_size=1))
@example([(None, None, None), ("same", "", 1.0), ("same", "", 1.0)])
def test_lines_of_csv_are_those_of_the_csv_module(rows):
    columns = (
        Column("text", Kind.TEXT, Role.FIGURE),
        Column("time", Kind.MOMENT, Role.FIGURE),
        Column("pl", Kind.NUMBER, Role.FIGURE),
    )
    for picked in ((0, 1, 2), (0,), (1, 2), (2,)):
        packed = [Cells.of([row[place] for row in rows]) for place in picked]
        out, expected = io.StringIO(), io.StringIO()
        assert text.write_csv(Table(RUN, tuple(columns[place] for place in picked), iter([packed])), out) == len(rows)
        writer = csv.writer(expected, lineterminator="\n")
        writer.writerow([columns[place].name for place in picked])
        for said, time, number in rows:
            shown = (None if said is None else cells.harmless(said), time, None if number is None else plainly(number))
            writer.writerow([shown[place] for place in picked])
        if "\r" in "".join(time or "" for _, time, _ in rows):  # what the module does with these changed with Python 3.13
            return
        assert out.getvalue() == expected.getvalue()


@given(
    st.lists(st.tuples(TEXTS | st.none(), st.booleans() | st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1)
)
def test_lines_of_json_are_those_of_the_json_module(rows):
    columns = (
        Column('a"b', Kind.TEXT, Role.FIGURE),
        Column("flag", Kind.BOOLEAN, Role.FIGURE),
        Column("pl", Kind.NUMBER, Role.FIGURE),
    )
    out = io.StringIO()
    text.write_jsonl(Table(RUN, columns, iter([[Cells.of(column) for column in zip(*rows, strict=True)]])), out)
    said = [{'a"b': each, "flag": flag, "pl": int(number) if number.is_integer() else number} for each, flag, number in rows]
    assert out.getvalue() == "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in said)


@given(st.lists(st.none() | st.integers(0, 2)), st.booleans())
def test_packed_cells_are_spread_again(values, is_packed):
    packed = Cells.of(values)
    if is_packed and len(set(packed.present)) == 1:
        packed = Cells(packed.rows, packed.present[:1], packed.missing)
    assert packed.values() == values
    assert packed.count == len(values) - values.count(None)
    if packed.is_same:
        assert len(set(values)) <= 1


def test_no_column_at_all_is_a_question():
    with pytest.raises(ClientError, match="no column is named"):
        a_table().only([])
