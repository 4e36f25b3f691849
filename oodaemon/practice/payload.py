"""What the page's script is told about results and saved tests."""

from collections.abc import Sequence
from datetime import date, datetime

from oodaemon.practice.account import Trade
from oodaemon.practice.catalog import SavedTest
from oodaemon.practice.form import Form
from oodaemon.practice.summary import summary
from oodaemon.practice.texts import clock_text
from oodaemon.practice.tradelog import leg_texts, newest_first
from oodaemon.practice.truth import Card, Figures

PAGE = 25
# The site's numbers of reasons; those below 10, and 29, are known from its pages.
REASON_NUMBERS = {"Expired": 0, "Stop Loss": 1, "Profit Target": 2, "Exited at Specified Time": 3, "Backtest Completed": 9}
POINTS = 240


def result(form: Form, figures: Figures) -> dict[str, object]:
    """A result page: configuration, cards, the newest trades, the curve of the account, the panel to prefill."""
    return {
        "state": form.to_state(),
        "summary": summary(form),
        "cards": [_card(card) for card in figures.cards()],
        "trades": trades(figures)[:PAGE],
        "total": len(figures.trades),
        "reasons": reasons(figures),
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


def trades(figures: Figures) -> list[dict[str, object]]:
    """The rows of the Trade Log tab, newest first; `sort` has what the toolbar sorts and filters by."""
    return [_trade(trade) for trade in newest_first(figures.trades)]


def reasons(figures: Figures) -> list[list[object]]:
    """The reasons for closing that occur, each with the number the site has for it."""
    present = {trade.reason for trade in figures.trades}
    return sorted([REASON_NUMBERS[reason], reason] for reason in present)


def _trade(trade: Trade) -> dict[str, object]:
    profit = round(trade.profit)
    return {
        "opened": _moment(trade.opened),
        "opening_price": f"{trade.opening_price:.0f}",
        "legs": [f"{text} {'cr' if ' STO ' in text else 'db'}" for text in leg_texts(trade)],
        "premium": _points(trade.premium, "cr", "db"),
        "closing_price": f"{trade.closing_price:.0f}",
        "closed": _moment(trade.closed),
        "cost": _points(trade.cost, "db", "cr"),
        "reason": trade.reason,
        "profit": f"{'-' if profit < 0 else ''}${abs(profit):,}",
        "sort": {
            "Opened": trade.opened.isoformat(),
            "Closed": trade.closed.isoformat(),
            "P/L": trade.profit,
            "Max Loss": trade.worst,
            "Max Profit": trade.best,
        },
    }


def _curve(figures: Figures) -> list[Sequence[object]]:
    """Day and worth, thinned out to what a small chart can show."""
    step = max(len(figures.days) // POINTS, 1)
    points = list(zip((day.isoformat() for day in figures.days), figures.worth, strict=True))
    return [*points[::step], *points[-1:]]
