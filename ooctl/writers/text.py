"""CSV, JSON, JSON lines and Markdown."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from ooctl.writers.table import NUMERIC, Kind

if TYPE_CHECKING:
    from typing import TextIO

    from ooctl.writers.table import Column, Table

_FORMULA: Final = ("=", "+", "-", "@", "\t")
"""With these a spreadsheet takes a text for a formula."""
_ODD: Final = re.compile(r"\A[=+\-@\t]|\r")
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_csv(table: Table, out: TextIO) -> int:
    """A header and a line per row; the number of rows.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Numbers and times stay as they are.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(column.name) for column in table.columns])
    count = 0
    for batch in table.batches:
        cells = [_csv_cells(column.kind, values) for column, values in zip(table.columns, batch, strict=True)]
        writer.writerows(zip(*cells, strict=True))
        count += len(cells[0]) if cells else 0
    return count


def _csv_cells(kind: Kind, values: Sequence[Any]) -> Sequence[Any]:
    if kind in (Kind.TEXT, Kind.JSON):
        return [value if value is None or not _ODD.search(value) else harmless(value) for value in values]
    if kind is Kind.BOOLEAN:
        return [None if value is None else str(value).lower() for value in values]
    return values


def harmless(text: str) -> str:
    """The text as no spreadsheet computes it, with one kind of line break: readers disagree about carriage returns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_json(table: Table, out: TextIO) -> int:
    """One array of one object per row; the number of rows."""
    count = 0
    out.write("[")
    for line in _json_lines(table):
        out.write(",\n" if count else "\n")
        out.write(line)
        count += 1
    out.write("\n]\n" if count else "]\n")
    return count


def write_jsonl(table: Table, out: TextIO) -> int:
    """One object per line; the number of rows."""
    count = 0
    for line in _json_lines(table):
        out.write(line + "\n")
        count += 1
    return count


def _json_lines(table: Table) -> Iterator[str]:
    names = [column.name for column in table.columns]
    shown = [_JSON_VALUES.get(column.kind) for column in table.columns]
    for batch in table.batches:
        cells: list[Sequence[Any]] = [
            values if show is None else [None if value is None else show(value) for value in values]
            for show, values in zip(shown, batch, strict=True)
        ]
        for row in zip(*cells, strict=True):
            yield _ENCODE(dict(zip(names, row, strict=True)))


def exact(text: str) -> int | float:
    """Decimal text as the nearest number."""
    number = float(text)
    return int(number) if number.is_integer() else number


_JSON_VALUES: Final[dict[Kind, Callable[[str], Any]]] = {Kind.DECIMAL: exact, Kind.JSON: json.loads}


def write_markdown(table: Table, out: TextIO) -> int:
    """A table of Markdown; the number of rows."""
    out.write(_md_line(column.name for column in table.columns))
    out.write(_md_line(_rule(column) for column in table.columns))
    count = 0
    for batch in table.batches:
        for row in zip(*batch, strict=True):
            out.write(_md_line(_md_cell(value) for value in row))
            count += 1
    return count


def _rule(column: Column) -> str:
    return "---:" if column.kind in NUMERIC else "---"


def _md_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _md_cell(value: Any) -> str:  # noqa: ANN401 - any value of a table
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    for char, escaped in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("`", "\\`"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(char, escaped) if isinstance(value, str) else text
    return text
