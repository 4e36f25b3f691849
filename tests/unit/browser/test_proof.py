"""Does the page show what was asked for? States as the script in the page returns them."""

from decimal import Decimal
from typing import Any

import pytest

from oodaemon.browser.proof import Leg, contradictions, is_same_number, legs_of, missing
from oodaemon.parameters.form import Bullet, CardText, LegFilter, LegValues


def row(side: str, right: str, value: str, unit: str = "Δ", *, quantity: str = "1", days: str = "0") -> dict[str, Any]:
    """A row of the leg builder: the buttons that are on, and each input with the unit behind it."""
    return {
        "buttons": {"s": side == "sell", "b": side == "buy", "c": right == "call", "p": right == "put"},
        "cells": [{"value": quantity, "unit": "QTY"}, {"value": value, "unit": unit}, {"value": days, "unit": "DTE"}],
    }


CONDOR = [row("buy", "put", "5"), row("sell", "put", "30"), row("sell", "call", "30"), row("buy", "call", "5")]
CARDS = [
    ["Entry", ["Open trades at 11:25 AM", "Daily", "Use exact DTE"]],
    ["Exit -", ["Profit Target: 55%", "Stop Loss: 185%"]],
    ["Misc", ["Stop Loss Slippage: 0.15", "Opening Fees: 1.28"]],
]


def state(bullets: Any = CARDS, legs: Any = CONDOR) -> dict[str, Any]:
    return {"bullets": bullets, "legs": legs}


def percent(label: str, number: str) -> Bullet:
    return Bullet(prefix=f"{label}:", number=Decimal(number), is_percent=True)


def delta(number: str, **legs: Any) -> LegValues:
    return LegValues(legs=LegFilter(unit="Δ", **legs), number=Decimal(number))


def test_rows_become_legs() -> None:
    assert legs_of([row("sell", "put", "30"), row("buy", "call", "1.5", "$")]) == [
        Leg(position=0, cell=1, side="sell", right="put", text="30", unit="Δ"),
        Leg(position=1, cell=1, side="buy", right="call", text="1.5", unit="$"),
    ]


@pytest.mark.parametrize("sign", ["\N{GREEK CAPITAL LETTER DELTA}", "\N{INCREMENT}", "\N{GREEK SMALL LETTER DELTA}"])
def test_every_delta_is_a_delta(sign: str) -> None:
    (leg,) = legs_of([row("sell", "put", "30", sign)])
    assert leg.unit == "\N{GREEK CAPITAL LETTER DELTA}"
    assert missing(state(legs=[row("sell", "put", "30", sign)]), [delta("30")]) == []


def test_the_value_is_the_input_that_is_neither_quantity_nor_days() -> None:
    cells = [{"value": "7", "unit": "dte"}, {"value": "2", "unit": "Qty"}, {"value": "x", "unit": ""}, {"value": "30", "unit": "%"}]
    (leg,) = legs_of([{"buttons": {"b": True, "c": True}, "cells": cells}])
    assert (leg.cell, leg.text, leg.unit) == (3, "30", "%")


def test_a_row_without_a_value_is_no_leg_and_keeps_the_place_of_the_others() -> None:
    rows = [{"buttons": {"s": True, "p": True}, "cells": [{"value": "1", "unit": "QTY"}]}, row("sell", "put", "30")]
    assert [leg.position for leg in legs_of(rows)] == [1]


@pytest.mark.parametrize(
    ("legs", "positions"),
    [
        (LegFilter(unit="Δ"), [0, 1, 2, 3]),
        (LegFilter(unit="Δ", right="put"), [0, 1]),
        (LegFilter(unit="Δ", side="sell"), [1, 2]),
        (LegFilter(unit="Δ", right="call", side="buy"), [3]),
        (LegFilter(unit="$"), []),
    ],
)
def test_a_filter_takes_the_legs_it_names(legs: LegFilter, positions: list[int]) -> None:
    assert [leg.position for leg in legs_of(CONDOR) if leg.is_taken_by(legs)] == positions


def test_a_child_leg_with_an_offset_is_not_priced_in_delta() -> None:
    rows = [row("sell", "put", "30"), row("buy", "put", "-50", "±")]
    assert [leg.position for leg in legs_of(rows) if leg.is_taken_by(LegFilter(unit="Δ"))] == [0]
    assert missing(state(legs=rows), [delta("30")]) == []


@pytest.mark.parametrize("legs", [LegFilter(unit="Δ", right="put"), LegFilter(unit="Δ", side="sell")], ids=str)
def test_a_leg_whose_buttons_cannot_be_read_is_not_guessed(legs: LegFilter) -> None:
    """When the site renames the class of a pressed button, every leg would pass for a sold put."""
    assert not [leg for leg in legs_of([row("", "", "30")]) if leg.is_taken_by(legs)]


@pytest.mark.parametrize("text", ["30", "30.0", " 30 ", "30.00", "+30"])
def test_a_number_is_the_same_however_it_is_written(text: str) -> None:
    assert is_same_number(text, Decimal("30"))


@pytest.mark.parametrize("text", ["", "3", "300", "-30", "30%", "abc", "30 31", "NaN", "sNaN"])
def test_other_text_is_not(text: str) -> None:
    assert not is_same_number(text, Decimal("30"))


def test_a_page_that_shows_everything_proves_it() -> None:
    expectations = [
        percent("Profit Target", "55"),
        percent("Stop Loss", "185"),
        Bullet(prefix="Open trades at", text="11:25 AM"),
        delta("30", side="sell"),
        delta("5", side="buy"),
    ]
    assert missing(state(), expectations) == []
    assert missing(state(bullets=[], legs=[]), []) == []


@pytest.mark.parametrize(
    ("expectation", "reason"),
    [
        (percent("Profit Target", "5"), "the page shows Profit Target: 55%, asked for Profit Target: 5%"),
        (percent("Profit Target", "5.5"), "the page shows Profit Target: 55%, asked for Profit Target: 5.5%"),
        (
            Bullet(prefix="Profit Target:", number=Decimal("55")),
            "the page shows Profit Target: 55%, asked for Profit Target: 55",
        ),
        (Bullet(prefix="VIX: Max", number=Decimal("20")), "no line 'VIX: Max' on the page, asked for VIX: Max 20"),
        (
            Bullet(prefix="Open trades at", text="11:30 AM"),
            "the page shows Open trades at 11:25 AM, asked for Open trades at 11:30 AM",
        ),
    ],
)
def test_a_line_that_is_wrong_or_absent_is_named(expectation: Bullet, reason: str) -> None:
    assert missing(state(), [expectation]) == [reason]


def test_the_slippage_at_a_stop_loss_is_no_stop_loss() -> None:
    bullets = [["Misc", ["Stop Loss Slippage: 185%"]]]
    assert missing(state(bullets=bullets), [percent("Stop Loss", "185")]) == [
        "no line 'Stop Loss:' on the page, asked for Stop Loss: 185%"
    ]
    assert missing(state(), [percent("Stop Loss", "185")]) == []


def test_a_line_is_found_without_regard_to_case_in_whatever_card() -> None:
    assert missing(state(bullets=[["?", []], ["Other", ["PROFIT TARGET: 55 %"]]]), [percent("Profit Target", "55")]) == []


@pytest.mark.parametrize("other", ["Profit Target: 60%", "Profit Target: $55"])
def test_a_line_that_is_there_twice_and_differs_proves_nothing(other: str) -> None:
    bullets = [["Exit - Call", ["Profit Target: 55%"]], ["Exit - Put", [other]]]
    (reason,) = missing(state(bullets=bullets), [percent("Profit Target", "55")])
    assert reason == f"the page shows Profit Target: 55% and {other}, asked for Profit Target: 55%"


def test_the_card_of_a_leg_group_is_not_that_of_one_whose_name_ends_alike() -> None:
    wanted = Bullet(prefix="Profit Target:", number=Decimal(55), is_percent=True, group="Call")
    cards = [["Exit - Bear Call", ["Profit Target: 90%"]], ["Exit - Call", ["Profit Target: 55%"]]]
    assert missing(state(bullets=cards), [wanted]) == []
    assert missing(state(bullets=[["Exit - Bear - Call", ["Profit Target: 90%"]], cards[1]]), [wanted]) == []
    assert missing(state(bullets=[["Call", ["Profit Target: 55%"]], cards[0]]), [wanted]) == []
    assert missing(state(bullets=[cards[0], ["Exit - Call", ["Profit Target: 60%"]]]), [wanted]) != []


@pytest.mark.parametrize(
    ("legs", "expectation", "reason"),
    [
        (CONDOR, delta("25", side="sell"), "a sell leg priced in Δ shows 30, asked for 25"),
        (CONDOR, delta("30"), "a leg priced in Δ shows 5, asked for 30"),
        ([row("sell", "put", "30")], delta("30", right="call"), "no call leg priced in Δ on the page"),
        ([row("sell", "put", "30", "$")], delta("30"), "no leg priced in Δ on the page"),
        ([row("sell", "put", "30"), row("sell", "call", "")], delta("30"), "a leg priced in Δ shows , asked for 30"),
        ([row("sell", "put", "thirty")], delta("30"), "a leg priced in Δ shows thirty, asked for 30"),
    ],
)
def test_legs_that_show_something_else_are_named(legs: list[Any], expectation: LegValues, reason: str) -> None:
    assert missing(state(legs=legs), [expectation]) == [reason]


@pytest.mark.parametrize("legs", [[], [row("sell", "put", "")]])
def test_a_page_without_readable_legs_leaves_the_proof_to_the_form(legs: list[Any]) -> None:
    assert missing(state(legs=legs), [delta("30")]) == []


def test_every_reason_is_given() -> None:
    assert (
        len(missing(state(), [percent("Profit Target", "1"), percent("Stop Loss", "185"), delta("1"), percent("CAGR", "1")])) == 3
    )


SAVED = [
    ["Entry", ["Allocate 20% of portfolio", "Open trades at 11:25 AM", "VIX: Max 20"]],
    ["Exit -", ["Profit Target: 55%", "Stop Loss: 185%"]],
]


def test_a_result_that_differs_in_nothing_contradicts_nothing() -> None:
    assert contradictions(state(bullets=SAVED), state(bullets=SAVED), []) == []


def test_what_was_asked_for_may_change() -> None:
    shown = [["Entry", SAVED[0][1]], ["Exit -", ["Profit Target: 60%", "Stop Loss: 185%"]]]
    assert contradictions(state(bullets=SAVED), state(bullets=shown), [percent("Profit Target", "60")]) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Allocate 20% of portfolio", "Allocate 25% of portfolio"),
        ("Stop Loss: 185%", "Stop Loss: 18.5%"),
        ("Open trades at 11:25 AM", "Open trades at 11:25 PM"),
        ("VIX: Max 20", "VIX: Max 2,000"),
        ("Exit when VIX moves -0.3", "Exit when VIX moves 0.3"),
        ("Entry Slippage: $5", "Entry Slippage: 5"),
    ],
)
def test_a_number_that_nobody_asked_to_change_contradicts(before: str, after: str) -> None:
    saved, shown = state(bullets=[["Entry", ["Daily", before]]]), state(bullets=[["Entry", ["Daily", after]]])
    assert contradictions(saved, shown, [percent("Profit Target", "60")]) == [
        f"the page shows {after!r}, the saved test {before!r}"
    ]
    assert contradictions(saved, shown, []) == [f"the page shows {after!r}, the saved test {before!r}"]


@pytest.mark.parametrize(
    "shown",
    [
        [["Entry", ["Daily"]]],
        [["Entry", ["Daily", "Stop Loss: 1%", "Stop Loss: 2%"]]],
        [["Other card", ["Stop Loss: 18%"]]],
        [],
    ],
)
def test_a_line_that_one_page_does_not_have_exactly_once_proves_nothing(shown: Any) -> None:
    saved = state(bullets=[["Entry", ["Daily", "Stop Loss: 185%"]]])
    assert contradictions(saved, state(bullets=shown), []) == []


def test_a_result_with_fewer_legs_is_another_test() -> None:
    assert contradictions(state(), state(legs=CONDOR[:2]), []) == [f"the page shows 2 legs, the saved test {len(CONDOR)}"]
    assert contradictions(state(), state(legs=[]), []) == []


def test_legs_that_were_swept_may_change_and_others_may_not() -> None:
    after = [row("buy", "put", "5"), row("sell", "put", "25"), row("sell", "call", "25"), row("buy", "call", "7")]
    found = contradictions(state(), state(legs=after), [delta("25", side="sell")])
    assert found == ["leg 4 shows buy call 7 Δ, the saved test buy call 5 Δ"]
    assert len(contradictions(state(), state(legs=after), [])) == 3
    assert contradictions(state(), state(legs=after), [delta("25")]) == []


def test_a_leg_of_another_unit_contradicts() -> None:
    found = contradictions(state(legs=[row("sell", "put", "5", "$")]), state(legs=[row("sell", "put", "5", "%")]), [delta("25")])
    assert found == ["leg 1 shows sell put 5 %, the saved test sell put 5 $"]


@pytest.mark.parametrize("after", [[], [row("buy", "put", "")] * 4])
def test_legs_that_cannot_be_compared_prove_nothing(after: list[Any]) -> None:
    assert contradictions(state(), state(legs=after), []) == []


@pytest.mark.parametrize(("line", "is_right"), [("09:45 AM", True), ("9:45 am", True), ("9:45 PM", False), ("9:46 AM", False)])
def test_a_time_may_have_a_leading_zero(line: str, is_right: bool) -> None:
    reasons = missing(state(bullets=[["Entry", [f"Open trades at {line}"]]]), [Bullet(prefix="Open trades at", text="9:45 AM")])
    assert (reasons == []) is is_right


def test_legs_whose_buttons_do_not_tell_their_side_prove_nothing_for_one_side() -> None:
    legs = [row("", "", "30"), row("", "", "5")]
    assert missing(state(legs=legs), [delta("30", side="sell")]) == []
    assert missing(state(legs=legs), [delta("31")]) == ["a leg priced in Δ shows 30, asked for 31"]
    assert missing(state(legs=[row("buy", "put", "30")]), [delta("30", side="sell")]) == ["no sell leg priced in Δ on the page"]


MINUS = ["\N{MINUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}", "\N{EN DASH}", "\N{NON-BREAKING HYPHEN}"]


@pytest.mark.parametrize("sign", MINUS)
def test_every_minus_is_a_minus(sign: str) -> None:
    shown = state([["Exit -", [f"Exit when put tested {sign}25"]]])
    tested = {n: Bullet(prefix="Exit when put tested", number=Decimal(n), is_percent=None) for n in ("25", "-25")}
    assert missing(shown, [tested["-25"]]) == []
    assert missing(shown, [tested["25"]]) == [f"the page shows Exit when put tested {sign}25, asked for Exit when put tested 25"]


def test_a_leg_below_the_one_it_follows_stays_there_whatever_its_minus() -> None:
    (leg,) = legs_of([row("buy", "put", "\N{MINUS SIGN}50", "±")])
    assert leg.text == "-50"


@pytest.mark.parametrize(
    "shown", ["09:45 AM", "9:45 a.m.", "9:45\N{NARROW NO-BREAK SPACE}AM", "9:45 AM ET", "9:45 AM (EST)", "09:45"]
)
def test_a_time_is_the_same_however_it_is_written(shown: str) -> None:
    wanted = Bullet(prefix="Open trades at", text="9:45 AM")
    assert missing(state([["Entry", [f"Open trades at {shown}"]]]), [wanted]) == []


@pytest.mark.parametrize("shown", ["9:45 PM", "8:45 AM CT", "9:45 AM and 10:45 AM", "10:45 a.m. ET"])
def test_another_time_is_another(shown: str) -> None:
    wanted = Bullet(prefix="Open trades at", text="9:45 AM")
    assert missing(state([["Entry", [f"Open trades at {shown}"]]]), [wanted])


@pytest.mark.parametrize(
    "lines", [["from: January 3, 2023 to: December 6, 2025"], ["from: 01/03/2023"], ["From: Jan 3, 2023", "to: x"]]
)
def test_a_day_is_the_same_however_it_is_written(lines: list[str]) -> None:
    wanted = CardText(card="Dates", prefix="from:", text="January 3, 2023")
    assert missing({**state(), "facts": [["Dates:", lines]]}, [wanted]) == []
    assert missing(
        {**state(), "facts": [["Dates:", [line.replace("3, 2", "4, 2").replace("03", "04") for line in lines]]]}, [wanted]
    )
