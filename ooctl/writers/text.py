"""CSV, JSON, JSON lines and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from ooctl.writers import cells
from ooctl.writers.table import NUMERIC

if TYPE_CHECKING:
    from typing import TextIO

    from ooctl.writers.table import Column, Kind, Table


def write_csv(table: Table, out: TextIO) -> int:
    """A header and a line per row; the number of rows.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Numbers and times stay as they are.
    """
    header = [cells.quoted(cells.harmless(column.name)) for column in table.columns]
    out.write(",".join(header) + "\n")
    is_lonely, count = len(header) == 1, 0
    for batch in table.batches:
        shown = [_lonely(each) if is_lonely else each for each in map(cells.for_csv, _kinds(table), batch)]
        fields = [*chain.from_iterable(zip(repeat(","), shown, strict=False))][1:]
        lines = cells.rows([*fields, "\n"], batch[0].rows)
        out.write("".join(lines))
        count += batch[0].rows
    return count


def _kinds(table: Table) -> list[Kind]:
    return [column.kind for column in table.columns]


def _lonely(shown: cells.Shown) -> cells.Shown:
    """A line of one empty field would be no line at all."""
    if isinstance(shown, str):
        return shown or '""'
    return [each or '""' for each in shown]


def write_json(table: Table, out: TextIO) -> int:
    """One array of one object per row; the number of rows."""
    count = 0
    out.write("[")
    for objects in _json_objects(table):
        out.write((",\n" if count else "\n") + ",\n".join(objects))
        count += len(objects)
    out.write("\n]\n" if count else "]\n")
    return count


def write_jsonl(table: Table, out: TextIO) -> int:
    """One object per line; the number of rows."""
    count = 0
    for objects in _json_objects(table):
        out.write("\n".join(objects) + "\n")
        count += len(objects)
    return count


def _json_objects(table: Table) -> Iterator[list[str]]:
    """The objects of each batch that has any."""
    names = [f"{', ' if place else '{'}{cells.encode(column.name)}: " for place, column in enumerate(table.columns)]
    for batch in table.batches:
        shown = map(cells.for_json, _kinds(table), batch)
        if objects := list(cells.rows([*chain.from_iterable(zip(names, shown, strict=True)), "}"], batch[0].rows)):
            yield objects


def write_markdown(table: Table, out: TextIO) -> int:
    """A table of Markdown; the number of rows."""
    out.write(_md_line(column.name for column in table.columns))
    out.write(_md_line(_rule(column) for column in table.columns))
    count = 0
    for batch in table.batches:
        for row in zip(*(each.values() for each in batch), strict=True):
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
