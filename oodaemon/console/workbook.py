"""Workbooks that are uploaded: the first sheet of an .xlsx as CSV, every cell the text that a person sees in it."""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import Any, Final
from warnings import catch_warnings, simplefilter

from oodaemon.errors import InvalidArgument

MOST_BYTES: Final = 100 * 1024 * 1024
"""Of a workbook when it is unpacked; a form takes one of 10 MiB, and zeros pack well."""
MOST_CELLS: Final = 2_000_000
_NONE: Final = "this is no workbook that can be read; save it as .xlsx or as CSV"


def text_of(content: bytes) -> str:
    """The first sheet as CSV. Takes a moment: callers keep it off the loop. Raises InvalidArgument."""
    from openpyxl import load_workbook  # noqa: PLC0415 - takes a quarter of a second, and few upload workbooks
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_BYTES:
                raise _wrong(f"the workbook is larger than {MOST_BYTES // 1024**2} MiB when it is unpacked; save the table as CSV")
        with catch_warnings():
            simplefilter("ignore")  # of styles and extensions that do not matter here
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return _written(book.worksheets[0].iter_rows())
            finally:
                book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, EOFError, SyntaxError):
        raise _wrong(_NONE) from None


def _written(rows: Iterable[Iterable[Any]]) -> str:
    text, cells = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        shown = [_shown(cell) for cell in row]
        cells += len(shown)
        if cells > MOST_CELLS:
            raise _wrong(f"the sheet has more than {MOST_CELLS:,} cells; save the table as CSV")
        while shown and not shown[-1]:
            shown.pop()
        if shown:
            writer.writerow(shown)
    return text.getvalue()


def _shown(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days and times as they are typed in a form."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            if "%" in str(cell.number_format):
                raise _wrong(f"cell {cell.coordinate} is shown as a percentage but holds {value:g}; write the plain number")
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
            if cell.data_type == "e":
                raise _wrong(f"cell {cell.coordinate} holds the error {value}")
            return str(value).strip()


def _wrong(sentence: str) -> InvalidArgument:
    return InvalidArgument.of("rows", sentence)
