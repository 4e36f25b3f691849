"""`ooctl trades`, `ooctl import trades` and `ooctl imports`: trades of backtests and of files, and what they add up to."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.commands.arguments import optional_run_argument, task_argument
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import Owner, owner_of
from ooctl.render.formats import Format
from ooctl.render.text import one_line
from ooctl.render.trades import ANALYSIS, IMPORTS, LOGS, TRADES, analysis_details, rows_of
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record
    from oodaemon.api.v1 import trades_pb2

MEBIBYTE = 1024 * 1024
MAX_FILE = 32 * MEBIBYTE
ONE_FILE = frozenset({ExitStatus.USAGE, ExitStatus.FAILED, ExitStatus.CONFLICT})
"""What the daemon may say of a file without anything being wrong with the daemon, or with the next file."""


@click.command()
@optional_run_argument
@task_argument
@click.option("--import", "import_id", metavar="ID", help="The trades of an imported file instead of those of a run.")
@click.option("--analysis", "is_analysis", is_flag=True, help="Show what the trades add up to instead of the trades.")
@click.option("--equity", "has_equity", is_flag=True, help="With --analysis, also show the closed equity step by step.")
@click.option(
    "--raw",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the file of one task as it came; - for standard output.",
)
@click.option("--export", type=click.Path(path_type=Path), metavar="DIR", help="Write the files of all tasks as they came.")
@output_option()
@common_options
@click.pass_obj
def trades(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_id: str | None,
    task: int | None,
    import_id: str | None,
    is_analysis: bool,
    has_equity: bool,
    raw: Path | None,
    export: Path | None,
    format_: Format,
) -> None:
    """Show the trades of a run that was submitted with --trades: of all its tasks, or of one (by its index, from 0).

    --analysis prints figures derived from the trades (profit factor, Sharpe, Kelly, drawdown of the closed equity, ...): one
    row per task for a whole run; for one task or import, all of them with P/L by weekday, hour of entry and reason.

    \b
    Examples:
      ooctl trades 01JD0F6Q
      ooctl trades 01JD0F6Q 3 -o csv > trades.csv
      ooctl trades 01JD0F6Q 3 --analysis
      ooctl trades 01JD0F6Q --export logs/
      ooctl trades --import 01JD0F7A --analysis
    """
    owner = owner_of(run_id, task, import_id)
    if has_equity and not (is_analysis and owner.is_one_log):
        raise click.UsageError("--equity goes with --analysis of one task or one import")
    if sum((is_analysis, raw is not None, export is not None)) > 1:
        raise click.UsageError("--analysis, --raw and --export exclude each other")
    with session.connect() as daemon:
        if raw is not None:
            _write_one(session, daemon, owner, raw)
        elif export is not None:
            _write_all(session, daemon, owner, export)
        elif is_analysis:
            _show_analysis(session, daemon, owner, format_, has_equity=has_equity)
        else:
            from ooctl.trade_records import trade_record  # noqa: PLC0415 - the wire format is not needed for help

            session.output.many(
                TRADES,
                map(trade_record, daemon.trade_logs.trades(owner)),
                format_,
                empty="no trades are kept of it; runs that are submitted with --trades keep them",
            )


def _show_analysis(session: Session, daemon: Daemon, owner: Owner, format_: Format, *, has_equity: bool) -> None:
    from ooctl.trade_records import analysis_record, log_record  # noqa: PLC0415 - the wire format is not needed for help

    if owner.is_one_log:
        analysis = daemon.trade_logs.analysis(owner, equity=has_equity)
        session.output.one(ANALYSIS, analysis_record(analysis), format_, details=analysis_details)
    else:
        session.output.many(
            LOGS,
            map(log_record, daemon.trade_logs.logs(owner.run_id)),
            format_,
            empty="no trades are kept of it; runs that are submitted with --trades keep them",
        )


def _write_one(session: Session, daemon: Daemon, owner: Owner, path: Path) -> None:
    if not owner.is_one_log:
        raise click.UsageError("--raw writes one file: name a TASK, or use --export DIR for all of them")
    answer = daemon.trade_logs.file(owner)
    if str(path) == "-":
        session.output.out.write(answer.content.decode("utf-8", "replace"))
        return
    _write(path, answer.content)
    session.output.note(f"{path}: {len(answer.content):,} bytes")


def _write_all(session: Session, daemon: Daemon, owner: Owner, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClientError(f"{folder} cannot be made a folder: {error.strerror}", ExitStatus.FAILED) from error
    if owner.is_one_log:
        owners = [owner]
    else:
        owners = [Owner(run_id=log.run_id, index=log.index) for log in daemon.trade_logs.logs(owner.run_id)]
    for each in owners:
        answer = daemon.trade_logs.file(each)
        path = folder / _file_name(answer.log)
        _write(path, answer.content)
        session.output.line(str(path))
    session.output.note(f"{len(owners)} {'file' if len(owners) == 1 else 'files'} written")


def _file_name(log: trades_pb2.TradeLog) -> str:
    """Unique in the folder, and inside it: a name of the daemon is not trusted with a path."""
    name = "".join(char for char in PurePosixPath(log.name.replace("\\", "/")).name if char.isprintable()) or "trade-log.csv"
    owner = log.import_id or f"{log.run_id}-{log.index:05}"
    return f"{owner}-{name}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ClientError(f"{path} cannot be written: {error.strerror}", ExitStatus.FAILED) from error


@click.group("import")
@common_options
def import_() -> None:
    """Keep files that you exported from the site yourself, to look at them with the same commands: `trades`.

    \b
    Example:
      ooctl import trades ~/Downloads/trade-log*.csv
    """


@import_.command("trades")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path), help="CSV files of the site.")
@output_option()
@common_options
@click.pass_obj
def import_trades(session: Session, *, files: tuple[Path, ...], format_: Format) -> ExitStatus:
    """Import exported trade logs (of a test, a portfolio or a live strategy) and daily logs, whatever their names.

    Each file is taken as a whole or not at all, and the same file only once. A row that does not add up is named with its
    line and column. Ends with 1 when a file was not taken; the others are.

    \b
    Example:
      ooctl import trades ~/Downloads/trade-log*.csv
      ooctl imports
      ooctl trades --import 01JD0F7A --analysis
    """
    with session.connect() as daemon:
        records = [_import(session, daemon, path, says=format_.is_for_people and not session.output.is_quiet) for path in files]
    if not format_.is_for_people or session.output.is_quiet:
        session.output.many(IMPORTS, records, format_)
    return ExitStatus.OK if all(record["error"] is None for record in records) else ExitStatus.FAILED


def _import(session: Session, daemon: Daemon, path: Path, *, says: bool) -> Record:
    from ooctl.trade_records import log_record  # noqa: PLC0415 - the wire format is not needed for help
    from oodaemon.api.v1 import trades_pb2  # noqa: PLC0415

    try:
        answer = daemon.trade_logs.add(path.name, _read(path))
    except ClientError as error:
        if error.status not in ONE_FILE:
            raise
        clause = "; ".join(detail.removeprefix("content: ") for detail in error.details) or error.sentence
        session.output.note(f"error: {one_line(str(path))}: {one_line(clause)}; nothing of it was imported")
        return {"file": str(path), "error": clause, "is_known": None, **dict.fromkeys(log_record(trades_pb2.TradeLog()))}
    record = log_record(answer.log)
    if says:
        known = "known as" if answer.is_known else "imported as"
        session.output.line(f"{one_line(str(path))}: {known} {answer.log.import_id}, {rows_of(record)}")
    return {"file": str(path), "error": None, "is_known": answer.is_known, **record}


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            sentence = f"has {size / MEBIBYTE:.1f} MiB; at most {MAX_FILE // MEBIBYTE} MiB can be imported"
            raise ClientError(sentence, ExitStatus.FAILED)
        return path.read_bytes()
    except OSError as error:
        raise ClientError(f"cannot be read: {error.strerror}", ExitStatus.FAILED) from error


@click.command()
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="At most so many; 0 for all.")
@output_option()
@common_options
@click.pass_obj
def imports(session: Session, *, limit: int, format_: Format) -> None:
    """List imported files, newest first; "ooctl trades --import ID" shows what is in one.

    \b
    Example:
      ooctl imports
    """
    from ooctl.trade_records import log_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        session.output.many(
            IMPORTS,
            map(log_record, daemon.trade_logs.imports(limit=limit)),
            format_,
            empty="nothing was imported; `ooctl import trades FILE` does",
        )
