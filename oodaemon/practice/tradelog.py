"""The trade log of a backtest as the file that "Export to CSV" downloads, in every set of columns the site has had."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from oodaemon.practice.account import Trade
from oodaemon.practice.form import Form

Columns = Literal["classic", "percent", "underlying", "days"]
COLUMNS: tuple[Columns, ...] = ("classic", "percent", "underlying", "days")
BOM = "\ufeff"
NEWLINE = "\r\n"
UNSAVED = "trade-log.csv"
VIX_KEYS = ("use_vix", "exit_use_vix")

Value = str | int | float | None


def file_name(name: str) -> str:
    """The name of the download: of a saved test by its name, of an unsaved one (blank) always the same."""
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', name)}.csv" if name else UNSAVED


def leg_texts(trade: Trade) -> list[str]:
    """Each leg as the log writes it: `4 Sep 3 7740 P STO 5.55`."""
    texts = []
    for leg, strike, price, expiry in zip(trade.legs, trade.strikes, trade.prices, trade.expiries, strict=True):
        what = f"{leg.quantity * trade.contracts} {expiry.strftime('%b')} {expiry.day} {strike:g} {leg.right[0]}"
        texts.append(f"{what} {'STO' if leg.side == 'Sell' else 'BTO'} {price:.2f}")
    return texts


def trade_log(form: Form, trades: Sequence[Trade], *, columns: Columns = "classic", vix: bool = False, name: str = "") -> str:
    """The text of the file, byte order mark and last line end included; newest trade first.

    `columns` grew over time: "classic" (23), "percent" (and P/L %), "underlying" (and Underlying), "days" (and Days in
    Trade, with Strategy filled in from `name`, the test's name). The VIX columns are there when the form has a VIX
    condition, or when `vix` is true. Columns without any value are left out, as on the site.
    """
    age = COLUMNS.index(columns)
    wanted = [
        (title, read)
        for title, since, read in _COLUMNS
        if since <= age and (title not in ("Opening VIX", "Closing VIX") or vix or _uses_vix(form))
    ]
    strategy = name if age == len(COLUMNS) - 1 else ""
    rows = [[_strategy(title, strategy, read(trade, form)) for title, read in wanted] for trade in newest_first(trades)]
    kept = [at for at, (title, _) in enumerate(wanted) if title not in VANISHING or any(_counts(title, row[at]) for row in rows)]
    lines = [",".join(_quoted(wanted[at][0]) for at in kept), *(",".join(_written(row[at]) for at in kept) for row in rows)]
    return BOM + "".join(f"{line}{NEWLINE}" for line in lines)


def newest_first(trades: Sequence[Trade]) -> list[Trade]:
    """The trades by the moment they were opened, the latest first."""
    return sorted(trades, key=lambda trade: trade.opened, reverse=True)


def _uses_vix(form: Form) -> bool:
    return any(dict(form.extras).get(key) for key in VIX_KEYS)


def _strategy(title: str, strategy: str, value: Value) -> Value:
    return strategy if title == "Strategy" else value


def _counts(title: str, value: Value) -> bool:
    """Whether a value keeps its column: fees of 0 do not, neither does a ratio there is none of."""
    return value is not None and (value != 0 or "Fees" not in title)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _written(value: Value) -> str:
    if value is None:
        return ""
    return _quoted(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number as a script prints it: shortest form, no trailing .0."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _dollars(points: float) -> float:
    return round(points * 100, 2)


def _percent(trade: Trade) -> float | None:
    """P/L in percent of the premium, with all the digits the division leaves."""
    paid = abs(_dollars(trade.premium)) * trade.contracts
    return trade.profit / paid * 100 if paid else None


_COLUMNS: tuple[tuple[str, int, Callable[[Trade, Form], Value]], ...] = (
    ("Date Opened", 0, lambda trade, _: trade.opened.date().isoformat()),
    ("Time Opened", 0, lambda trade, _: trade.opened.strftime("%H:%M:%S")),
    ("Opening Price", 0, lambda trade, _: trade.opening_price),
    ("Legs", 0, lambda trade, _: " | ".join(leg_texts(trade))),
    ("Premium", 0, lambda trade, _: _dollars(trade.premium)),
    ("Closing Price", 0, lambda trade, _: trade.closing_price),
    ("Date Closed", 0, lambda trade, _: trade.closed.date().isoformat()),
    ("Time Closed", 0, lambda trade, _: trade.closed.strftime("%H:%M:%S")),
    ("Days in Trade", 3, lambda trade, _: (trade.closed.date() - trade.opened.date()).days),
    ("Avg. Closing Cost", 0, lambda trade, _: _dollars(trade.cost)),
    ("Reason For Close", 0, lambda trade, _: trade.reason),
    ("P/L", 0, lambda trade, _: trade.profit),
    ("P/L %", 1, lambda trade, _: _percent(trade)),
    ("No. of Contracts", 0, lambda trade, _: trade.contracts),
    ("Funds at Close", 0, lambda trade, _: trade.funds),
    ("Margin Req.", 0, lambda trade, _: trade.margin),
    ("Underlying", 2, lambda _, form: form.ticker),
    ("Strategy", 0, lambda _, __: ""),
    ("Opening Commissions + Fees", 0, lambda trade, _: trade.opening_fees),
    ("Closing Commissions + Fees", 0, lambda trade, _: trade.closing_fees),
    ("Opening Short/Long Ratio", 0, lambda trade, _: trade.opening_ratio),
    ("Closing Short/Long Ratio", 0, lambda trade, _: trade.closing_ratio),
    ("Opening VIX", 0, lambda trade, _: trade.opening_vix),
    ("Closing VIX", 0, lambda trade, _: trade.closing_vix),
    ("Gap", 0, lambda trade, _: trade.gap),
    ("Movement", 0, lambda trade, _: trade.movement),
    ("Max Profit", 0, lambda trade, _: trade.best),
    ("Max Loss", 0, lambda trade, _: trade.worst),
)
VANISHING = frozenset(title for title, _, _ in _COLUMNS if "Fees" in title or "Ratio" in title)
