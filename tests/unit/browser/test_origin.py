"""A result of another test is told by what nobody asked to change. States as the script in the page returns them."""

from decimal import Decimal
from typing import Any

import pytest

from oodaemon.browser.origin import strange
from oodaemon.parameters.form import Asked, Bullet, CardText, Expectation, Hint

TARGET = Bullet(prefix="Profit Target:", number=Decimal(20), is_percent=True)
START = CardText(card="Dates", prefix="from:", text="January 3, 2023")


def page(
    *, entry: list[str] | None = None, target: str = "55", underlying: str = "SPX", dates: str = "May 16, 2022"
) -> dict[str, Any]:
    lines = entry or ["Open trades at 11:25 AM", "Daily", "Use exact DTE"]
    return {
        "bullets": [["Entry", lines], ["Exit -", [f"Profit Target: {target}%"]]],
        "facts": [["Underlying", [underlying]], ["Dates:", [f"from: {dates}", "to: December 6, 2025"]]],
        "legs": [],
    }


def test_the_result_of_the_test_is_not_strange() -> None:
    assert strange(page(), page(target="20"), [TARGET]) == []


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (page(underlying="QQQ"), "the Ticker of the page is QQQ, of the saved test SPX"),
        (page(dates="May 16, 2023"), "the Start Date of the page is 2023-05-16, of the saved test 2022-05-16"),
        (
            page(entry=["Open trades at 11:25 AM", "Every Friday", "Use exact DTE"]),
            "the page shows 'Every Friday' where the saved test has 'Daily'",
        ),
    ],
)
def test_the_result_of_another_test_is_strange(shown: dict[str, Any], reason: str) -> None:
    assert strange(page(), shown, [TARGET]) == [reason]


EXIT = ["Profit Target: 20%", "Stop Loss: 185%", "Cap Losses"]


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (EXIT, ""),
        (["Profit Target: 20%", "Stop Loss: 185%"], ""),
        (["Profit Target: 20%", "Cap Losses"], "the page does not show 'Stop Loss: 185%', the saved test does"),
        (None, "the page does not show 'Stop Loss: 185%', the saved test does"),
    ],
)
def test_a_result_without_a_figure_that_nobody_asked_to_go_is_another(shown: list[str] | None, reason: str) -> None:
    def told(lines: list[str] | None) -> dict[str, Any]:
        cards = [["Entry", ["Daily", "Open trades at 11:25 AM"]], *([["Exit -", lines]] if lines else [])]
        return {**page(), "bullets": cards}

    assert strange(told(["Profit Target: 55%", *EXIT[1:]]), told(shown), [TARGET]) == ([reason] if reason else [])
    assert strange(told(["Profit Target: 55%", *EXIT[1:]]), told(shown), [TARGET, Asked(texts=("Monthly",))]) == []
    without_time = {**told(EXIT), "bullets": [["Entry", ["Daily"]], ["Exit -", EXIT]]}
    assert strange(told(EXIT), without_time, [TARGET]) == [], "a time has a colon and names no figure"


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (page(underlying="QQQ"), CardText(card="Underlying", text="QQQ")),
        (page(dates="January 3, 2023"), START),
        (page(entry=["Every Friday", "Open trades at 11:25 AM", "Use exact DTE"]), Bullet(prefix="Every", text="Friday")),
    ],
)
def test_what_was_asked_for_is_not(shown: dict[str, Any], wanted: Expectation) -> None:
    assert strange(page(), shown, [wanted]) == []


@pytest.mark.parametrize("wanted", [Asked(texts=("Monthly",)), Hint(prefixes=("Early",), clock="14:45")])
def test_where_the_words_are_not_known_lines_may_come_and_go(wanted: Expectation) -> None:
    assert strange(page(), page(entry=["Open trades at 11:25 AM", "On the first Monday"]), [wanted]) == []


def test_a_date_may_be_that_of_the_panel_and_written_in_another_way() -> None:
    panel = {"before": {"entries": [["Dates", "Start Date", "05/17/2022", False]], "legs": []}}
    assert strange({**page(), "panel": panel}, page(dates="May 17, 2022"), [TARGET]) == []
    assert strange(page(), page(dates="05/16/2022"), [TARGET]) == []


def test_a_card_that_one_page_does_not_have_proves_nothing() -> None:
    assert strange(page(), {**page(), "facts": [], "bullets": []}, [TARGET]) == []
