"""A CSV file as a header and numbered rows, whatever its BOM, line ends and quotes; and the one error of a file that is wrong."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oodaemon.errors import OODaemonError

_DROPPED = re.compile(r"[^0-9a-z%]+")


class MalformedLog(OODaemonError):
    """A file that is no log, or one with a row that cannot be right; nothing of it may be used.

    `line` counts from 1 as an editor does; `column` is its name in the file, empty where no single column is to blame.
    """

    def __init__(self, line: int, column: str, clause: str) -> None:
        self.line, self.column, self.clause = line, column, clause
        where = f'line {line}, column "{column}"' if column else f"line {line}"
        super().__init__(f"{where}: {clause}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins at, and its cells in the order of the header, without blanks around them."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it; every row has as many cells as the header."""

    line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def places(self, names: Mapping[str, str]) -> dict[str, int]:
        """The column of each field, by the field names that `names` gives to folded column names.

        Raises MalformedLog when two columns stand for the same field.
        """
        found: dict[str, int] = {}
        for place, column in enumerate(self.header):
            field = names.get(folded(column))
            if field is None:
                continue
            if field in found:
                raise MalformedLog(self.line, column, f'says the same as column "{self.header[found[field]]}"')
            found[field] = place
        return found


def folded(column: str) -> str:
    """A column name without case, blanks and punctuation other than `%`: `No. of Contracts` and `no of  contracts` are the same."""
    return _DROPPED.sub("", column.casefold())


def read_sheet(raw: bytes) -> Sheet:
    """The rows of a CSV file; lines without any character are none. Raises MalformedLog."""
    rows = list(_rows(_text(raw)))
    if not rows:
        raise MalformedLog(1, "", "the file is empty")
    head, *rest = rows
    width = len(head.cells)
    for row in rest:
        if len(row.cells) != width:
            clause = f"has {len(row.cells)} cells where the header has {width}; the file may be cut off or edited"
            raise MalformedLog(row.line, "", clause)
    return Sheet(head.line, head.cells, tuple(rest))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise MalformedLog(line, "", "is not UTF-8 text; export the file again, or save it as UTF-8") from None


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise MalformedLog(line, "", f"is no CSV: {error}") from None
        if cells is None:
            return
        if cells and cells != [""]:
            yield Row(line, tuple(cell.strip() for cell in cells))
