"""Any file that the site exports: what it is, told by its header."""

from oodaemon.analysis import daily, tradelog
from oodaemon.analysis.sheet import MalformedLog, read_sheet
from oodaemon.model.trades import DailyLog, TradeLog


def read(raw: bytes, name: str = "") -> TradeLog | DailyLog:
    """The trade log or daily log in a file. The name decides nothing: a portfolio gives both files the same one.

    Raises MalformedLog.
    """
    del name
    sheet = read_sheet(raw)
    if daily.is_daily_log(sheet):
        return daily.from_sheet(sheet)
    if tradelog.is_trade_log(sheet):
        return tradelog.from_sheet(sheet)
    raise MalformedLog(sheet.line, "", 'is the header of neither a trade log ("Date Opened") nor a daily log ("Net Liquidity")')
