"""Is a result one of the saved test at all? What nobody asked to change says so. Pure; see also `proof.contradictions`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oodaemon.browser.config import read_config
from oodaemon.browser.written import iso_date
from oodaemon.parameters.expect import as_typed
from oodaemon.parameters.form import Bullet, CardText, Expectation, LegValues

_FIELDS = (
    ("underlying", "Underlying", "", "Ticker"),
    ("start_date", "Dates", "from", "Start Date"),
    ("end_date", "Dates", "to", "End Date"),
)
"""In the record of a page: the name; card and beginning of its line, as parameters know them; and the field of the panel."""


_FIGURE = re.compile(r"[^:]+: .*\d", re.ASCII)
"""A line that names a figure, such as `Stop Loss: 185%`: a backtest without it is another backtest."""


def strange(saved: Mapping[str, Any], shown: Mapping[str, Any], expectations: Sequence[Expectation]) -> list[str]:
    """Where a result belongs to another test, a clause for people each; empty when nothing says so.

    Underlying and dates that nobody set are those of the saved test's page or of its panel. Where all that was asked for has known
    lines, no card may have lost one that nobody asked for and got another, nor one that names a figure. What else one of the pages
    does not say proves nothing, and neither does a page that shows no lines at all.
    """
    return [*_other_facts(saved, shown, expectations), *_other_lines(saved["bullets"], shown["bullets"], expectations)]


def _other_facts(saved: Mapping[str, Any], shown: Mapping[str, Any], wanted: Sequence[Expectation]) -> Iterator[str]:
    before, after, panel = read_config(saved), read_config(shown), dict(_panel_fields(saved))
    for name, card, beginning, label in _FIELDS:
        is_set = any(isinstance(e, CardText) and e.card == card and e.prefix.startswith(beginning) for e in wanted)
        was, is_now = _plain(getattr(before, name)), _plain(getattr(after, name))
        if not is_set and was and is_now and is_now not in {was, panel.get(label)}:
            yield f"the {label} of the page is {is_now}, of the saved test {was}"


def _panel_fields(saved: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the panel showed that was opened from the saved test, by label."""
    for _, label, text, *_ in ((saved.get("panel") or {}).get("before") or {}).get("entries", ()):
        yield label, _plain(text)


def _plain(text: str) -> str:
    return iso_date(text) or as_typed(text).upper()


def _other_lines(
    before: Sequence[tuple[str, Sequence[str]]], after: Sequence[tuple[str, Sequence[str]]], wanted: Sequence[Expectation]
) -> Iterator[str]:
    if not all(isinstance(e, Bullet | CardText | LegValues) for e in wanted):
        return  # lines whose words nobody knows may come and go
    cards = _by_title(after)
    for title, was in _by_title(before).items():
        are = cards.get(title, [])
        lost = [line for line in was if line not in are and not _is_about(line, wanted)]
        got = [line for line in are if line not in was and not _is_about(line, wanted)]
        figures = [line for line in lost if _FIGURE.match(line)]
        if lost and got:
            yield f"the page shows {got[0]!r} where the saved test has {lost[0]!r}"
        elif figures and cards:
            yield f"the page does not show {figures[0]!r}, the saved test does"


def _by_title(cards: Sequence[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for title, lines in cards:
        found.setdefault(title, []).extend(as_typed(line) for line in lines)
    return found


def _is_about(line: str, wanted: Sequence[Expectation]) -> bool:
    return any(isinstance(e, Bullet) and e.is_about(line) for e in wanted)
