"""What is taken for the same saved test, and that whatever decides on figures makes another one of it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from oodaemon.browser.likeness import laid_open, look

ENTRIES: list[list[Any]] = [
    ["Dates", "Start Date", "05/16/2022", False],
    ["Dates", "End Date", "12/05/2025", False],
    ["Strategy", "Use Exact DTE", "on", False],
    ["Funds & Allocation", "Starting Funds", "100000", False],
    ["Entry Conditions", "Use VIX", "off", False],
    ["Misc.", "Use Blackout Days", "off", False],
    ["CSV File Upload Settings", "Use CSV Custom Signals File", "off", False],
]
LEGS: list[dict[str, Any]] = [{"buttons": {"s": True, "p": True}, "cells": [{"value": "30", "unit": "Δ"}]}]


def saved() -> dict[str, Any]:
    """As `preparing.prepare` returns it, with one field filled in that was laid open by a toggle."""
    before = {"entries": copy.deepcopy(ENTRIES), "legs": copy.deepcopy(LEGS), "marks": [[" bg-ooGreen"]]}
    after = copy.deepcopy(before)
    after["entries"][4][2:] = ["on", True]
    after["entries"] += [["Entry Conditions", "Min VIX", "", False], ["Entry Conditions", "Max VIX", "20", True]]
    return {
        "heading": "Iron fly",
        "bullets": [["Entry", ["Open trades at 9:45 AM"]]],
        "facts": [["Dates:", ["from: May 16, 2022", "to: December 5, 2025"]]],
        "legs": [],
        "panel": {"before": before, "after": after},
    }


def entry(page: dict[str, Any], name: str) -> list[Any]:
    found: list[Any] = next(entry for entry in page["panel"]["before"]["entries"] if entry[1] == name)
    return found


def test_the_same_page_and_panel_are_the_same_test() -> None:
    found = look(saved())
    assert found == look(saved())
    assert found is not None
    assert (found.start_date, found.end_date) == ("2022-05-16", "2025-12-05")


def test_a_new_name_makes_no_other_test() -> None:
    page = saved()
    page["heading"] = "Iron fly, renamed"
    assert look(page) == look(saved())


def edit_funds(page: dict[str, Any]) -> None:
    entry(page, "Starting Funds")[2] = "50000"


def edit_toggle(page: dict[str, Any]) -> None:
    entry(page, "Use Exact DTE")[2] = "off"


def edit_leg(page: dict[str, Any]) -> None:
    page["panel"]["before"]["legs"][0]["cells"][0]["value"] = "25"


def edit_padlock(page: dict[str, Any]) -> None:
    page["panel"]["before"]["marks"] = [[" text-ooGreen"]]


def edit_card(page: dict[str, Any]) -> None:
    page["bullets"][0][1].append("Use exact strike offsets")


def edit_field_more(page: dict[str, Any]) -> None:
    page["panel"]["before"]["entries"].append(["Exit Conditions", "Early Exit Time", "15:00", False])


@pytest.mark.parametrize("edit", [edit_funds, edit_toggle, edit_leg, edit_padlock, edit_card, edit_field_more])
def test_whatever_was_edited_makes_another_test(edit: Callable[[dict[str, Any]], None]) -> None:
    page = saved()
    edit(page)
    found = look(page)
    assert found is not None
    assert found != look(saved())


def test_another_last_day_makes_another_test() -> None:
    page = saved()
    entry(page, "End Date")[2] = "12/08/2025"
    page["facts"] = []
    found = look(page)
    assert found is not None
    assert found.end_date == "2025-12-08"


def no_panel(page: dict[str, Any]) -> None:
    page["panel"] = None


def no_date(page: dict[str, Any]) -> None:
    entry(page, "End Date")[2] = ""


def two_dates(page: dict[str, Any]) -> None:
    page["panel"]["before"]["entries"].append(["Dates", "End Date", "12/05/2025", False])


def no_legs(page: dict[str, Any]) -> None:
    page["panel"]["before"]["legs"] = []


def a_file(page: dict[str, Any]) -> None:
    entry(page, "Use CSV Custom Signals File")[2] = "on"


def a_file_by_its_path(page: dict[str, Any]) -> None:
    page["panel"]["before"]["entries"].append(["Signals", "Signals", "C:\\fakepath\\signals.txt", False])


def other_dates_on_the_page(page: dict[str, Any]) -> None:
    page["facts"] = [["Dates:", ["from: May 16, 2022", "to: December 4, 2025"]]]


@pytest.mark.parametrize("spoil", [no_panel, no_date, two_dates, no_legs, a_file, a_file_by_its_path, other_dates_on_the_page])
def test_a_test_that_cannot_be_told_from_others_is_not_guessed(spoil: Callable[[dict[str, Any]], None]) -> None:
    page = saved()
    spoil(page)
    assert look(page) is None


def test_what_was_asked_for_lays_nothing_open_and_what_a_toggle_had_hidden_does() -> None:
    usual = laid_open(saved())
    other_value = saved()
    other_value["panel"]["after"]["entries"][-1][2] = "25"
    assert laid_open(other_value) == usual
    left_there = saved()
    left_there["panel"]["after"]["entries"][-2][2] = "15"
    assert laid_open(left_there) != usual
    unopened = saved()
    del unopened["panel"]["after"]["entries"][-2:]
    assert laid_open(unopened) != usual
    assert laid_open({"panel": None}) is None
