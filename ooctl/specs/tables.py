"""Tables of sets of values: CSV, XLSX and JSON lines, read so that every cell stays the text that a person sees."""

from __future__ import annotations

import csv
import datetime
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ooctl.specs.draft import Table
from ooctl.specs.files import LARGEST, refuse, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_ROWS: Final = 100_000
_DELIMITERS: Final = ",;\t"
_QUOTED: Final = re.compile('"[^"]*"')
_READABLE: Final = ".csv, .tsv, .xlsx, .jsonl or .json"


def read(name: str) -> Table:
    """The rows of a file, by its extension; the first row of CSV and XLSX names the columns. Raises ClientError (USAGE)."""
    match Path(name).suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            rows = _csv(name)
        case ".xlsx" | ".xlsm":
            rows = _xlsx(name)
        case ".jsonl" | ".ndjson" | ".json":
            return _json(name)
        case _:
            refuse(f"{name} is none of {_READABLE}")
    return _table(name, rows)


def _table(name: str, rows: Sequence[Sequence[str]]) -> Table:
    """The first row names the columns; columns without a name and without a value are none, and so are empty rows."""
    filled = [(line, row) for line, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        refuse(f"{name} is empty; its first row names the parameters")
    (_, header), *body = filled
    width = max((place for place, text in enumerate(header, start=1) if text), default=0)
    columns = tuple(header[:width])
    for place, column in enumerate(columns, start=1):
        if not column:
            refuse(f"{name}: column {place} has no name; its first row names the parameters")
        if columns.count(column) > 1:
            refuse(f"{name} has two columns called {column}")
    for line, row in body:
        if any(row[width:]):
            refuse(f"{name}, row {line} has more cells than there are columns, {len(columns)}")
    _check_number(name, len(body))
    return Table(columns, tuple((*row[:width], *[""] * (width - len(row))) for _, row in body))


def _check_number(name: str, rows: int) -> None:
    if not rows:
        refuse(f"{name} has no row of values")
    if rows > MOST_ROWS:
        refuse(f"{name} has {rows:,} rows; a run has at most {MOST_ROWS:,}")


def _csv(name: str) -> list[list[str]]:
    text = text_of(name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=_QUOTED.sub("", first).count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        return [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        refuse(f"{name}, line {reader.line_num}: {error}; it was read with {delimiter!r} between columns")


def _xlsx(name: str) -> list[list[str]]:
    """The first sheet."""
    import zipfile  # noqa: PLC0415 - only this kind of file needs it
    from warnings import catch_warnings, simplefilter  # noqa: PLC0415

    import openpyxl  # noqa: PLC0415 - takes a quarter of a second
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        if Path(name).stat().st_size > LARGEST:
            refuse(f"{name} is larger than {LARGEST / 2**20:.0f} MiB")
        with catch_warnings():
            simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(name, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                return [[_shown(cell, name) for cell in row] for row in sheet.iter_rows()]
            finally:
                book.close()
    except OSError as error:
        refuse(f"{name} cannot be read: {error.strerror or error}")
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError):
        refuse(f"{name} is no workbook that can be read; save it as .xlsx or as CSV")


def _shown(cell: Any, name: str) -> str:  # noqa: ANN401 - a cell of an untyped library
    """A cell as text: whole numbers without a point, days and times as they are typed here."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            if "%" in str(cell.number_format):
                refuse(f"{name}, cell {cell.coordinate} is shown as a percentage but holds {value:g}; write the plain number")
            return f"{value:.12g}"
        case datetime.datetime():
            return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ", timespec="minutes")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat(timespec="minutes")
        case datetime.timedelta():
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            text = str(value).strip()
            if cell.data_type == "e":
                refuse(f"{name}, cell {cell.coordinate} holds the error {text}")
            return text


def _json(name: str) -> Table:
    text = text_of(name)
    if text.lstrip().startswith("["):
        rows = list(_objects([(1, text)], name))
    else:
        rows = list(_objects([(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()], name))
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    _check_number(name, len(rows))
    return Table(columns, tuple(tuple(row.get(column, "") for column in columns) for row in rows))


def _objects(lines: Iterable[tuple[int, str]], name: str) -> Iterable[dict[str, str]]:
    for number, line in lines:
        try:
            found = json.loads(line, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            refuse(f"{name}, line {number + error.lineno - 1}: {error.msg}")
        for row in found if isinstance(found, list) else [found]:
            if not isinstance(row, dict):
                refuse(f'{name}, line {number}: every set of values is an object, such as {{"delta": 20}}')
            yield {column: _cell(value, f"{name}, line {number}: {column}") for column, value in row.items()}


def _cell(value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if not isinstance(value, str):
        refuse(f"{where} must be one value")
    return value
