"""The columns of a trade log over all its variants, by folded name: order, case, quotes and blanks do not matter."""

from collections.abc import Mapping

from oodaemon.analysis.sheet import folded

LIVE_PREMIUM = "live_premium"
"""The premium of a live log, in points; only live logs have it."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date_opened": ("Date Opened", "Opened On"),
    "time_opened": ("Time Opened",),
    "opening_price": ("Opening Price",),
    "legs": ("Legs",),
    "premium": ("Premium",),
    LIVE_PREMIUM: ("Initial Premium",),
    "closing_price": ("Closing Price",),
    "date_closed": ("Date Closed", "Closed On"),
    "time_closed": ("Time Closed",),
    "days_in_trade": ("Days in Trade",),
    "closing_cost": ("Avg. Closing Cost", "Closing Cost"),
    "reason": ("Reason For Close",),
    "pl": ("P/L",),
    "pl_percent": ("P/L %",),
    "contracts": ("No. of Contracts", "Contracts"),
    "funds_at_close": ("Funds at Close",),
    "margin": ("Margin Req.",),
    "underlying": ("Underlying",),
    "strategy": ("Strategy",),
    "opening_fees": ("Opening Commissions + Fees", "Opening comms & fees"),
    "closing_fees": ("Closing Commissions + Fees", "Closing comms & fees"),
    "opening_ratio": ("Opening Short/Long Ratio", "Opening S/L Ratio"),
    "closing_ratio": ("Closing Short/Long Ratio", "Closing S/L Ratio"),
    "opening_vix": ("Opening VIX",),
    "closing_vix": ("Closing VIX",),
    "gap": ("Gap",),
    "movement": ("Movement",),
    "max_profit": ("Max Profit",),
    "max_loss": ("Max Loss",),
}
"""Fields of a trade and the names that a column of it may have; the first is the one of the export."""

FIELDS: Mapping[str, str] = {folded(name): field for field, names in COLUMNS.items() for name in names}
"""Field by folded column name."""

ON_PAGE = frozenset({"openedon", "closedon", "closingcost"})
"""Folded names that only the table on the page has; it shows neither contracts nor fees, and whole dollars."""

NUMBERS: tuple[str, ...] = (
    "opening_price",
    "closing_price",
    "days_in_trade",
    "pl_percent",
    "funds_at_close",
    "margin",
    "opening_fees",
    "closing_fees",
    "opening_ratio",
    "closing_ratio",
    "opening_vix",
    "closing_vix",
    "gap",
    "movement",
    "max_profit",
    "max_loss",
)
"""Fields with a number that may be missing in a row, or with its column in the whole file."""


def name_of(field: str) -> str:
    """The column of a field as the export calls it."""
    return COLUMNS[field][0]
