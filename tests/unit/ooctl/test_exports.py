"""Batches of an export as the client unpacks them: what does not add up is never used."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooctl.exits import ClientError
from ooctl.exports import _column, _decoded
from ooctl.writers.cells import for_csv, for_json, numbers
from ooctl.writers.table import Column, Kind, Numbers, Role
from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.rpc import export_columns, export_values

KINDS = {"a": Kind.NUMBER, "b": Kind.INTEGER, "c": Kind.BOOLEAN, "d": Kind.TEXT, "e": Kind.JSON}
COLUMNS = [Column(name, kind, Role.FIGURE) for name, kind in KINDS.items()]


def test_what_the_daemon_packs_is_what_the_client_unpacks():
    kinds = {name: exports_pb2.ColumnKind.Value(f"COLUMN_KIND_{kind.name}") for name, kind in KINDS.items()}
    packed = [export_columns.Column(name, kind, export_columns.FIGURE) for name, kind in kinds.items()]
    values = {
        "a": [1.0, None, 2.5, 1e-9],
        "b": [7, 7, None, 7],
        "c": [True, False, None, True],
        "d": [None, None, None, None],
        "e": ["{}", "", "x", "{}"],
    }

    found = _decoded(export_values.batch(packed, 4, values), COLUMNS)

    assert [cells.values() for cells in found] == [values[name] for name in KINDS]
    assert isinstance(found[0].values()[0], int)
    assert [cells.values() for cells in _decoded(export_values.batch(packed, 0, {}), COLUMNS)] == [[], [], [], [], []]


@pytest.mark.parametrize(
    "wire",
    [
        exports_pb2.ColumnValues(numbers=[1, 2]),
        exports_pb2.ColumnValues(numbers=[1, 2, 3, 4]),
        exports_pb2.ColumnValues(numbers=[1, 2], missing=[0, 1]),
        exports_pb2.ColumnValues(numbers=[1], missing=[1, 1]),
        exports_pb2.ColumnValues(numbers=[1, 2], missing=[3]),
        exports_pb2.ColumnValues(numbers=[1, 2], is_same=True),
        exports_pb2.ColumnValues(texts=["1", "2", "3"], missing=[0]),
    ],
)
def test_rows_that_do_not_add_up_are_refused(wire):
    batch = exports_pb2.ExportBatch(rows=3, columns=[wire])
    with pytest.raises(ClientError, match="do not add up"):
        _decoded(batch, COLUMNS[:1])


def packed(numbers: bytes, *places: int, rows: int = 2) -> exports_pb2.ExportBatch:
    """A batch of three columns: numbers, numbers and text."""
    found = exports_pb2.ExportBatch(rows=rows, columns=[exports_pb2.ColumnValues()] * 3)
    found.packed.columns.extend(places)
    found.packed.numbers = numbers
    return found


TWO_AND_A_TEXT = [COLUMNS[0], Column("z", Kind.NUMBER, Role.FIGURE), COLUMNS[3]]


def test_packed_numbers_are_those_that_were_packed():
    values = [[-0.0, 100000.0, 0.1], [-10.0, 5, -1.25]]
    batch = packed(
        json.dumps([number for row in zip(*values, strict=True) for number in row])[1:-1].replace(" ", "").encode(), 1, 0
    )
    batch.rows = 3

    second, first, text = reversed(_decoded(batch, TWO_AND_A_TEXT))

    assert [text.values(), first.values(), second.values()] == [[-10, 5, -1.25], [0, 100000, 0.1], [None] * 3]
    assert list(for_csv(Kind.NUMBER, first)) == ["0", "100000", "0.1"]
    assert list(for_json(Kind.NUMBER, text)) == ["-10", "5", "-1.25"]


@pytest.mark.parametrize(
    "batch",
    [
        packed(b"1,2,3", 0, 1),
        packed(b"1,2,3,4,5", 0, 1),
        packed(b"1,2,,4", 0, 1),
        packed(b",2,3,4", 0, 1),
        packed(b"1,2,3,", 0, 1),
        packed(b"1,2,3,4", 0, 0),
        packed(b"1,2,3,4", 0, 2),
        packed(b"1,2,3,4", 0, 3),
        packed(b"1,NaN,3,4", 0, 1),
        packed(b"1,1e5,3,4", 0, 1),
        packed(b'1,"2",3,4', 0, 1),
        packed(b"1"),
    ],
)
def test_packed_numbers_that_do_not_add_up_are_refused(batch):
    with pytest.raises(ClientError, match="do not add up"):
        _decoded(batch, TWO_AND_A_TEXT)


def test_packed_numbers_take_the_place_of_no_others():
    batch = packed(b"1,2", 0)
    batch.columns[0].numbers.append(7)
    batch.columns[0].is_same = True
    with pytest.raises(ClientError, match="do not add up"):
        _decoded(batch, TWO_AND_A_TEXT)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: "e" not in repr(number)), min_size=1))
def test_packed_numbers_are_written_as_others_are(values):
    listed = json.dumps(values, separators=(",", ":"))[1:-1].encode()
    assert list(numbers(Numbers.listed(listed))) == list(numbers(values))
    assert list(Numbers.listed(listed)) == values


def test_columns_that_are_missing_are_refused():
    with pytest.raises(ClientError, match="do not add up"):
        _decoded(exports_pb2.ExportBatch(rows=0), COLUMNS)


def test_a_column_of_a_newer_daemon_is_not_guessed():
    known = exports_pb2.ExportColumn(name="pl", kind=export_columns.NUMBER, role=export_columns.FIGURE, unit="USD")
    known.better = runs_pb2.DIRECTION_MINIMIZE
    assert _column(known) == Column("pl", Kind.NUMBER, Role.FIGURE, "USD", -1)
    with pytest.raises(ClientError, match="a column pl of a kind that this ooctl does not know"):
        _column(exports_pb2.ExportColumn(name="pl", kind=99, role=export_columns.FIGURE))  # type: ignore[arg-type]
