"""What a report makes of findings, and the metric cards of a page."""

import pytest

from oodaemon.browser.checkup import Finding, Report, Verdict, check_metrics, everything
from oodaemon.browser.locate import Named
from oodaemon.browser.needs import Need, parse
from oodaemon.browser.recordings import load
from tests.unit.browser.copies import REAL

KNOWN = load(REAL)
WHOLE = [(card.labels[0], "1", 0) for name, card in KNOWN.metrics.items() if name != "avg_days_in_trade"]


def verdicts(cards: list[tuple[str, str, int]]) -> dict[str, str]:
    return {finding.locator: finding.verdict.value for finding in check_metrics(KNOWN, cards)}


def without(*labels: str) -> list[tuple[str, str, int]]:
    return [card for card in WHOLE if card[0] not in labels]


def test_what_is_wrong_on_one_page_outweighs_what_is_right_on_another() -> None:
    report = Report()
    for verdict in (Verdict.NOT_REACHED, Verdict.UNIQUE, Verdict.GONE, Verdict.AMBIGUOUS, Verdict.UNIQUE, Verdict.NOT_REACHED):
        report.note(Finding('"a"', verdict, where=verdict.value))
    assert [(f.verdict, f.where) for f in report.findings] == [(Verdict.GONE, "gone")]
    assert not report.is_sound


@pytest.mark.parametrize(
    ("verdicts_", "is_sound"),
    [
        ([Verdict.UNIQUE, Verdict.NOT_REACHED], True),
        ([Verdict.NOT_REACHED], False),
        ([Verdict.UNIQUE, Verdict.AMBIGUOUS], False),
        ([Verdict.UNIQUE, Verdict.GONE], False),
        ([], False),
    ],
)
def test_a_report_is_sound_when_all_that_was_reached_is_unique(verdicts_: list[Verdict], is_sound: bool) -> None:
    report = Report()
    for number, verdict in enumerate(verdicts_):
        report.note(Finding(str(number), verdict))
    assert report.is_sound is is_sound


def test_the_summary_counts() -> None:
    report = Report()
    report.note(Finding("a", Verdict.UNIQUE, 1, 2, 3))
    report.note(Finding("b", Verdict.UNIQUE, 1, 1, 3))
    report.note(Finding("c", Verdict.GONE))
    report.note(Finding("d", Verdict.NOT_REACHED))
    assert report.summary() == "4 locators: 2 unique, 0 ambiguous, 1 gone, 1 not reached; 1 held by a later alternative"


def test_a_whole_page_of_metrics_is_unique() -> None:
    found = verdicts(WHOLE)
    assert {found[f'"{label}" in "results"'] for label, *_ in WHOLE} == {"unique"}


def test_cards_the_site_leaves_out_are_not_missed() -> None:
    loser = verdicts(without("Total Premium", "Capture Rate"))
    assert set(loser.values()) == {"unique", "not reached"}
    second = [
        KNOWN.metrics[name].labels[0]
        for name in KNOWN.metrics
        if name.startswith(("avg_", "max_winner", "max_loser", "total_tr", "winn"))
    ]
    empty = verdicts(without("MAR Ratio", "Total Premium", "Capture Rate", *second))
    assert set(empty.values()) == {"unique", "not reached"}
    days = verdicts([*without("Avg Minutes In Trade"), ("Avg Days In Trade", "7.3", 0)])
    assert "gone" not in days.values()


@pytest.mark.parametrize("label", ["P/L", "Win Percentage", "Ending Capital", "Avg Winner", "Trades"])
def test_a_card_that_should_be_there_is_gone(label: str) -> None:
    assert [name for name, verdict in verdicts(without(label)).items() if verdict == "gone"] == [f'"{label}" in "results"']


def test_a_card_that_is_there_twice_is_ambiguous() -> None:
    assert verdicts([*WHOLE, ("P/L", "2", 1)])['"P/L" in "results"'] == "ambiguous"


def test_everything_names_every_locator_once() -> None:
    names = [finding.locator for finding in everything(KNOWN, "why")]
    assert {f'"{label}" in "{section}"' for section, label in KNOWN.fields} <= set(names)
    assert '"step 1: click" in "run"' in names
    assert '"Misc." in "New Backtest"' in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("Use VIX", Need("Misc.", "Use VIX")),
        ("Use Min/Max Entry Premium", Need("Misc.", "Use Min/Max Entry Premium")),
        ("Stop Loss=100", Need("Misc.", "Stop Loss", "100")),
        ("Profit & Loss/Stop Loss=100", Need("Profit & Loss", "Stop Loss", "100")),
        ("Exit Conditions/Use Short/Long Ratio", Need("Exit Conditions", "Use Short/Long Ratio")),
        ("(only in 2026)", Need(remark="only in 2026")),
        ("!Use VIX", Need("Misc.", "Use VIX", is_off=True)),
        ("!Exit Conditions/Use Short/Long Ratio", Need("Exit Conditions", "Use Short/Long Ratio", is_off=True)),
    ],
)
def test_needs_are_read(text: str, need: Need) -> None:
    assert parse(text, "Misc.", KNOWN) == need


def test_every_need_names_a_toggle_or_field_that_is_listed() -> None:
    for (section, label), texts in KNOWN.needs.items():
        assert (section, label) in KNOWN.fields
        for need in (parse(text, section, KNOWN) for text in texts):
            assert need.remark or (need.section, need.label) in KNOWN.fields, need


def test_every_check_names_a_locator_or_field_that_is_listed() -> None:
    for place, check in KNOWN.checks.items():
        page, _, name = place.partition(".")
        assert name in KNOWN.pages[page], place
        for field in filter(None, (check.within, check.opens)):
            section, _, label = field.partition("/")
            assert field == "dialog" or (section, label) in KNOWN.fields


def test_names_of_locators_are_those_of_people() -> None:
    names = KNOWN.names()
    assert str(Named("Profit Target", "Profit & Loss")) in names
    assert '"step 2: waitForElement" in "open_panel"' in names
    assert all(name.startswith('"') for name in names)
