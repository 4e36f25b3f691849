"""Rows of real exports, and short ways to trades that tests invent."""

import datetime
from decimal import Decimal

from oodaemon.model.trades import LogKind, Trade, TradeLog

CLASSIC = (
    "Date Opened,Time Opened,Opening Price,Legs,Premium,Closing Price,Date Closed,Time Closed,Avg. Closing Cost,Reason For Close,"
    "P/L,No. of Contracts,Funds at Close,Margin Req.,Strategy,Opening Commissions + Fees,Closing Commissions + Fees,"
    "Opening Short/Long Ratio,Closing Short/Long Ratio,Gap,Movement,Max Profit,Max Loss"
)
STOPPED = (
    '"2025-11-21","10:15:00",6551.04,"1 Nov 21 6650 C STO 3.15 | 1 Nov 21 6730 C BTO 0.30",275,6609.54,"2025-11-21","11:57:00",575,'
    '"Stop Loss",-305.12,1,125235.32,7480,"",3.56,1.56,10.5,31.75,17.01,-4.73,58.18,-123.64'
)
EXPIRED = (
    '"2025-11-21","10:15:00",6551.04,"1 Nov 21 6430 P STO 3.65 | 1 Nov 21 6350 P BTO 1.20",235,6602.99,"2025-11-21","16:00:00",0,'
    '"Expired",231.44,1,125466.76,7480,"",3.56,0,3.042,1,17.01,-4.73,100,-85.11'
)
OF_2026 = (
    "Date Opened,Time Opened,Opening Price,Legs,Premium,Closing Price,Date Closed,Time Closed,Days in Trade,Avg. Closing Cost,"
    "Reason For Close,P/L,P/L %,No. of Contracts,Funds at Close,Margin Req.,Underlying,Strategy,Opening Commissions + Fees,"
    "Opening Short/Long Ratio,Closing Short/Long Ratio,Gap,Movement,Max Profit,Max Loss"
)
ROW_OF_2026 = (
    '"2026-09-03","13:15:00",7740.41,"4 Sep 3 7740 P STO 5.55 | 4 Sep 3 7735 P BTO 3.75",170,7747.71,"2026-09-03","16:00:00",0,0,'
    '"Expired",670.24,98.56470588235294,4,145107.76,1320,"SPX","*SPX--PCS--0DTE--Daily",9.76,1.48,1,20.11,53.7,100,-23.53'
)
LIVE = (
    "Strategy,Date Opened,Time Opened,Opening Price,Legs,Initial Premium,No. of Contracts,P/L,Closing Price,Date Closed,"
    "Time Closed,Avg. Closing Cost,Reason For Close"
)
LIVE_DEBIT = (
    '"DC 2/7 | Mon, Wed","2026-03-18","15:30:41.4109846",6638.1,"1 Mar 20 6525 P STO 15.41 | 1 Mar 25 6525 P BTO 41.16",-44.9,1,'
    '0.22684000000014137,6589.53,"2026-03-19","14:13:07.4586558",45,"Below Short/Long Ratio"'
)
LIVE_CREDIT = (
    '"Vol Crush","2026-03-02","12:17:21.1930042",6884.41,"2 Mar 2 6855 P STO 3.23 | 4 Mar 2 6905 C STO 2.74",8.05,2,1494.96026,'
    '6877.14,"2026-03-02","15:45:11.1943435",-0.45,"Exited at Specified Time"'
)
DAILY = '"Date","Net Liquidity","Current Funds","Withdrawn","Trading Funds","P/L","P/L %","Drawdown %"'
DAYS = (
    '"2022-05-16",159895.2,160000,0,160000,-104.8,-0.07,-0.07',
    '"2022-05-17",160832.52,160492.32,0,160492.32,937.32,0.59,0',
    '"2022-05-18",160473.52,161332.72,0,161332.72,-359,-0.22,-0.22',
    '"2022-06-01",160114.32,161507.78,10000,151507.78,-359.2,-0.22,-0.45',
)


def file(*lines: str) -> bytes:
    """A file as the site writes it."""
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def at(day: int, time: str = "10:00", *, month: int = 3) -> datetime.datetime:
    """A moment in 2026; March 2 is a Monday."""
    return datetime.datetime.combine(datetime.date(2026, month, day), datetime.time.fromisoformat(time))


def trade(pl: float | str, opened: datetime.datetime | None = None, *, closed: datetime.datetime | None = None, **rest) -> Trade:
    """A trade with this P/L, closed an hour after its opening unless told otherwise."""
    opened = opened or at(2)
    closed = closed or opened + datetime.timedelta(hours=1)
    given = {"contracts": 1, "premium": Decimal(100), **rest}
    return Trade(opened_at=opened, closed_at=closed, legs=(), pl=Decimal(str(pl)), **given)


def log(*trades: Trade, kind: LogKind = LogKind.BACKTEST) -> TradeLog:
    return TradeLog(kind, (), trades)
