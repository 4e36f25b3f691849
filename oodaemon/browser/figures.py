"""The figures of a result page from its cards. Pure; a card that is absent or N/A has no figure, never 0."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from oodaemon.browser.recordings import MetricCard
from oodaemon.failures.site import Mismatched
from oodaemon.parameters.expect import as_typed

MONEY, PERCENT = 2.0, 0.11
NOTHING = frozenset({"n/a", "na", "-", "\N{EN DASH}", "\N{EM DASH}"})
ENDLESS = frozenset({"\N{INFINITY}", "infinity", "inf"})
"""What pages write for a ratio to nothing."""
ALWAYS = frozenset(
    {
        "pl",
        "cagr",
        "max_drawdown",
        "win_percentage",
        "starting_capital",
        "ending_capital",
        "avg_per_trade",
        "total_trades",
        "winners",
    }
)
"""Cards that have a number on every page of a result that has them: one that has none yet is still to come."""
_IN_BRACKETS = re.compile(r"^\((?P<amount>\$[^()]+|[^()]+%)\)$")
_NUMBER = re.compile(
    r"^(?P<sign>[-+]?) ?(?P<dollar>\$?) ?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<decimals>\.\d+)? ?(?P<percent>%?)$"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Numbers by metric, the cards that are no metric of ours as text by label, and the metrics whose cards hold no number."""

    metrics: Mapping[str, float]
    extra: Mapping[str, str]
    blank: frozenset[str] = frozenset()


def read_cards(cards: Sequence[tuple[str, str]], known: Mapping[str, MetricCard]) -> Reading:
    """The figures of a page. Raises Mismatched when a known card holds no number of its unit, or stands there twice and differs."""
    by_label = {_folded(label): (name, card.unit) for name, card in known.items() for label in card.labels}
    metrics: dict[str, float] = {}
    extra: dict[str, str] = {}
    blank: set[str] = set()
    for label, text in cards:
        found = by_label.get(_folded(label))
        if found is None:
            extra[label] = text
            continue
        if _amount(text).lstrip("+-").casefold() in ENDLESS:
            extra[label] = text
            continue
        number = parse_number(text, found[1], label)
        if number is None:
            blank.add(found[0])
            continue
        if metrics.setdefault(found[0], number) != number:
            raise Mismatched(f"the page shows {label} twice, as {_plain(metrics[found[0]])} and as {_plain(number)}")
    return Reading(metrics, extra, frozenset(blank))


def parse_number(text: str, unit: str, label: str) -> float | None:
    """`-$28,499`, `($28,499)`, `$15 / lot` with unit `$`, `23.3%` with `%`, `4.3` without; None for N/A. Else raises Mismatched."""
    bare = _amount(text)
    if bare.casefold() in NOTHING:
        return None
    match = _NUMBER.match(bare)
    if match is None or not (match["digits"] or match["decimals"]):
        raise Mismatched(f"the card {label} shows {text!r}, which is no number")
    shown = match["dollar"] or match["percent"]
    if shown != unit or (match["dollar"] and match["percent"]):
        raise Mismatched(
            f"the card {label} shows {text!r}, where a number {f'with {unit}' if unit else 'without a unit'} was expected"
        )
    number = float((match["digits"] or "0").replace(",", "") + (match["decimals"] or ""))
    return -number if match["sign"] == "-" and number else number


def _amount(text: str) -> str:
    """What stands on a card, without `/ lot`; an amount in brackets is negative, as in accounting."""
    bare = re.sub(r"\s*/\s*lot$", "", as_typed(text), flags=re.IGNORECASE)
    return _IN_BRACKETS.sub(r"-\g<amount>", bare)


class Standing(Enum):
    """What the figures of a page say about themselves."""

    WHOLE = auto()
    EMPTY = auto()
    """Those of a backtest without trades, or the first of one with trades."""
    TORN = auto()
    """In the middle of being shown: some contradict each other, or what a backtest with trades has is missing."""


def standing(reading: Reading) -> Standing:
    """Whether a page shows all its figures by now."""
    is_empty = not reading.metrics.get("total_trades")
    if reading.blank & ALWAYS or (is_empty and reading.metrics.get("pl")) or disagree(reading.metrics):
        return Standing.TORN
    return Standing.EMPTY if is_empty else Standing.WHOLE


def disagree(metrics: Mapping[str, float]) -> bool:
    """True when figures that follow from each other do not: the page may be in the middle of showing them.

    Tolerances are those of the rounding on the page: dollars to one, percentages and ratios to one decimal.
    """
    get = metrics.get
    profit, start, end = get("pl"), get("starting_capital"), get("ending_capital")
    trades, winners, share = get("total_trades"), get("winners"), get("win_percentage")
    premium, capture = get("total_premium"), get("capture_rate")
    checks = []
    if profit is not None and start is not None and end is not None:
        checks.append(abs(end - start - profit) <= MONEY)
    if trades and winners is not None and share is not None:
        checks.append(abs(winners / trades * 100 - share) <= PERCENT)
    if profit is not None and premium and capture is not None:
        checks.append(abs(profit / premium * 100 - capture) <= PERCENT + 100 * MONEY / premium)
    return not all(checks)


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _plain(number: float) -> str:
    return f"{number:g}"
