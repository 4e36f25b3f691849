"""How one saved test is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ooctl.render.tables import TESTS, Column, Noun, Record
from ooctl.render.text import moment, number, plain

LABEL_WIDTH: Final = 12
_OF_ONE: Final = (*TESTS.csv, "site_name", "removed_from")

SHOWN: Final = Noun(TESTS.columns, (*_OF_ONE, "runs", "active_run_ids", "config"), key="test_id")
DONE: Final = Noun(
    lambda _: (
        Column("test", lambda test: plain(test["test_id"])),
        Column("name", lambda test: plain(test["name"])),
        Column("done", lambda test: plain(test["done"])),
    ),
    (*_OF_ONE, "done"),
    key="test_id",
)


def test_details(test: Record) -> Iterator[str]:
    """A saved test line by line: who it is, when it was used, and what its page said of it."""
    yield _line("test", test["test_id"])
    yield _line("name", test["name"])
    if test["site_name"] != test["name"]:
        yield _line("on the site", test["site_name"])
    yield _line("number", test["number"] or None)
    yield _line("address", test["url"])
    yield _line("last used", moment(test["last_used_at"]))
    yield _line("last seen", moment(test["last_seen_at"]))
    active = ", ".join(test["active_run_ids"])
    yield _line("runs", f"{test['runs']}" + (f", not at rest: {active}" if active else ""))
    config = test["config"]
    if config is None:
        yield _line("strategy", "its page was not opened yet; --refresh does")
        return
    yield _line("underlying", config["underlying"])
    yield _line("dates", f"{plain(config['start_date'])} to {plain(config['end_date'])}")
    for leg in config["legs"]:
        yield _line("leg", _leg(leg))
    for card in config["cards"]:
        yield _line(card["title"] or "lines", "; ".join(card["lines"]))


def _leg(leg: Record) -> str:
    words = (
        leg["side"],
        number(leg["quantity"]),
        leg["right"],
        f"{number(leg['value'])} {leg['unit']}",
        f"{number(leg['dte'])} DTE",
    )
    return " ".join((*words, leg["group"])).strip()


def _line(label: str, text: Any) -> str:  # noqa: ANN401 - any value of a record
    return f"{plain(label):<{LABEL_WIDTH}}{plain(text)}"
