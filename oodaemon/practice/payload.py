"""What the page's script is told about results and saved tests."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from oodaemon.practice.account import Trade
from oodaemon.practice.catalog import SavedTest
from oodaemon.practice.form import Form
from oodaemon.practice.summary import summary
from oodaemon.practice.texts import clock_text
from oodaemon.practice.truth import Card, Figures

PAGE = 25
POINTS = 240


def result(form: Form, figures: Figures) -> dict[str, object]:
    """A result page: configuration, cards, the newest trades, the curve of the account, the panel to prefill."""
    return {
        "state": form.to_state(),
        "summary": summary(form),
        "cards": [_card(card) for card in figures.cards()],
        "trades": [_trade(trade, form) for trade in reversed(figures.trades[-PAGE:])],
        "total": len(figures.trades),
        "curve": _curve(figures),
    }


def listed(test: SavedTest, figures: Figures) -> dict[str, object]:
    """A saved test in the list of tests; `sort` is its profit as a number."""
    shown = {card.key: card.text for card in figures.cards()}
    form = test.form
    return {
        "id": test.id,
        "name": test.name,
        "description": test.description,
        "ticker": form.ticker,
        "dates": f"{_short(form.start_date)} - {_short(form.end_date)}",
        "sort": figures.profit,
        "figures": [
            [label, shown.get(key, "—")]
            for key, label in (
                ("pl", "P/L"),
                ("avg_per_trade", "Avg Trade"),
                ("win_percentage", "Win Rate"),
                ("capture_rate", "PCR"),
                ("cagr", "CAGR"),
                ("max_drawdown", "Max DD"),
                ("mar", "MAR"),
            )
        ],
    }


def _card(card: Card) -> dict[str, object]:
    return {"label": card.label, "text": card.text, "colour": card.colour, "block": card.block, "pair": card.pair}


def _short(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _moment(moment: datetime) -> str:
    return f"{moment.strftime('%a, %b')} {moment.day}, {moment.year} {clock_text(moment.time())}"


def _points(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.2f} {positive if value >= 0 else negative}"


def _trade(trade: Trade, form: Form) -> dict[str, object]:
    profit = round(trade.profit)
    return {
        "opened": _moment(trade.opened),
        "opening_price": f"{trade.opening_price:.0f}",
        "legs": list(_legs(trade, form)),
        "premium": _points(trade.premium, "cr", "db"),
        "closing_price": f"{trade.closing_price:.0f}",
        "closed": _moment(trade.closed),
        "cost": _points(trade.cost, "db", "cr"),
        "reason": trade.reason,
        "profit": f"{'-' if profit < 0 else ''}${abs(profit):,}",
    }


def _legs(trade: Trade, form: Form) -> Iterator[str]:
    for leg, strike, price, expiry in zip(form.legs, trade.strikes, trade.prices, trade.expiries, strict=True):
        what = f"{leg.quantity * trade.contracts} {expiry.strftime('%b')} {expiry.day} {strike:g} {leg.right[0]}"
        side, way = ("STO", "cr") if leg.side == "Sell" else ("BTO", "db")
        yield f"{what} {side} {price:.2f} {way}"


def _curve(figures: Figures) -> list[Sequence[object]]:
    """Day and worth, thinned out to what a small chart can show."""
    step = max(len(figures.days) // POINTS, 1)
    points = list(zip((day.isoformat() for day in figures.days), figures.worth, strict=True))
    return [*points[::step], *points[-1:]]
