"""Forms that correct, forget or delay what is typed, refuse it, or have it twice."""

import pytest

from tests.faults.daemon import Daemon
from tests.faults.verdict import COMPLETED, FAILED, SKIPPED, check
from tests.support.standin.site import Site

pytestmark = pytest.mark.browser
REASON = "Profit target 25 is not available for this strategy"


@pytest.mark.parametrize(
    ("parameter", "given", "kept"), [("profit_target", "30.5", "20"), ("delta", "30.5", "20"), ("entry_time", "10:31", "10:45")]
)
def test_value_is_corrected_on_blur(site: Site, daemon: Daemon, parameter: str, given: str, kept: str) -> None:
    test = site.add(rounds=True)
    ended = daemon.sweep(test.test_id, f"{parameter}={given},{kept}")
    check(test, ended, parameter, (given, kept), ends=(COMPLETED, FAILED))
    assert ended.states == [FAILED, COMPLETED]
    assert "MISMATCH" in ended.failures[0]


def test_value_is_corrected_by_the_server(site: Site, daemon: Daemon) -> None:
    test = site.add(rounds_at_submit=True)
    ended = daemon.sweep(test.test_id, "profit_target=30.5,20")
    check(test, ended, "profit_target", ("30.5", "20"), ends=(COMPLETED, FAILED))
    assert ended.states == [FAILED, COMPLETED]


@pytest.mark.parametrize("how", ["change", "blur", "drops_first"])
@pytest.mark.parametrize("parameter", ["profit_target", "delta"])
def test_how_a_value_is_taken_over(site: Site, daemon: Daemon, how: str, parameter: str) -> None:
    test = site.add(input=how)
    check(test, daemon.sweep(test.test_id, f"{parameter}=20"), parameter, ("20",))


@pytest.mark.parametrize(("parameter", "legs_card"), [("profit_target", "readable"), ("delta", "readable"), ("delta", "absent")])
def test_value_is_taken_over_later(site: Site, daemon: Daemon, parameter: str, legs_card: str) -> None:
    test = site.add(input="debounced", legs_card=legs_card)
    check(test, daemon.sweep(test.test_id, f"{parameter}=20,35"), parameter, ("20", "35"), ends=(COMPLETED, FAILED))


@pytest.mark.parametrize("look", [{}, {"complaint": "text-ooRed"}, {"complaint_icon": True}], ids=["plain", "class", "icon"])
def test_site_refuses_a_value(site: Site, daemon: Daemon, look: dict[str, object]) -> None:
    test = site.add(refuses=["25"], **look)
    ended = daemon.sweep(test.test_id, "profit_target=25,35")
    check(test, ended, "profit_target", ("25", "35"), ends=(COMPLETED, SKIPPED))
    assert ended.states == [SKIPPED, COMPLETED]
    assert REASON in ended.results[0]["reason"]


def test_click_on_run_does_not_register(site: Site, daemon: Daemon) -> None:
    """A red line that was there before the click is no refusal."""
    test = site.add(swallow=1, red_note=True)
    check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",))


@pytest.mark.parametrize("is_far", [False, True], ids=["in-place", "far"])
@pytest.mark.parametrize(("had", "unit", "value"), [("%", "$", "4.5"), ("$", "%", "40"), ("%", "CO", "0.25")])
def test_unit(site: Site, daemon: Daemon, had: str, unit: str, value: str, is_far: bool) -> None:
    test = site.add({"ptu": had, "pt": "5"}, options_far=is_far)
    ended = daemon.sweep(test.test_id, f"profit_target={value}", f"profit_target.unit={unit}")
    check(test, ended, "profit_target", (value,), unit=unit)
    assert [(form["pt"], form["ptu"]) for form in test.computed] == [(value, unit)]


@pytest.mark.parametrize("groups", ["fields", "sections"])
def test_field_is_there_more_than_once(site: Site, daemon: Daemon, groups: str) -> None:
    test = site.add(groups=groups)
    ended = daemon.sweep(test.test_id, "profit_target=20")
    check(test, ended, "profit_target", ("20",), ends=(FAILED,))
    assert "DRIFT" in ended.failures[0]
    assert test.computed == []
