"""The part of the page about other courses of the same trades (Monte Carlo)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from ooctl.charts.figures import shown
from ooctl.render.text import percent
from ooctl.writers.table import Record

_FIGURES: Final = (
    ("max_drawdown_percent", "Deepest fall of the account", "%"),
    ("max_drawdown", "Deepest fall", "USD"),
    ("net_profit", "Profit at the end", "USD"),
    ("longest_losing_streak", "Longest losing streak", ""),
)

_HOW: Final = {"SHUFFLE": "each of the same trades in another order", "BOOTSTRAP": "each drawn from the trades with replacement"}


def section(courses: Record | None) -> Iterator[str]:
    """How deep the same trades could have fallen in another order; nothing without such figures.

    `courses` is a record as `ooctl montecarlo -o json` prints it.
    """
    if courses is None or not courses["distributions"]:
        return
    found = {each["figure"]: each for each in courses["distributions"]}
    percents = list(courses["distributions"][0]["percentiles"])
    yield "<section><h2>The same trades in another order</h2><div class=wide><table><thead><tr><td></td>"
    yield "<th scope=col>as it was</th>"
    yield "".join(f"<th scope=col>{escape(each)}%</th>" for each in percents)
    yield "</tr></thead><tbody>"
    for name, words, unit in _FIGURES:
        if name in found:
            values = [found[name]["actual"], *(found[name]["percentiles"].get(each) for each in percents)]
            if len(set(values)) == 1:  # the same in every order
                continue
            cells = "".join(f"<td>{escape(_rounded(value, unit))}</td>" for value in values)
            yield f"<tr><th scope=row>{words}</th>{cells}</tr>"
    many = f"{courses['simulations']:,} courses of {courses['trades']:,} trades"
    yield f"</tbody></table></div><p class=note>{many}, {_HOW.get(courses['resampling'], '')}, seed {courses['seed']}. "
    yield "The columns are percentiles: in so many of a hundred courses the value is not larger. "
    yield f"{escape(percent(100 * courses['probability_of_loss']))} of the courses end with a loss.</p>"
    yield "".join(f"<p class=note>{escape(note)}</p>" for note in courses["notes"])
    yield "</section>"


def _rounded(value: float | None, unit: str) -> str:
    """Without cents: what could have been is not that exact."""
    return shown(None if value is None else round(value, 0 if unit == "USD" else 1), unit)
