"""Tables of sets of values: CSV as spreadsheets write it, workbooks, JSON lines; a cell is what a person sees."""

import datetime

import openpyxl
import pytest

from ooctl.exits import ClientError
from ooctl.specs import tables
from ooctl.specs.draft import Table

EXPECTED = Table(("entry_time", "delta", "delta.side"), (("09:45", "5", "both"), ("10:00", "5.50", "")))


@pytest.mark.parametrize(
    "text",
    [
        "entry_time,delta,delta.side\n09:45,5,both\n10:00,5.50,\n",
        "\ufeffentry_time;delta;delta.side\r\n09:45;5;both\r\n\r\n10:00;5.50\r\n;;\r\n",
        "entry_time\tdelta\tdelta.side\t\n 09:45 \t5\tboth\t\n10:00\t5.50\t\t\n",
        '"entry_time","delta","delta.side"\n"09:45","5","both"\n"10:00","5.50",""',
    ],
    ids=["comma", "semicolon", "tab", "quoted"],
)
def test_csv_as_spreadsheets_write_it(tmp_path, text):
    path = tmp_path / "sets.csv"
    path.write_bytes(text.encode())
    assert tables.read(str(path)) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        '{"entry_time": "09:45", "delta": 5, "delta.side": "both"}\n\n{"entry_time": "10:00", "delta": 5.50}\n',
        '[{"entry_time": "09:45", "delta": 5, "delta.side": "both"}, {"entry_time": "10:00", "delta": 5.50, "delta.side": null}]',
    ],
    ids=["lines", "array"],
)
def test_json_lines_and_arrays_keep_numbers_as_they_are_written(tmp_path, text):
    path = tmp_path / "sets.jsonl"
    path.write_text(text)
    assert tables.read(str(path)) == EXPECTED


def a_workbook(tmp_path, *rows, formats=None) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in (formats or {}).items():
        book.active[cell].number_format = number_format
    path = tmp_path / "sets.xlsx"
    book.save(path)
    return str(path)


def test_a_workbook_shows_what_a_person_sees(tmp_path):
    name = a_workbook(
        tmp_path,
        ("entry_time", "delta", "start_date", "reenter", "ticker"),
        (datetime.time(9, 45), 5.0, datetime.date(2024, 1, 2), True, "SPX"),
        (datetime.time(15, 30), 0.1 + 0.2, datetime.datetime.fromisoformat("2024-01-02"), False, None),
        (None, None, None, None, None),
    )
    assert tables.read(name) == Table(
        ("entry_time", "delta", "start_date", "reenter", "ticker"),
        (("09:45", "5", "2024-01-02", "true", "SPX"), ("15:30", "0.3", "2024-01-02", "false", "")),
    )


def test_a_percentage_in_a_workbook_is_not_guessed_at(tmp_path):
    name = a_workbook(tmp_path, ("delta",), (0.3,), formats={"A2": "0%"})
    with pytest.raises(ClientError, match="cell A2 is shown as a percentage but holds"):
        tables.read(name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "is empty; its first row names the parameters"),
        ("a.csv", "delta\n", "has no row of values"),
        ("a.csv", "delta,,vix\n1,2,3\n", "column 2 has no name"),
        ("a.csv", "delta,delta\n1,2\n", "has two columns called delta"),
        ("a.csv", "delta\n1\n2,3\n", "row 3 has more cells than there are columns, 1"),
        ("a.csv", 'delta\n"1\n', "line 2: "),
        ("a.csv", "delta\n" + "\n".join(map(str, range(100_001))), "has 100,001 rows; a run has at most 100,000"),
        ("a.xls", "", "is none of .csv, .tsv, .xlsx, .jsonl or .json"),
        ("a.xlsx", "no workbook", "is no workbook that can be read"),
        ("a.jsonl", '{"delta": 1}\n{"delta": }\n', "line 2: "),
        ("a.jsonl", "[1]\n", "line 1: every set of values is an object"),
        ("a.jsonl", '{"delta": [1]}\n', "line 1: delta must be one value"),
        ("a.jsonl", "", "has no row of values"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ClientError) as caught:
        tables.read(str(path))
    assert caught.value.sentence.startswith(str(path))
    assert said in caught.value.sentence


def test_a_file_that_is_not_there(tmp_path):
    for suffix in ("csv", "xlsx", "jsonl"):
        with pytest.raises(ClientError, match="cannot be read: No such file"):
            tables.read(str(tmp_path / f"none.{suffix}"))


def test_a_comma_in_the_name_of_a_column_does_not_hide_the_semicolons(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"delta, short, sold";profit_target\n1;2\n')
    assert tables.read(str(path)).rows == (("1", "2"),)
