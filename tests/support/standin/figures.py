"""What the stand-in computes for a form: pure arithmetic, so that a test can say what every figure must be."""

from collections.abc import Mapping, Sequence
from typing import Any

Form = Mapping[str, Any]
Card = dict[str, Any]

UNITS = {"%": 0, "$": 5003, "CO": 9007}
TRADES, WINNERS, DAYS = 113, 87, 1300


def number(form: Form, shape: str = "") -> int:
    """One whole number for a form; forms that differ in a swept field differ in it, unless the shape is `twins`."""
    target = round(float(form["pt"] or 0) * 100)
    if shape == "twins":
        target -= target % 2000
    hours, minutes = str(form["time"]).split(":")
    legs = sum((place + 2) * round(float(leg["at"]) * 100) for place, leg in enumerate(form["legs"]))
    stop = round(float(form["sl"] or 0) * 100)
    return target + UNITS[form["ptu"]] + 3 * stop + UNITS[form["slu"]] // 2 + 17 * (60 * int(hours) + int(minutes)) + legs


def metrics(form: Form, shape: str = "") -> dict[str, float]:
    """The figures by the name under which they must be recorded, as they are shown; what is not shown is absent."""
    n = number(form, shape)
    start = float(form["funds"])
    if shape == "zero":
        return {
            **dict.fromkeys(("pl", "cagr", "max_drawdown", "win_percentage", "total_premium", "capture_rate"), 0.0),
            "starting_capital": start,
            "ending_capital": start,
        }
    profit = float(-2_000 - (7 * n) % 59_999 if shape == "loss" else 2_000 + (7 * n) % 99_991)
    sign = -1 if profit < 0 else 1
    growth = (((start + profit) / start) ** (365 / DAYS) - 1) * 100
    fall = 5 + (n * 7) % 397 / 10
    premium = 200_000.0 + (29 * n) % 300_007
    shown = {
        "pl": profit,
        "cagr": round(growth, 1),
        "max_drawdown": -round(fall, 1),
        "mar": round(growth / fall, 1) or 0.0,
        "win_percentage": round(100 * WINNERS / TRADES, 1),
        "total_premium": premium,
        "capture_rate": round(100 * profit / premium, 1),
        "starting_capital": start,
        "ending_capital": start + profit,
        "avg_per_trade": sign * float(1 + n % 23),
        "avg_winner": float(30 + n % 89),
        "avg_loser": -float(30 + n % 83),
        "max_winner": float(1200 + n % 1009),
        "max_loser": -float(1100 + n % 1013),
        "avg_minutes_in_trade": (500 + n % 997) / 10,
        "total_trades": float(TRADES),
        "winners": float(WINNERS),
    }
    gone = {"loss": ("total_premium", "capture_rate"), "na": ("avg_loser", "max_loser"), "days": ("avg_minutes_in_trade",)}
    if shape == "days":
        shown["avg_days_in_trade"] = 7.3
    return {name: value for name, value in shown.items() if name not in gone.get(shape, ())}


def cards(form: Form, shape: str = "", *, scale: float = 1.0) -> list[list[Card]]:
    """The two rows of metric cards; `scale` below 1 is what a number shows while it counts up."""
    m = {name: value * scale for name, value in metrics(form, shape).items()}
    first = [_card("P/L", _money(m["pl"]), m["pl"]), _card("CAGR", _percent(m["cagr"]), m["cagr"])]
    first += [_card("Max Drawdown", _percent(m["max_drawdown"]), -1)]
    if "mar" in m:
        first += [_card("MAR Ratio", _tenth(m["mar"]), m["mar"])]
    if shape == "extra":
        first += [_card("Sharpe", "2.10"), _card("P/L Ratio", "99.5"), _card("Winners in a Row", "12"), _card("Sortino", "4.01")]
    first += [_card("Win Percentage", _percent(m["win_percentage"]))]
    if "total_premium" in m:
        first += [_pair(("Total Premium", _money(m["total_premium"])), ("Capture Rate", _percent(m["capture_rate"])))]
    first += [_pair(("Starting Capital", _money(m["starting_capital"])), ("Ending Capital", _money(m["ending_capital"])))]
    return [first] if shape == "zero" else [first, _second_row(form, m, shape)]


def _second_row(form: Form, m: Mapping[str, float], shape: str) -> list[Card]:
    time = (
        _card("Avg Days In Trade", _tenth(m["avg_days_in_trade"]))
        if shape == "days"
        else _card("Avg Minutes In Trade", _tenth(m["avg_minutes_in_trade"]))
    )
    loser = {"dt": "Avg Loser", "dd": "N/A"} if shape == "na" else _lot("Avg Loser", m["avg_loser"])
    worst = {"dt": "Max Loser", "dd": "N/A"} if shape == "na" else _lot("Max Loser", m["max_loser"])
    return [
        {**_lot("Avg Per Trade", m["avg_per_trade"]), "tone": _tone(m["avg_per_trade"])},
        {"pair": [_lot("Avg Winner", m["avg_winner"]), loser]},
        {"pair": [_lot("Max Winner", m["max_winner"]), worst]},
        time,
        _pair(("Trades", f"{m['total_trades']:.0f}"), ("Winners", f"{m['winners']:.0f}")),
    ]


def config(form: Form, legs_card: str) -> dict[str, Any]:
    """The config cards: the bullets the page shows for a form, and its legs."""
    entry = [f"Open trades at {_clock(form['time'])}", "Daily", "Use exact DTE", "Allocate 20% of portfolio"]
    marks = {"%": ("", "%"), "$": ("$", ""), "CO": ("", " CO")}
    shown = [("Profit Target", form["pt"], marks[form["ptu"]]), ("Stop Loss", form["sl"], marks[form["slu"]])]
    leave = [f"{name}: {mark[0]}{_plain(value)}{mark[1]}" for name, value, mark in shown if value]
    return {
        "legs_card": legs_card,
        "legs": form["legs"],
        "entry": entry,
        "exit": leave,
        "misc": ["Cap Profits", "Entry Slippage: 0.1"],
    }


def changes(before: Sequence[list[Card]], after: Sequence[list[Card]], count: int) -> list[list[Card]]:
    """The new cards for the first `count` places and the old ones after them."""
    places = [(row, column) for row, line in enumerate(after) for column, _ in enumerate(line)]
    new = set(places[:count])
    old = {(row, column): card for row, line in enumerate(before) for column, card in enumerate(line)}
    return [[card if (row, c) in new else old.get((row, c), card) for c, card in enumerate(line)] for row, line in enumerate(after)]


def hollow(rows: Sequence[list[Card]], text: str = "") -> list[list[Card]]:
    """The same cards with nothing, or the same text, in them yet."""
    empty = {"dd": text, "lot": False}

    def emptied(card: Card) -> Card:
        return {"pair": [{**one, **empty} for one in card["pair"]]} if "pair" in card else {**card, **empty}

    return [[emptied(card) for card in row] for row in rows]


def _card(dt: str, dd: str, sign: float | None = None) -> Card:
    return {"dt": dt, "dd": dd, "tone": "" if sign is None else _tone(sign)}


def _pair(*two: tuple[str, str]) -> Card:
    return {"pair": [{"dt": dt, "dd": dd} for dt, dd in two]}


def _lot(dt: str, value: float) -> Card:
    return {"dt": dt, "dd": _money(value), "lot": True}


def _tone(sign: float) -> str:
    return "bg-ooRed" if sign < 0 else "bg-ooGreen"


def _money(value: float) -> str:
    return f"{'-' if round(value) < 0 else ''}${abs(round(value)):,}"


def _tenth(value: float) -> str:
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def _percent(value: float) -> str:
    return f"{_tenth(value)}%"


def _plain(value: str) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _clock(time: str) -> str:
    hours, minutes = (int(part) for part in time.split(":"))
    return f"{hours % 12 or 12}:{minutes:02} {'AM' if hours < 12 else 'PM'}"
