"""Any file that the site exports: what it is, told by its header, and the figures that follow from it."""

from oodaemon.analysis import daily, metrics, outcomes, tradelog
from oodaemon.analysis.sheet import MalformedLog, read_sheet
from oodaemon.model.trades import DailyLog, LogFile, TradeLog


def read(raw: bytes, name: str, *, starting_capital: float | None = None) -> LogFile:
    """The trade log or daily log in a file, with its figures. The name decides nothing: a portfolio gives both files the same one.

    `starting_capital` in dollars is that of the result page; without it, the one that the log itself tells, if it does. Raises
    MalformedLog; then nothing of the file may be used. Takes a second for 14,000 rows, so keep it off the loop.
    """
    log = _log(raw)
    if isinstance(log, DailyLog):
        return LogFile(name, raw, log, metrics.derive_daily(log))
    if starting_capital is None:
        starting_capital = outcomes.starting_capital(log.trades)
    return LogFile(name, raw, log, metrics.derive(log, starting_capital))


def _log(raw: bytes) -> TradeLog | DailyLog:
    sheet = read_sheet(raw)
    if daily.is_daily_log(sheet):
        return daily.from_sheet(sheet)
    if tradelog.is_trade_log(sheet):
        return tradelog.from_sheet(sheet)
    raise MalformedLog(sheet.line, "", 'is the header of neither a trade log ("Date Opened") nor a daily log ("Net Liquidity")')
