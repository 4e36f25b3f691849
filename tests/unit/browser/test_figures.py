"""The figures of a result page, in every format that was seen."""

import pytest

from oodaemon.browser.figures import Standing, parse_number, read_cards, standing
from oodaemon.browser.recordings import MetricCard
from oodaemon.failures.site import Mismatched

KNOWN = {
    "pl": MetricCard(("P/L",), "$"),
    "cagr": MetricCard(("CAGR",), "%"),
    "max_drawdown": MetricCard(("Max Drawdown",), "%"),
    "mar": MetricCard(("MAR Ratio", "MAR"), ""),
    "total_premium": MetricCard(("Total Premium",), "$"),
    "capture_rate": MetricCard(("Capture Rate",), "%"),
    "avg_per_trade": MetricCard(("Avg Per Trade",), "$"),
    "avg_winner": MetricCard(("Avg Winner",), "$"),
    "avg_minutes_in_trade": MetricCard(("Avg Minutes In Trade",), ""),
    "total_trades": MetricCard(("Trades", "Total Trades"), ""),
    "winners": MetricCard(("Winners",), ""),
}


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("$110,775", "$", 110775),
        ("-$28,499", "$", -28499),
        ("$0", "$", 0),
        ("$1,234,567", "$", 1234567),
        ("23.3%", "%", 23.3),
        ("-9%", "%", -9),
        ("251.3%", "%", 251.3),
        ("-5.4%", "%", -5.4),
        ("0%", "%", 0),
        (".5%", "%", 0.5),
        ("4.3", "", 4.3),
        ("-0.3", "", -0.3),
        ("77", "", 77),
        ("74.8", "", 74.8),
        ("167", "", 167),
        ("$15 / lot", "$", 15),
        ("-$4 / lot", "$", -4),
        ("$1,015 / LOT", "$", 1015),
        ("$15/lot", "$", 15),
        ("\N{MINUS SIGN}$4 / lot", "$", -4),
        ("\N{FULLWIDTH HYPHEN-MINUS}9%", "%", -9),
        ("\N{EN DASH}$4 / lot", "$", -4),
        ("$110,775.32", "$", 110775.32),
        ("23.3125%", "%", 23.3125),
        ("+$2,000", "$", 2000),
        ("($28,499)", "$", -28499),
        ("(9.5%)", "%", -9.5),
        ("($4) / lot", "$", -4),
        ("$\N{THIN SPACE}15\N{NO-BREAK SPACE}/ lot", "$", 15),
        ("\N{ZERO WIDTH SPACE}4.3", "", 4.3),
        ("  $15 ", "$", 15),
        ("1,234", "", 1234),
        ("1000", "", 1000),
    ],
)
def test_a_number_is_read_in_every_format_of_the_site(text: str, unit: str, number: float) -> None:
    read = parse_number(text, unit, "card")
    assert read == number
    assert isinstance(read, float)


@pytest.mark.parametrize("text", ["N/A", "n/a", " NA ", "-", "\N{EN DASH}", "\N{EM DASH}", "N/A / lot"])
@pytest.mark.parametrize("unit", ["$", "%", ""])
def test_what_is_not_available_is_no_number_and_not_zero(text: str, unit: str) -> None:
    assert parse_number(text, unit, "Avg Loser") is None


@pytest.mark.parametrize("text", ["-$0", "-0%", "-0"])
def test_there_is_no_negative_zero(text: str) -> None:
    unit = "$" if "$" in text else "%" if "%" in text else ""
    assert str(parse_number(text, unit, "card")) == "0.0"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "%",
        "-$",
        "$ / lot",
        "$.",
        "1,23",
        "12,3456",
        "1234,567",
        ",5",
        "1,",
        "1.2.3",
        "--5",
        "$-5",
        "(5)",
        "(-$5)",
        "($5",
        "+-$5",
        "5-",
        "1e5",
        "abc",
        "loading...",
        "NaN",
        "7 days",
        "23.3%%",
    ],
)
@pytest.mark.parametrize("unit", ["$", "%", ""])
def test_what_is_no_number_is_refused(text: str, unit: str) -> None:
    with pytest.raises(Mismatched, match=r"^the card P/L shows .*, which is no number$"):
        parse_number(text, unit, "P/L")


@pytest.mark.parametrize("text", ["113 87", "1 234", "4.3 2.1"])
def test_two_numbers_are_not_run_together_into_one(text: str) -> None:
    with pytest.raises(Mismatched):
        parse_number(text, "", "Trades")


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("23.3%", "$", "with $"),
        ("23.3", "$", "with $"),
        ("$5", "%", "with %"),
        ("5", "%", "with %"),
        ("$5", "", "without a unit"),
        ("5%", "", "without a unit"),
        ("$5%", "$", "with $"),
        ("$5%", "%", "with %"),
    ],
)
def test_a_number_of_another_unit_is_refused(text: str, unit: str, wanted: str) -> None:
    with pytest.raises(Mismatched) as caught:
        parse_number(text, unit, "CAGR")
    assert str(caught.value) == f"the card CAGR shows {text!r}, where a number {wanted} was expected"


def test_the_cards_of_a_page_become_figures() -> None:
    cards = [
        ("P/L", "-$28,499"),
        ("CAGR", "-9%"),
        ("Max Drawdown", "-31.2%"),
        ("MAR Ratio", "-0.3"),
        ("Trades", "113"),
        ("Winners", "87"),
    ]
    reading = read_cards(cards, KNOWN)
    assert reading.metrics == {"pl": -28499, "cagr": -9, "max_drawdown": -31.2, "mar": -0.3, "total_trades": 113, "winners": 87}
    assert reading.extra == {}


def test_a_card_that_is_absent_has_no_figure() -> None:
    """A losing run shows no Total Premium and no Capture Rate; a run without trades hardly anything."""
    reading = read_cards([("P/L", "$0"), ("CAGR", "0%"), ("Max Drawdown", "0%")], KNOWN)
    assert reading.metrics == {"pl": 0, "cagr": 0, "max_drawdown": 0}
    assert read_cards([], KNOWN).metrics == {}


def test_a_card_that_says_not_available_has_no_figure_and_is_no_extra() -> None:
    reading = read_cards([("P/L", "$5"), ("Avg Winner", "N/A")], KNOWN)
    assert reading.metrics == {"pl": 5}
    assert reading.extra == {}


def test_an_unknown_card_is_kept_as_text_whatever_it_shows() -> None:
    reading = read_cards([("Sharpe Ratio", "2.10"), ("Sortino", "n/a"), ("P/L", "$5")], KNOWN)
    assert reading.metrics == {"pl": 5}
    assert reading.extra == {"Sharpe Ratio": "2.10", "Sortino": "n/a"}


def test_days_are_never_taken_for_minutes() -> None:
    reading = read_cards([("Avg Days In Trade", "7.3")], KNOWN)
    assert reading.metrics == {}
    assert reading.extra == {"Avg Days In Trade": "7.3"}


@pytest.mark.parametrize("label", ["MAR", "MAR Ratio", "mar ratio", " MAR  Ratio "])
def test_a_label_is_known_by_any_of_its_names_without_regard_to_case_and_spaces(label: str) -> None:
    assert read_cards([(label, "4.3")], KNOWN).metrics == {"mar": 4.3}


@pytest.mark.parametrize("label", ["Total Winners", "Winner", "Max Drawdown (EOD)"])
def test_a_label_is_matched_as_a_whole(label: str) -> None:
    assert read_cards([(label, "5")], KNOWN).metrics == {}


@pytest.mark.parametrize("cards", [[("P/L", "$5"), ("P/L", "$5")], [("Trades", "7"), ("Total Trades", "7.0")]])
def test_a_card_that_is_there_twice_and_says_the_same_is_one_figure(cards: list[tuple[str, str]]) -> None:
    assert len(read_cards(cards, KNOWN).metrics) == 1


@pytest.mark.parametrize("cards", [[("P/L", "$5"), ("P/L", "$6")], [("P/L", "-$5"), ("P/L", "$5")], [("P/L", "$0"), ("P/L", "$5")]])
def test_a_card_that_is_there_twice_and_differs_is_refused(cards: list[tuple[str, str]]) -> None:
    with pytest.raises(Mismatched, match="the page shows P/L twice, as "):
        read_cards(cards, KNOWN)


def test_a_known_card_without_a_number_refuses_the_page() -> None:
    with pytest.raises(Mismatched, match="the card CAGR shows 'calculating'"):
        read_cards([("P/L", "$5"), ("CAGR", "calculating")], KNOWN)


@pytest.mark.parametrize("text", ["\N{INFINITY}", "-\N{INFINITY}", "Infinity", "\N{INFINITY} / lot"])
def test_a_ratio_to_nothing_is_kept_as_it_stands_there(text: str) -> None:
    reading = read_cards([("P/L", "$5"), ("MAR Ratio", text)], KNOWN)
    assert (reading.metrics, reading.extra) == ({"pl": 5}, {"MAR Ratio": text})


WHOLE = [("P/L", "$5"), ("CAGR", "4%"), ("Trades", "10"), ("Winners", "6")]


@pytest.mark.parametrize("nothing", ["N/A", "-", "\N{EM DASH}"])
@pytest.mark.parametrize("label", ["CAGR", "Winners", "Trades"])
def test_a_figure_that_every_result_has_is_still_to_come(label: str, nothing: str) -> None:
    page = read_cards([(name, nothing if name == label else text) for name, text in WHOLE], KNOWN)
    assert standing(page) is Standing.TORN


def test_a_page_without_its_second_row_may_be_unfinished() -> None:
    assert standing(read_cards(WHOLE[:2], KNOWN)) is Standing.TORN, "money without trades"
    assert standing(read_cards([("P/L", "$0"), ("CAGR", "0%")], KNOWN)) is Standing.EMPTY


def test_figures_that_contradict_each_other_are_no_whole_page() -> None:
    assert standing(read_cards([*WHOLE, ("Total Premium", "$50"), ("Capture Rate", "70%")], KNOWN)) is Standing.TORN


def test_a_whole_page_is_finished() -> None:
    assert standing(read_cards(WHOLE, KNOWN)) is Standing.WHOLE
    assert standing(read_cards([*WHOLE, ("Avg Winner", "N/A")], KNOWN)) is Standing.WHOLE
