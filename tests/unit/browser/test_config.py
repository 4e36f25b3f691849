"""The configuration cards of a page become a record, and nothing of them is lost."""

import pytest

from oodaemon.browser.config import read_config, read_line
from oodaemon.browser.written import iso_date
from oodaemon.model.config import ConfigCard, ConfigLeg, ConfigLine, TestConfig, from_json, to_json

LEG = {
    "buttons": {"s": True, "b": False, "c": False, "p": True},
    "cells": [{"value": "2", "unit": "QTY"}, {"value": "1,020.5", "unit": "∆"}, {"value": "7", "unit": "DTE"}],
}
PAGE = {
    "facts": [["Underlying", ["SPX"]], ["Dates:", ["from: May 16, 2022", "to: December 6, 2025"]], ["Margin", ["Portfolio", "2x"]]],
    "legs": [LEG, {**LEG, "buttons": {"s": True, "b": True, "c": True, "p": False}, "cells": [], "group": "Calls"}],
    "bullets": [
        ["Entry", ["Open trades at 11:25 AM", "VIX: Max 20"]],
        ["Exit - Calls", ["Stop Loss: 185%"]],
        ["Exit -", ["Expire"]],
    ],
}


def test_every_card_is_in_the_record() -> None:
    found = read_config(PAGE)
    assert (found.underlying, found.start_date, found.end_date) == ("SPX", "2022-05-16", "2025-12-06")
    assert found.legs == (
        ConfigLeg(side="sell", right="put", quantity=2, value=1020.5, unit="Δ", dte=7),
        ConfigLeg(side="", right="call", group="Calls"),
    )
    assert [(card.title, card.group) for card in found.cards] == [("Entry", ""), ("Exit", "Calls"), ("Exit", ""), ("Margin", "")]
    assert [line.text for card in found.cards for line in card.lines] == [
        *("Open trades at 11:25 AM", "VIX: Max 20", "Stop Loss: 185%", "Expire", "Portfolio", "2x")
    ]


def test_a_page_without_cards_gives_an_empty_record() -> None:
    assert read_config({"facts": [], "legs": [], "bullets": []}) == TestConfig() == from_json({})


def test_the_record_survives_json() -> None:
    assert from_json(to_json(read_config(PAGE))) == read_config(PAGE)
    assert to_json(TestConfig(cards=(ConfigCard("Misc"),))) == {"cards": [{"title": "Misc", "lines": []}]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Profit Target: 55%", ("Profit Target", 55, "%")),
        ("Stop Loss: $5.5", ("Stop Loss", 5.5, "$")),
        ("Exit when VIX moves -0.3", ("Exit when VIX moves", -0.3, "")),
        ("Exit when VIX9D moves 3%", ("Exit when VIX9D moves", 3, "%")),
        ("Allocate 20% of portfolio", ("Allocate", 20, "%")),
        ("Up to 5 position(s) allowed at a time", ("Up to", 5, "")),
        ("Entry Slippage: .05", ("Entry Slippage", 0.05, "")),
        ("Allocate at most $12,500 per trade", ("Allocate at most", 12500, "$")),
    ],
)
def test_a_line_with_one_number_is_taken_apart(text: str, wanted: tuple[str, float, str]) -> None:
    assert read_line(text) == ConfigLine(text, *wanted)


@pytest.mark.parametrize(
    "text", ["Daily", "Every Friday", "Open trades at 11:25 AM", "Early Exit: 0 DTE at 3:45 PM", "42", "Cap Losses"]
)
def test_other_lines_are_kept_as_they_are(text: str) -> None:
    assert read_line(text) == ConfigLine(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("May 16, 2022", "2022-05-16"),
        ("Dec 6, 2025", "2025-12-06"),
        ("1/3/2023", "2023-01-03"),
        ("2024-02-29", "2024-02-29"),
        ("soon", ""),
    ],
)
def test_dates(text: str, day: str) -> None:
    assert iso_date(text) == day
