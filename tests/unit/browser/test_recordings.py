"""The recordings that come with the program, and what is read out of them."""

from pathlib import Path

import pytest

from oodaemon.browser import state
from oodaemon.browser.recordings import FLOW, SEGMENTS, SELECTORS, MetricCard, load
from oodaemon.browser.selectors import is_in_page
from oodaemon.model.tasks import METRICS
from tests.unit.browser.copies import REAL, copy_of_recordings, edit, steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of_recordings(tmp_path)


def test_the_recordings_of_the_program_are_complete() -> None:
    recordings = load(REAL)
    assert set(SEGMENTS) <= set(recordings.segments)
    assert recordings.viewport == (1440, 900)
    assert set(recordings.metrics) == set(METRICS)
    assert recordings.metrics["mar"] == MetricCard(("MAR Ratio", "MAR"), "")
    assert recordings.timing["quiet_after_popup"] == 1.5
    assert "about" not in recordings.timing


def test_every_figure_has_the_unit_its_card_shows() -> None:
    by_unit: dict[str, set[str]] = {"$": set(), "%": set(), "": set()}
    for name, card in load(REAL).metrics.items():
        by_unit[card.unit].add(name)
    assert by_unit["%"] == {"cagr", "max_drawdown", "win_percentage", "capture_rate"}
    assert by_unit[""] == {"mar", "avg_minutes_in_trade", "avg_days_in_trade", "total_trades", "winners"}


def test_no_label_of_days_is_taken_for_minutes() -> None:
    assert load(REAL).metrics["avg_minutes_in_trade"].labels == ("Avg Minutes In Trade",)


def test_no_label_stands_for_two_figures() -> None:
    labels = [label.casefold() for card in load(REAL).metrics.values() for label in card.labels]
    assert len(labels) == len(set(labels))


def test_steps_are_in_order_with_their_deadlines_and_alternatives() -> None:
    sign_in = load(REAL).segments["sign_in"]
    assert [step.type for step in sign_in] == ["navigate", "change", "change", "click"]
    assert [step.value for step in sign_in] == ["", "{email}", "{password}", ""]
    assert sign_in[1].timeout == 20
    assert sign_in[1].selectors[1:] == ("css=form input[type=email]", "xpath=.//input[@type='email']")


def test_the_deadline_of_segments_is_that_of_their_steps() -> None:
    recordings = load(REAL)
    assert recordings.deadline("run") == 10
    assert recordings.deadline("open_panel") == 45
    assert recordings.deadline("run", "open_panel") == 55


def test_a_step_without_a_timeout_has_that_of_the_flow_or_the_usual_one(folder: Path) -> None:
    edit(folder, FLOW, lambda flow: [flow.__setitem__("timeout", 7000), next(steps(flow, "run")).pop("timeout")])
    assert load(folder).deadline("run") == 7
    edit(folder, FLOW, lambda flow: flow.pop("timeout"))
    assert load(folder).deadline("run") == 30


def test_chained_selectors_are_joined(folder: Path) -> None:
    edit(folder, FLOW, lambda flow: next(steps(flow, "run")).__setitem__("selectors", [["#form", "xpath/.//button"], "text/Run"]))
    assert load(folder).segments["run"][0].selectors == ("css=#form >> xpath=.//button", "text=Run")


def test_locators_are_in_the_syntax_of_playwright_and_expanded() -> None:
    recordings = load(REAL)
    assert recordings.locator("tests", "table_view") == ("xpath=.//span[normalize-space(.)='Table']", "text=Table")
    (control,) = recordings.field("Profit & Loss", "Stop Loss")
    assert control.startswith("xpath=.//label[")
    assert "='Stop Loss'" in control
    (section,) = recordings.section("Profit & Loss")
    assert "='Profit & Loss'" in section


def test_what_is_not_listed_is_found_by_its_name() -> None:
    recordings = load(REAL)
    (section,) = recordings.section("Misc.")
    assert section.startswith("xpath=.//h3[")
    assert "='Misc.'" in section
    (label,) = recordings.field("Entry Conditions", "Max VIX")
    assert label.startswith("xpath=.//label[")
    (toggle,) = recordings.field("Entry Conditions", "Use VIX", "toggle")
    assert toggle.startswith("xpath=.//button[@role='switch']")
    assert "='Use VIX'" in toggle


def test_a_listed_alternative_is_used_instead_of_the_name(folder: Path) -> None:
    edit(
        folder,
        SELECTORS,
        lambda named: named["sections"]["Profit & Loss"]["fields"].__setitem__("Stop Loss", ["#sl", "label/Loss"]),
    )
    first, second = load(folder).field("Profit & Loss", "Stop Loss")
    assert first == "css=#sl"
    assert "='Loss'" in second


def test_every_locator_handed_to_the_scripts_is_one_they_can_resolve() -> None:
    spec = state.selectors(load(REAL))
    texts = {"unsaved", "selected", "profitLabels"}
    assert all(is_in_page(selector) for name, alternatives in spec.items() if name not in texts for selector in alternatives)
