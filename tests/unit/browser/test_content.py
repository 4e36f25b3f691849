"""What changed in the panel beside what was asked for: contents as the script in the page returns them."""

from typing import Any

import pytest

from oodaemon.browser.content import changed, is_same
from oodaemon.parameters.form import Action, Choose, LegFilter, SetField, SetLegs, SetToggle

TIME = SetField(section="Entry Conditions", label="Entry Time", text="10:00")
OFF = SetToggle(section="Entry Conditions", caption="Use VIX", is_on=False)
FREQUENCY = Choose(section="Entry Conditions", label="Frequency", option="Daily")


def leg(side: str, right: str, value: str, unit: str = "Δ", *, quantity: str = "1", days: str = "0") -> dict[str, Any]:
    return {
        "buttons": {"s": side == "sell", "b": side == "buy", "c": right == "call", "p": right == "put"},
        "cells": [{"value": quantity, "unit": "QTY"}, {"value": value, "unit": unit}, {"value": days, "unit": "DTE"}],
    }


LEGS = [leg("sell", "put", "30"), leg("buy", "put", "-50", "±"), leg("buy", "call", "50", "±")]


def panel(*entries: tuple[Any, ...], legs: Any = LEGS) -> dict[str, Any]:
    """Entries as section, name, what is shown, and "asked" for those that were set."""
    return {"entries": [[*entry[:3], "asked" in entry] for entry in entries], "legs": legs}


FRESH = panel(
    ("Entry Conditions", "Entry Time", "09:45"),
    ("Entry Conditions", "Frequency", "Weekly"),
    ("Entry Conditions", "button F", "on"),
    ("Profit & Loss", "Stop Loss", "100"),
    ("Profit & Loss", "Stop Loss", "%"),
)


def with_entries(**shown: str) -> dict[str, Any]:
    """The fresh panel with the asked entry time and some other texts in place of theirs."""
    entries = []
    for section, name, text, _ in FRESH["entries"]:
        asked = ("asked",) if name == "Entry Time" else ()
        entries.append((section, name, "10:00" if asked else shown.get(text, text), *asked))
    return panel(*entries)


def test_what_was_asked_for_may_change() -> None:
    assert changed(FRESH, with_entries(), [TIME]) == ""


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        ({"100": "150"}, '"Stop Loss" in "Profit & Loss" changed from 100 to 150, and nobody asked for it'),
        ({"100": ""}, '"Stop Loss" in "Profit & Loss" changed from 100 to blank, and nobody asked for it'),
        ({"%": "$"}, '"Stop Loss" in "Profit & Loss" changed from % to $, and nobody asked for it'),
        ({"on": "off"}, '"button F" in "Entry Conditions" changed from on to off, and nobody asked for it'),
        ({"Weekly": "Daily"}, '"Frequency" in "Entry Conditions" changed from Weekly to Daily, and nobody asked for it'),
    ],
)
def test_what_nobody_asked_for_may_not(shown: dict[str, str], reason: str) -> None:
    assert changed(FRESH, with_entries(**shown), [TIME]) == reason


def test_a_number_may_be_written_in_another_way() -> None:
    assert changed(FRESH, with_entries(**{"100": "100.00"}), [TIME]) == ""


def test_a_control_that_opened_is_no_change() -> None:
    after = panel(*(tuple(e[:3]) for e in FRESH["entries"]), ("Misc.", "Stop Loss Slippage", ""))
    assert changed(FRESH, after, [TIME]) == ""


@pytest.mark.parametrize(("action", "is_told"), [(TIME, True), (OFF, False), (FREQUENCY, False)])
def test_a_control_may_go_only_when_something_was_switched(action: Action, is_told: bool) -> None:
    after = panel(*(tuple(e[:3]) for e in FRESH["entries"] if e[1] != "button F"))
    assert (changed(FRESH, after, [action]) != "") is is_told


def test_of_several_of_one_name_each_counts() -> None:
    """Days of SMA and of a second SMA that was opened: the first must still be there."""
    before = panel(("Entry Conditions", "Days", "20"))
    assert changed(before, panel(("Entry Conditions", "Days", "20"), ("Entry Conditions", "Days", "5")), [TIME]) == ""
    five = ("Entry Conditions", "Days", "5")
    assert "no longer shows 20" in changed(before, panel(five, five), [TIME])
    assert "changed from 20 to 5" in changed(before, panel(five), [TIME])
    assert changed(before, panel(("Entry Conditions", "Days", "9", "asked"), ("Entry Conditions", "Days", "5")), [TIME]) == ""


def test_legs_that_were_asked_for_may_change_in_that_cell_only() -> None:
    delta = SetLegs(legs=LegFilter(unit="Δ"), text="25")
    after = [leg("sell", "put", "25"), *LEGS[1:]]
    assert changed(panel(), panel(legs=after), [delta]) == ""
    after = [leg("sell", "put", "25", days="7"), *LEGS[1:]]
    assert changed(panel(), panel(legs=after), [delta]) == "the DTE of leg 1 changed from 0 to 7, and nobody asked for it"
    after = [leg("sell", "put", "25"), leg("buy", "put", "-75", "±"), LEGS[2]]
    assert changed(panel(), panel(legs=after), [delta]) == "the value of leg 2 changed from -50 to -75, and nobody asked for it"
    assert "leg 1 changed from sell put 30 Δ to sell put 25 $" in changed(
        panel(), panel(legs=[leg("sell", "put", "25", "$"), *LEGS[1:]]), [delta]
    )
    assert changed(panel(), panel(legs=LEGS[:2]), [delta]) == "the panel had 3 legs and now has 2, and nobody asked for it"


@pytest.mark.parametrize(
    ("shown", "is_told"),
    [
        ("Sell 1 Put 25Δ", False),
        ("Sell 1 Put 30Δ", False),
        ("Sell 2 Put 25Δ", True),
        ("Sell 1 Put 26Δ", True),
        ("Buy 1 Put 25Δ", True),
    ],
)
def test_a_leg_may_be_named_by_what_was_typed_into_it(shown: str, is_told: bool) -> None:
    delta = SetLegs(legs=LegFilter(unit="Δ"), text="25")
    after = [leg("sell", "put", "25"), *LEGS[1:]]
    before = panel(("Exit Conditions", "Leg", "Sell 1 Put 30Δ"))
    assert (changed(before, panel(("Exit Conditions", "Leg", shown), legs=after), [delta]) != "") is is_told


def test_nothing_but_the_list_of_the_legs_follows_them() -> None:
    delta = SetLegs(legs=LegFilter(unit="Δ"), text="25")
    after = panel(("Profit & Loss", "Stop Loss", "25"), legs=[leg("sell", "put", "25"), *LEGS[1:]])
    assert "changed from 30 to 25" in changed(panel(("Profit & Loss", "Stop Loss", "30")), after, [delta])


def test_a_width_keeps_every_leg_on_its_side() -> None:
    width = SetLegs(legs=LegFilter(unit="±"), text="25", keeps_sign=True)
    sound = [LEGS[0], leg("buy", "put", "-25", "±"), leg("buy", "call", "25", "±")]
    assert changed(panel(), panel(legs=sound), [width]) == ""
    flipped = [LEGS[0], leg("buy", "put", "25", "±"), leg("buy", "call", "25", "±")]
    assert changed(panel(), panel(legs=flipped), [width]) == "leg 2 went to the other side of the leg it follows"


@pytest.mark.parametrize(
    ("shown", "wanted", "is_it"),
    [
        *(("30.0", "30", True), ("1,000", "1000", True), ("-0.50", "-0.5", True), ("09:45", "09:45", True), ("30", "3", False)),
        *(("-5", "5", False), ("", "0", False), ("05/16/2022", "05/16/2022", True), ("a  b", "a b", True)),
    ],
)
def test_texts_of_a_field_are_compared_as_numbers_where_they_are(shown: str, wanted: str, is_it: bool) -> None:
    assert is_same(shown, wanted) is is_it


@pytest.mark.parametrize(
    ("shown", "wanted", "expected"),
    [
        ("30.00", "30", True),
        ("1,000", "1000", True),
        (".5", "0.5", True),
        ("2025-10-06, 2025-10-22", "2025-10-06,2025-10-22", True),
        ("2025-10-06,2025-10-23", "2025-10-06,2025-10-22", False),
        ("300", "30", False),
        ("-5", "5", False),
        ("", "0", False),
    ],
)
def test_a_field_may_write_a_value_in_its_own_way(shown: str, wanted: str, expected: bool) -> None:
    assert is_same(shown, wanted) is expected
