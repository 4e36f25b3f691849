"""Tables of sets of values as people paste or upload them: CSV with commas, semicolons or tabs, and JSON. Pure."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from oodaemon.console import workbook
from oodaemon.errors import InvalidArgument

MOST_ROWS: Final = 100_000
_DELIMITERS: Final = ",;\t"
_WORKBOOK: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Rows:
    """The names of the columns, and one text per column and row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text_of(content: bytes, name: str) -> str:
    """The text of an uploaded file, of a workbook its first sheet as CSV. Raises InvalidArgument for what is neither.

    Reading a workbook takes a moment: callers keep it off the loop.
    """
    if content.startswith(_WORKBOOK):
        return workbook.text_of(content)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise _wrong("this is no workbook that can be read; save it as .xlsx or as CSV")
    for encoding in ("utf-8-sig", "utf-16") if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n")
    raise _wrong("the file is no text in UTF-8; save it as CSV in UTF-8")


def read(text: str) -> Rows:
    """The rows of a table; its first line names the parameters. Raises InvalidArgument saying the line."""
    stripped = text.lstrip()
    found = _of_json(stripped) if stripped.startswith(("{", "[")) else _of_csv(text)
    if not found.rows:
        raise _wrong("the table has no row of values; its first line names the parameters")
    if len(found.rows) > MOST_ROWS:
        raise _wrong(f"the table has {len(found.rows):,} rows; a run has at most {MOST_ROWS:,}")
    return found


def _of_csv(text: str) -> Rows:
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(_DELIMITERS, key=first.count), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise _wrong(f"line {reader.line_num}: {error}") from None
    filled = [(number, row) for number, row in lines if any(row)]
    if not filled:
        raise _wrong("the table is empty; its first line names the parameters")
    (_, header), *body = filled
    width = max(place for place, cell in enumerate(header, start=1) if cell)
    columns = header[:width]
    _check_header(columns)
    for number, row in body:
        if any(row[width:]):
            raise _wrong(f"line {number} has more cells than there are columns, {width}")
    return Rows(tuple(columns), tuple((*row[:width], *[""] * (width - len(row))) for _, row in body))


def _check_header(columns: Sequence[str]) -> None:
    for place, column in enumerate(columns, start=1):
        if not column:
            raise _wrong(f"column {place} has no name; the first line names the parameters")
        if columns.count(column) > 1:
            raise _wrong(f"two columns are called {column}")


def _of_json(text: str) -> Rows:
    """A list of objects, or one object a line."""
    parts = [(1, text)] if text.startswith("[") else [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    found: list[dict[str, str]] = []
    for number, part in parts:
        try:
            values = json.loads(part, parse_int=str, parse_float=str)
        except (json.JSONDecodeError, RecursionError) as error:
            where = error.lineno - 1 if isinstance(error, json.JSONDecodeError) else 0
            raise _wrong(f"line {number + where} is no JSON") from None
        found += _objects(values if isinstance(values, list) else [values], number)
    columns = tuple(dict.fromkeys(name for row in found for name in row))
    return Rows(columns, tuple(tuple(row.get(name, "") for name in columns) for row in found))


def _objects(values: Iterable[Any], number: int) -> list[dict[str, str]]:
    found = []
    for value in values:
        if not isinstance(value, dict):
            raise _wrong(f'line {number}: every set of values is an object, such as {{"delta": 20}}')
        found.append({name: _cell(cell, f"line {number}: {name}") for name, cell in value.items()})
    return found


def _cell(value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is not None and not isinstance(value, str):
        raise _wrong(f"{where} must be one value")
    return value or ""


def _wrong(sentence: str) -> InvalidArgument:
    return InvalidArgument.of("rows", sentence)
