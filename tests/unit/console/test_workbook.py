"""An uploaded workbook is read as the client reads one, and one that is too much or none is refused with a sentence."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ooctl.specs import tables
from oodaemon.console import run_tables, workbook
from oodaemon.errors import InvalidArgument

ROWS = [
    ["delta", "entry_time", "start_date", "use_vix", "note", None],
    [5, datetime.time(9, 45), datetime.date(2024, 1, 2), True, "a, b", None],
    [12.5, datetime.timedelta(hours=10, minutes=5), datetime.datetime(2024, 1, 2), False, ' "x" ', None],  # noqa: DTZ001 - a cell
    [None, None, None, None, None, None],
    [1e15, "10:15", None, None, 0, None],
]


def packed(rows: list[list[object]], *, percent: bool = False) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if percent:
        book.active["A2"].number_format = "0.00%"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_it_holds_what_the_client_reads_in_it(tmp_path: Path) -> None:
    file = tmp_path / "sets.xlsx"
    file.write_bytes(packed(ROWS))
    found, known = run_tables.read(run_tables.text_of(file.read_bytes(), "sets.xlsx")), tables.read(str(file))

    assert found.columns == known.columns
    assert found.rows == known.rows
    assert found.rows[0] == ("5", "09:45", "2024-01-02", "true", "a, b")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (packed([["delta"], [0.05]], percent=True), "cell A2 is shown as a percentage but holds 0.05"),
        (packed([["delta"], ["#DIV/0!"]]), "cell A2 holds the error #DIV/0!"),
        (b"PK\x03\x04rest", "this is no workbook that can be read"),
        (packed(ROWS)[:900], "this is no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0old", "this is no workbook that can be read"),
    ],
)
def test_what_cannot_be_taken_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence.replace("/", ".")):
        run_tables.text_of(content, "sets.xls")


def test_one_that_grows_when_it_is_unpacked_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(workbook, "MOST_BYTES", 1_000_000)
    with pytest.raises(InvalidArgument, match="when it is unpacked"):
        run_tables.text_of(kept.getvalue(), "sets.xlsx")


def test_a_sheet_of_too_many_cells_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 10)
    with pytest.raises(InvalidArgument, match="more than 10 cells"):
        run_tables.text_of(packed(ROWS), "sets.xlsx")
