"""`ooctl export`: a whole run in a file, in the format that the next program reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ooctl import cli as click
from ooctl.commands.arguments import run_argument
from ooctl.commands.options import common_options
from ooctl.exits import ClientError, ExitStatus
from ooctl.session import Session

if TYPE_CHECKING:
    from typing import BinaryIO

    from ooctl.writers.table import Table


class FileFormat(StrEnum):
    """What a run can be exported as."""

    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"
    PARQUET = "parquet"
    MD = "md"


BINARY: Final = frozenset({FileFormat.XLSX, FileFormat.PARQUET})
TEXT: Final = frozenset({FileFormat.CSV, FileFormat.JSON, FileFormat.JSONL})
MARKDOWN_RESULTS: Final = (
    *("status", "origin", "pl", "cagr", "max_drawdown", "mar", "win_percentage", "total_trades", "winners", "avg_per_trade"),
    *("capture_rate", "reason"),
)
"""The columns of Markdown, beside the index and the parameters: a page is only so wide."""
MARKDOWN_TRADES: Final = (
    "index",
    "place",
    "opened_at",
    "closed_at",
    "legs",
    "contracts",
    "premium",
    "closing_cost",
    "pl",
    "reason",
)


@click.command()
@run_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice([each.value for each in FileFormat]),
    help="What to write; by default what the name of --output ends with, else csv.",
)
@click.option(
    "-O",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    show_default=True,
    metavar="FILE",
    help="Where to write; - for standard output.",
)
@click.option("--trades", "is_trades", is_flag=True, help="Export the trades instead of the results.")
@click.option("--columns", metavar="NAME,...", help="Only these columns, in this order.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@common_options
@click.pass_obj
def export(  # noqa: PLR0913 - one parameter an option
    session: Session, *, run_id: str, format_: str | None, output: Path, is_trades: bool, columns: str | None, overwrite: bool
) -> None:
    """Write the results of a run, or its trades, to a file: CSV, JSON, JSON lines, Excel, Parquet or Markdown.

    One row per settled task, whatever its outcome, with everything that is known of it; the columns are described in
    docs/export.md and stay as they are. Runs of any length need no more memory than short ones. The file appears when it is
    complete; if something goes wrong there is none.

    \b
    Examples:
      ooctl export 01JD0F6Q --output sweep.xlsx
      ooctl export 01JD0F6Q --format parquet --output sweep.parquet --overwrite
      ooctl export 01JD0F6Q --trades --format csv > trades.csv
      ooctl export 01JD0F6Q --format md --columns delta,pl,max_drawdown
    """
    chosen = _format(format_, output)
    is_stdout = str(output) == "-"
    from ooctl.writers import files  # noqa: PLC0415 - help and --version do without

    if not is_stdout:
        files.check(output, may_replace=overwrite)
    with session.connect() as daemon:
        table = daemon.exports.trades(run_id) if is_trades else daemon.exports.results(run_id, to_write=chosen in TEXT)
        picked = _picked(table, columns, chosen, is_trades=is_trades)
        if is_stdout:
            _writer(chosen)(picked, session.output.out)
            return
        with files.whole_file(output, may_replace=overwrite) as file:
            count = _write(picked, chosen, file)
    noun = "trade" if is_trades else "row"
    session.output.note(f"{output}: {count:,} {noun if count == 1 else noun + 's'}")


def _format(asked: str | None, output: Path) -> FileFormat:
    suffix = output.suffix.lower().removeprefix(".")
    known = {each.value for each in FileFormat} | {"markdown"}
    chosen = FileFormat(asked or ("md" if suffix == "markdown" else suffix if suffix in known else "csv"))
    if chosen in BINARY and str(output) == "-":
        raise ClientError(f"{chosen} is no text: name a file with --output", ExitStatus.USAGE)
    return chosen


def _picked(table: Table, columns: str | None, chosen: FileFormat, *, is_trades: bool) -> Table:
    from ooctl.writers.table import Role  # noqa: PLC0415 - help and --version do without

    if columns is not None:
        return table.only([name.strip() for name in columns.split(",") if name.strip()])
    if chosen is not FileFormat.MD:
        return table
    if is_trades:
        return table.only(MARKDOWN_TRADES)
    parameters = [column.name for column in table.columns if column.role is Role.PARAMETER]
    return table.only(["index", *parameters, *MARKDOWN_RESULTS])


def _write(table: Table, chosen: FileFormat, file: BinaryIO) -> int:
    if chosen in BINARY:
        return _writer(chosen)(table, file)
    wrapped = io.TextIOWrapper(file, encoding="utf-8", newline="")
    count = _writer(chosen)(table, wrapped)
    wrapped.detach()
    return count


def _writer(chosen: FileFormat) -> Callable[[Table, Any], int]:
    from ooctl.writers import sheets, text  # noqa: PLC0415 - help and --version do without

    match chosen:
        case FileFormat.CSV:
            return text.write_csv
        case FileFormat.JSON:
            return text.write_json
        case FileFormat.JSONL:
            return text.write_jsonl
        case FileFormat.MD:
            return text.write_markdown
        case FileFormat.XLSX:
            return sheets.write_xlsx
        case FileFormat.PARQUET:
            return sheets.write_parquet
