"""Results as decisions see them, and the words for their figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from oodaemon.model.tasks import METRICS, Origin
from oodaemon.model.values import Value

DATES = frozenset({"start_date", "end_date"})
"""Parameters that choose the span of time and not the strategy."""

_NO_FIGURES: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A task with figures: those of the page (`metrics`), and those derived from its trade log.

    `part` names the stage or fold of its run. Figures of the origin ACCEPTED were never proven.
    """

    run_id: str
    index: int
    values: Mapping[str, Value]
    metrics: Mapping[str, float]
    derived: Mapping[str, float] = field(default_factory=lambda: _NO_FIGURES)
    origin: Origin = Origin.VERIFIED
    part: str = ""

    @property
    def is_proven(self) -> bool:
        """False for figures that a user accepted without proof."""
        return self.origin is not Origin.ACCEPTED

    def figure(self, name: str) -> float | None:
        """A figure by name; None where there is none.

        A name that both the page and the trade log use is that of the page, also where the page does not show it: the units differ.
        """
        return self.metrics.get(name) if name in _ON_PAGE else self.derived.get(name)


_ON_PAGE = frozenset(METRICS)

_DOLLARS = frozenset(
    {
        *("pl", "total_premium", "starting_capital", "ending_capital", "avg_per_trade", "avg_winner", "avg_loser"),
        *("max_winner", "max_loser", "net_profit", "gross_profit", "gross_loss", "fees", "expectancy", "average_win"),
        "average_loss",
    }
)
_PERCENT = frozenset(
    {"cagr", "max_drawdown", "win_percentage", "capture_rate", "max_drawdown_percent", "cagr_percent", "kelly_percent"}
)
_WORDS: Mapping[str, str] = {
    "pl": "P/L",
    "cagr": "CAGR",
    "mar": "MAR",
    "win_percentage": "win rate",
    "capture_rate": "capture rate",
    "avg_per_trade": "average per trade",
    "total_trades": "trades",
    "cagr_percent": "CAGR of the log",
    "max_drawdown_percent": "drawdown of the log",
    "sharpe": "Sharpe",
    "sortino": "Sortino",
    "calmar": "Calmar",
    "kelly_percent": "Kelly",
}


def words(name: str) -> str:
    """What people call a figure: `CAGR` for `cagr`."""
    return _WORDS.get(name, name.replace("_", " "))


def shown(name: str, value: float) -> str:
    """A value of a figure with its unit."""
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    sign = "-" if value < 0 and text != "0" else ""
    if name in _DOLLARS:
        return f"{sign}${text}"
    return f"{sign}{text}%" if name in _PERCENT else f"{sign}{text}"


def told(name: str, value: float) -> str:
    """A figure in a sentence: `CAGR 25%`."""
    return f"{words(name)} {shown(name, value)}"


def varying(candidates: Iterable[Candidate]) -> list[str]:
    """The parameters that differ between candidates, in the order of their first use."""
    pairs: set[tuple[str, Value]] = set()
    shapes: dict[tuple[str, ...], None] = {}
    for candidate in candidates:
        pairs.update(candidate.values.items())
        shapes[tuple(candidate.values)] = None
    counts = Counter(name for name, _ in pairs)
    names = dict.fromkeys(name for shape in shapes for name in shape)
    return [name for name in names if counts[name] > 1 or any(name not in shape for shape in shapes)]


def named(candidate: Candidate, names: Sequence[str]) -> str:
    """A candidate in a sentence: `task 17 (delta=10, profit_target=50)`, with these parameters."""
    values = ", ".join(f"{name}={candidate.values[name]}" for name in names if name in candidate.values)
    return f"task {candidate.index}" + (f" ({values})" if values else "")


def figures_of(candidates: Iterable[Candidate]) -> list[str]:
    """The names of all figures that at least one candidate has, sorted."""
    found: set[str] = set()
    for candidate in candidates:
        found.update(candidate.metrics)
        found.update(candidate.derived)
    return sorted(found)
