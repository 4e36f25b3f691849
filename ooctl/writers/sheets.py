"""Excel workbooks and Parquet files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.writers.cells import exact
from ooctl.writers.table import MOMENTS, Kind

if TYPE_CHECKING:
    from typing import BinaryIO

    from ooctl.writers.table import Cells, Column, Table

MAX_ROWS: Final = 1_048_575
"""Rows below the header that a sheet of Excel can have."""
MAX_TEXT: Final = 32_767
"""Characters that a cell of Excel can have."""
ROW_GROUP: Final = 20_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_xlsx(table: Table, out: BinaryIO) -> int:
    """A workbook with one sheet, its header frozen and with filters; the number of rows.

    Texts are texts, never formulas. Moments are those of the column's clock. Raises ClientError for more rows than a sheet has.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - takes a quarter of a second
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(table))
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    try:
        count = _append(sheet, table)
    finally:
        sheet.close()
    book.save(out)
    return count


def _append(sheet: Any, table: Table) -> int:  # noqa: ANN401 - of openpyxl
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - loaded by then

    sheet.append([_text_cell(sheet, column.name, is_bold=True) for column in table.columns])
    count = 0
    for batch in table.batches:
        cells = [_sheet_cells(sheet, column.kind, each.values()) for column, each in zip(table.columns, batch, strict=True)]
        count += batch[0].rows
        if count > MAX_ROWS:
            sentence = f"a sheet of Excel has at most {MAX_ROWS:,} rows, and there are more"
            raise ClientError(sentence, ExitStatus.FAILED, hint="use csv or parquet")
        for row in zip(*cells, strict=True):
            sheet.append(row)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{count + 1}"
    return count


def _title(table: Table) -> str:
    return "trades" if any(column.name == "place" for column in table.columns) else "results"


def _width(column: Column) -> float:
    return {Kind.MOMENT: 20, Kind.WALL_TIME: 20, Kind.JSON: 30, Kind.TEXT: 16}.get(column.kind, max(10, len(column.name) + 3))


def _sheet_cells(sheet: Any, kind: Kind, values: Sequence[Any]) -> Sequence[Any]:  # noqa: ANN401 - of openpyxl
    if kind in MOMENTS:
        return [None if value is None else _moment_cell(sheet, value) for value in values]
    if kind is Kind.DECIMAL:
        return [None if value is None else exact(value) for value in values]
    if kind in (Kind.TEXT, Kind.JSON):
        return [None if value is None else _text(sheet, value) for value in values]
    return values


def _text(sheet: Any, value: str) -> Any:  # noqa: ANN401 - of openpyxl
    """A cell of its own only where openpyxl would make something else of the text: that is slower."""
    clean = _CONTROL.sub(" ", value)[:MAX_TEXT]
    return _text_cell(sheet, clean) if clean[:1] in ("=", "#") else clean


def _text_cell(sheet: Any, value: str, *, is_bold: bool = False) -> Any:  # noqa: ANN401 - of openpyxl
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - loaded by then
    from openpyxl.styles import Font  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _moment_cell(sheet: Any, value: str) -> Any:  # noqa: ANN401 - of openpyxl
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - loaded by then

    cell = WriteOnlyCell(sheet, value=datetime.fromisoformat(value).replace(tzinfo=None))
    cell.number_format = "yyyy-mm-dd hh:mm:ss"
    return cell


def write_parquet(table: Table, out: BinaryIO) -> int:
    """A Parquet file with typed columns; the number of rows. Its metadata name the run, those of its columns the units."""
    import pyarrow as pa  # noqa: PLC0415 - takes half a second
    from pyarrow import parquet  # noqa: PLC0415

    types = {Kind.INTEGER: pa.int64(), Kind.BOOLEAN: pa.bool_(), Kind.NUMBER: pa.float64(), Kind.DECIMAL: pa.float64()}
    types |= {Kind.MOMENT: pa.timestamp("us", tz="UTC"), Kind.WALL_TIME: pa.timestamp("us")}
    fields = [
        pa.field(column.name, types.get(column.kind, pa.string()), metadata={"unit": column.unit} if column.unit else None)
        for column in table.columns
    ]
    run = {"run_id": table.run["run_id"], "run": table.run["name"], "test": table.run["test"]["name"]}
    count, waiting = 0, 0
    group: list[Any] = []
    with parquet.ParquetWriter(out, pa.schema(fields, metadata=run)) as writer:
        for batch in table.batches:
            arrays = [
                _array(column.kind, each, field.type) for column, each, field in zip(table.columns, batch, fields, strict=True)
            ]
            group.append(pa.record_batch(arrays, schema=writer.schema))
            waiting += group[-1].num_rows
            if waiting >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(group))
                count, waiting, group = count + waiting, 0, []
        if group:
            writer.write_table(pa.Table.from_batches(group))
    return count + waiting


def _array(kind: Kind, cells: Cells, type_: Any) -> Any:  # noqa: ANN401 - of pyarrow
    import pyarrow as pa  # noqa: PLC0415 - loaded by then

    if not cells.present:
        return pa.nulls(cells.rows, type_)
    values: Sequence[Any] = cells.present
    if kind is Kind.DECIMAL:
        values = [float(value) for value in values]
    elif kind in MOMENTS:
        return _moments(kind, cells, type_)
    if cells.is_same:
        return pa.repeat(pa.scalar(values[0], type_), cells.rows)
    return pa.array(cells.spread(values, None), type_)


def _moments(kind: Kind, cells: Cells, type_: Any) -> Any:  # noqa: ANN401 - of pyarrow
    """ISO 8601 as pyarrow reads it; it does not know every way to write it that Python does."""
    import pyarrow as pa  # noqa: PLC0415 - loaded by then

    try:
        return pa.array(cells.spread(cells.present, None), pa.string()).cast(type_)
    except pa.ArrowInvalid:
        times = [datetime.fromisoformat(value) for value in cells.present]
        return pa.array(cells.spread([time.astimezone(UTC) if kind is Kind.MOMENT else time for time in times], None), type_)
