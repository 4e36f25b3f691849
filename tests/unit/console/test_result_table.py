"""Rows of results: found, in order, coloured."""

import pytest

from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.console.result_table import Query, Table, find, records, step
from oodaemon.errors import InvalidArgument

NUMBER, INTEGER, TEXT = exports_pb2.COLUMN_KIND_NUMBER, exports_pb2.COLUMN_KIND_INTEGER, exports_pb2.COLUMN_KIND_TEXT
FIGURE, PARAMETER = exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_PARAMETER
IDENTITY, PROVENANCE = exports_pb2.COLUMN_ROLE_IDENTITY, exports_pb2.COLUMN_ROLE_PROVENANCE


def column(name: str, kind: int, role: int, better: int = 0) -> exports_pb2.ExportColumn:
    return exports_pb2.ExportColumn(name=name, kind=kind, role=role, better=better)  # type: ignore[arg-type]


@pytest.fixture
def table() -> Table:
    made = Table()
    columns = [
        column("index", INTEGER, IDENTITY),
        column("delta", INTEGER, PARAMETER),
        column("mode", TEXT, PARAMETER),
        column("mar", NUMBER, FIGURE, runs_pb2.DIRECTION_MAXIMIZE),
        column("derived_sharpe", NUMBER, exports_pb2.COLUMN_ROLE_DERIVED, runs_pb2.DIRECTION_MAXIMIZE),
        column("status", TEXT, PROVENANCE),
    ]
    made.take(exports_pb2.ExportResultsResponse(header=exports_pb2.ExportHeader(columns=columns)))
    for start in (0, 4):
        cells = [
            exports_pb2.ColumnValues(integers=range(start, start + 4)),
            exports_pb2.ColumnValues(integers=[10 - start, 20 - start, 30 - start, 40 - start]),
            exports_pb2.ColumnValues(texts=["put"], is_same=True),
            exports_pb2.ColumnValues(numbers=[1.5 + start, -2.0, 3.25], missing=[2]),
            exports_pb2.ColumnValues(),
            exports_pb2.ColumnValues(texts=["COMPLETED", "COMPLETED", "FAILED", "COMPLETED"]),
        ]
        made.take(exports_pb2.ExportResultsResponse(batch=exports_pb2.ExportBatch(rows=4, columns=cells)))
    return made


def test_frames_become_columns(table: Table) -> None:
    assert table.size == 8
    assert table.values["mar"] == [1.5, -2, None, 3.25, 5.5, -2, None, 3.25]
    assert table.values["mode"] == ["put"] * 8
    assert table.values["derived_sharpe"] == [None] * 8


def test_rows_without_a_value_come_last_either_way(table: Table) -> None:
    assert list(find(table, Query(sort="mar")).rows) == [1, 5, 0, 3, 7, 4, 2, 6]
    assert list(find(table, Query(sort="mar", is_descending=True)).rows) == [4, 3, 7, 0, 1, 5, 2, 6]


def test_conditions_statuses_and_pages_narrow(table: Table) -> None:
    assert list(find(table, Query(where="mar > 0 and delta >= 10")).rows) == [0, 3, 7]
    assert list(find(table, Query(where="mode = 'put'", status="FAILED")).rows) == [2, 6]
    found = find(table, Query(place=6, size=5))
    assert (list(found.rows), found.total) == ([6, 7], 8)
    assert list(find(table, Query(place=100)).rows) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(where="mar >"), "cannot be read"),
        (Query(where="marr > 1"), "did you mean mar"),
        (Query(where="(" * 1001), "characters"),
        (Query(sort="nothing"), "no column"),
    ],
)
def test_what_cannot_be_asked_is_said(table: Table, query: Query, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        find(table, query)


def test_colours_go_from_the_worst_to_the_best(table: Table) -> None:
    span = find(table, Query()).scales["mar"]
    assert span == (-2, 5.5)
    assert [step(value, span, 1) for value in (-2, 1.75, 5.5, None)] == ["s0", "s5", "s10", ""]
    assert step(-2, span, -1) == "s10"
    assert step(1, (1, 1), 1) == ""


def test_the_same_question_is_answered_from_memory(table: Table) -> None:
    assert table.find(Query(sort="mar")) is table.find(Query(sort="mar"))
    assert table.find(Query(sort="mar")) is not table.find(Query(sort="delta"))


def test_records_have_every_column(table: Table) -> None:
    table.values["mar"][0] = float("nan")
    (record,) = records(table, [0])
    assert record == {"index": 0, "delta": 10, "mode": "put", "mar": None, "derived_sharpe": None, "status": "COMPLETED"}
