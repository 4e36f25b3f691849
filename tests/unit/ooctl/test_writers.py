"""Each format read back by another program: nothing is lost, rounded, or turned into a formula."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from ooctl.exits import ClientError, ExitStatus
from ooctl.writers import cells, files, sheets, text
from ooctl.writers.table import Cells, Column, Kind, Role, Table
from tests.unit.ooctl.tables import BAD, COLUMNS, MOMENT, NAMES, ROWS, RUN, WALL, a_table


def as_text(write, table: Table | None = None) -> str:
    out = io.StringIO()
    assert write(table or a_table(), out) == (len(ROWS) if table is None else 0)
    return out.getvalue()


def test_csv_cell_by_cell():
    rows = list(csv.reader(io.StringIO(as_text(text.write_csv), newline="")))

    assert rows[0] == NAMES
    assert rows[1] == ["0", "10", "1234", "191.6666666666667", "true", "", MOMENT, WALL, '{"Avg DIT": "3.2"}']
    assert rows[2] == ["1", "12.5", "-0.1", "-305.12", "false", f"'{BAD}", "", "", ""]
    assert rows[3] == ["2", "", "", "", "", 'two\nlines, "quoted" | <b>', MOMENT, "2025-11-21T10:15:00", ""]
    assert [float(cell) for cell in rows[4][1:4]] == [1e-7, 1e16, 0.1]


@given(st.text(max_size=20))
def test_no_text_of_a_csv_file_is_a_formula_and_others_stay(content):
    table = Table(RUN, (Column("reason", Kind.TEXT, Role.PROVENANCE),), iter([[Cells.of([content])]]))
    out = io.StringIO()
    text.write_csv(table, out)
    (cell,) = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1] or [""]

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    plain = content.replace("\r\n", "\n").replace("\r", "\n")
    assert cell in (plain, f"'{plain}")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_of_a_csv_file_is_that_number(value):
    table = Table(RUN, (Column("pl", Kind.NUMBER, Role.FIGURE),), iter([[Cells.of([value])]]))
    out = io.StringIO()
    text.write_csv(table, out)

    assert float(out.getvalue().splitlines()[1]) == value


@pytest.mark.parametrize("size", [1, 3, 10])
def test_json_and_json_lines_say_the_same(size):
    out, lines = io.StringIO(), io.StringIO()
    assert text.write_json(a_table(size=size), out) == text.write_jsonl(a_table(size=size), lines) == len(ROWS)
    records = json.loads(out.getvalue())

    assert records == [json.loads(line) for line in lines.getvalue().splitlines()]
    assert list(records[0]) == NAMES
    assert (records[0]["extra"], records[1]["extra"], records[3]["extra"]) == ({"Avg DIT": "3.2"}, None, {})
    assert (records[0]["premium"], records[1]["premium"]) == (191.6666666666667, -305.12)
    assert (records[1]["reason"], records[0]["use_vix"], records[2]["use_vix"]) == (BAD, True, None)


def test_an_empty_table_is_whole_in_every_format():
    for write, expected in ((text.write_csv, ",".join(NAMES) + "\n"), (text.write_json, "[]\n"), (text.write_jsonl, "")):
        assert as_text(write, a_table(())) == expected
    for write in (sheets.write_xlsx, sheets.write_parquet):
        assert write(a_table(()), io.BytesIO()) == 0


def test_markdown_stays_one_table():
    lines = as_text(text.write_markdown).splitlines()

    assert len(lines) == 2 + len(ROWS)
    assert lines[1].startswith("| ---: | ---: | ---: | ---: | --- | ---")
    assert 'two lines, "quoted" \\| &lt;b>' in lines[4]
    assert all(line.replace("\\|", "").count("|") == len(NAMES) + 1 for line in lines)


def test_a_workbook_has_numbers_dates_and_no_formula():
    out = io.BytesIO()
    assert sheets.write_xlsx(a_table(), out) == len(ROWS)
    sheet = openpyxl.load_workbook(out).active
    rows = list(sheet.iter_rows())

    assert [cell.value for cell in rows[0]] == NAMES
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("results", "A2", f"A1:I{len(ROWS) + 1}")
    assert [cell.value for cell in rows[1]][:5] == [0, 10, 1234, 191.6666666666667, True]
    assert abs(rows[1][6].value - datetime.fromisoformat(MOMENT).replace(tzinfo=None)).total_seconds() < 0.001
    assert (rows[2][5].value, rows[2][5].data_type) == (BAD, "s")
    assert rows[2][2].value == -0.1
    assert all(cell.data_type != "f" for row in rows for cell in row)
    assert rows[3][5].value == 'two\nlines, "quoted" | <b>'


@pytest.mark.parametrize("content", ["=1+1", "#N/A", "\x00\x0bodd", "+1", "x" * 40_000])
def test_a_workbook_takes_any_text(content):
    out = io.BytesIO()
    table = Table(RUN, (Column("reason", Kind.TEXT, Role.PROVENANCE),), iter([[Cells.of([content])]]))
    sheets.write_xlsx(table, out)
    cell = openpyxl.load_workbook(out).active["A2"]

    assert cell.data_type == "s"
    assert cell.value == content.replace("\x00", " ").replace("\x0b", " ")[: sheets.MAX_TEXT]


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    with pytest.raises(ClientError, match="at most 3 rows"):
        sheets.write_xlsx(a_table(), io.BytesIO())


def test_parquet_is_typed(monkeypatch):
    monkeypatch.setattr(sheets, "ROW_GROUP", 2)
    out = io.BytesIO()
    assert sheets.write_parquet(a_table(size=1), out) == len(ROWS)
    out.seek(0)
    table = parquet.read_table(out)

    assert table.column_names == NAMES
    assert table.schema.field("pl").metadata == {b"unit": b"USD"}
    assert table.schema.metadata[b"test"] == b"Iron fly"
    assert table.schema.field("recorded_at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("opened_at").type == pa.timestamp("us")
    assert table.column("index").to_pylist() == [0, 1, 2, 3]
    assert table.column("delta").to_pylist() == [10.0, 12.5, None, 1e-7]
    assert table.column("premium").to_pylist() == [191.6666666666667, -305.12, None, 0.1]
    assert table.column("recorded_at").to_pylist()[0] == datetime(2026, 11, 21, 8, 0, 1, 500_000, tzinfo=UTC)
    assert table.column("opened_at").to_pylist()[0] == datetime.fromisoformat(WALL)
    assert table.column("use_vix").to_pylist() == [True, False, None, None]
    assert parquet.ParquetFile(out).num_row_groups == 2


def test_only_some_columns_in_another_order():
    records = list(a_table().only(["pl", "index"]).records())

    assert records[0] == {"pl": 1234, "index": 0}
    with pytest.raises(ClientError, match="there is no column 'inde'; did you mean 'index'") as caught:
        a_table().only(["inde"])
    assert caught.value.status is ExitStatus.USAGE
    assert "delta" in caught.value.hint


def test_a_file_appears_as_a_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out.csv"

    def break_off() -> None:
        with files.whole_file(target, may_replace=False) as file:
            file.write(b"half")
            assert not target.exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert list(tmp_path.iterdir()) == []
    with files.whole_file(target, may_replace=False) as file:
        file.write(b"whole")
    assert target.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [target]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask


def test_a_file_that_exists_is_kept_unless_it_may_be_replaced(tmp_path):
    target = tmp_path / "out.csv"
    target.write_bytes(b"mine")
    with pytest.raises(ClientError, match="exists already") as caught, files.whole_file(target, may_replace=False):
        raise AssertionError
    assert caught.value.status is ExitStatus.CONFLICT

    def interrupt() -> None:
        with files.whole_file(target, may_replace=True) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert target.read_bytes() == b"mine"
    with files.whole_file(target, may_replace=True) as file:
        file.write(b"new")
    assert (target.read_bytes(), len(list(tmp_path.iterdir()))) == (b"new", 1)


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path):
    target = tmp_path / "out.csv"

    def write() -> None:
        with files.whole_file(target, may_replace=False) as file:
            file.write(b"new")
            target.write_bytes(b"of somebody else")

    with pytest.raises(ClientError, match="exists already"):
        write()
    assert target.read_bytes() == b"of somebody else"
    assert list(tmp_path.iterdir()) == [target]


def test_places_where_no_file_can_be(tmp_path):
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "no" / "x.csv", "there is no folder")):
        with pytest.raises(ClientError, match=words):
            files.check(path, may_replace=True)


def test_what_is_no_file_is_written_as_it_is():
    with files.whole_file(Path(os.devnull), may_replace=False) as file:
        file.write(b"gone")
    assert Path(os.devnull).is_char_device()


def test_every_kind_is_in_the_table_of_these_tests():
    assert {column.kind for column in COLUMNS} == set(Kind)
    assert math.isfinite(cells.exact("1e3"))
