"""The main job on the practice site: what is recorded is the truth."""

import dataclasses
import datetime
from collections.abc import Iterator

import pytest

from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.form import Form
from oodaemon.practice.truth import figures
from tests.support.daemon import DaemonProcess, daemon, metrics_by

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def practising() -> Iterator[DaemonProcess]:
    """A daemon that drives its own practice site."""
    with daemon("--practice") as process:
        yield process


def saved(name: str) -> SavedTest:
    return next(test for test in SAVED_TESTS.values() if test.name == name)


def truth(form: Form) -> dict[str, float | None]:
    return figures(form).metrics()


def test_a_sweep_of_twelve_records_the_truth(practising: DaemonProcess) -> None:
    test = saved("Afternoon Call Spread")
    run = practising.submit(test.name, "profit_target=5..60/5")
    watched = practising.ctl("watch", run)
    assert watched.returncode == 0, watched.stderr
    results = practising.json("results", run)
    assert [row["status"] for row in results] == ["COMPLETED"] * 12
    assert [row["parameters"] for row in results] == [{"profit_target": value} for value in range(5, 61, 5)]
    for value, recorded in metrics_by(results, "profit_target").items():
        assert recorded == truth(dataclasses.replace(test.form, profit_target=float(value), profit_target_unit="%")), value


CHANGES = [
    ("Afternoon Call Spread", ["profit_target=0.5,1.25", "profit_target.unit=$"], {"profit_target_unit": "$"}, "profit_target"),
    ("Afternoon Call Spread", ["profit_target=0.25,1", "profit_target.unit=CO"], {"profit_target_unit": "CO"}, "profit_target"),
    ("Afternoon Call Spread", ["stop_loss=100,150.5"], {"stop_loss_unit": "%"}, "stop_loss"),
    ("Afternoon Call Spread", ["stop_loss=2,4", "stop_loss.unit=$"], {"stop_loss_unit": "$"}, "stop_loss"),
]


@pytest.mark.parametrize(("name", "assignments", "units", "parameter"), CHANGES)
def test_targets_are_applied_with_their_unit(
    practising: DaemonProcess, name: str, assignments: list[str], units: dict[str, str], parameter: str
) -> None:
    test = saved(name)
    run = practising.submit(test.name, *assignments)
    assert practising.ctl("watch", run).returncode == 0
    found = metrics_by(practising.json("results", run), parameter)
    assert len(found) == 2
    for value, recorded in found.items():
        assert recorded == truth(dataclasses.replace(test.form, **{parameter: float(value), **units})), value


def test_entry_time_is_set_as_asked(practising: DaemonProcess) -> None:
    test = saved("Late Morning Iron Condor")
    run = practising.submit(test.id, "entry_time=09:45..13:00/75")
    assert practising.ctl("watch", run).returncode == 0
    found = metrics_by(practising.json("results", run), "entry_time")
    assert list(found) == ["09:45", "11:00", "12:15"]
    for value, recorded in found.items():
        assert recorded == truth(dataclasses.replace(test.form, entry_time=datetime.time.fromisoformat(value))), value


@pytest.mark.parametrize(("apply_to", "rights"), [("both", {"Call", "Put"}), ("put_only", {"Put"}), ("call_only", {"Call"})])
def test_delta_sets_the_legs_priced_in_delta(practising: DaemonProcess, apply_to: str, rights: set[str]) -> None:
    test = saved("Late Morning Iron Condor")
    run = practising.submit(test.name, "delta=10,22", f"delta.apply_to={apply_to}")
    assert practising.ctl("watch", run).returncode == 0
    found = metrics_by(practising.json("results", run), "delta")
    assert len(found) == 2
    for value, recorded in found.items():
        legs = tuple(
            dataclasses.replace(leg, value=float(value)) if leg.unit == "Δ" and leg.right in rights else leg
            for leg in test.form.legs
        )
        assert legs != test.form.legs
        assert recorded == truth(dataclasses.replace(test.form, legs=legs)), (apply_to, value)


def test_a_test_without_such_a_leg_burns_one_task_and_then_refuses_submissions(practising: DaemonProcess) -> None:
    run = practising.submit("Fixed Premium Put Spread", "delta=10,20,30")
    watched = practising.ctl("watch", run)
    assert watched.returncode == 11
    tasks = practising.json("tasks", run)
    assert [task["status"] for task in tasks].count("SKIPPED") == 1
    assert {task["status"] for task in tasks} == {"SKIPPED", "CANCELLED"}
    (row,) = practising.json("results", run)
    assert row["reason"] == "the test has no leg priced in Δ"
    assert all(figure is None for figure in row["metrics"].values())
    again = practising.ctl("submit", "--test", "Fixed Premium Put Spread", "-p", "delta=10,20")
    assert again.returncode == 2
    assert "delta: cannot be set: the test has no leg priced in Δ; change the saved test" in again.stderr


def test_zero_trades_are_figures_too(practising: DaemonProcess) -> None:
    test = saved("Never Enters")
    run = practising.submit(test.name, "stop_loss=50")
    assert practising.ctl("watch", run).returncode == 0
    (row,) = practising.json("results", run)
    assert row["metrics"] == truth(dataclasses.replace(test.form, stop_loss=50.0, stop_loss_unit="%"))
    assert row["metrics"]["pl"] == 0
    assert row["metrics"]["mar"] is None
    assert row["metrics"]["total_trades"] is None


BAD = [
    (["--test", "1", "-p", "dleta=5,6"], 2, "did you mean delta?"),
    (["--test", "1", "-p", "delta=200"], 2, "above the maximum 100"),
    (["--test", "1", "-p", "profit_target=12.345"], 2, "at most 2 decimals"),
    (["--test", "1", "-p", "entry_time=09:31"], 2, "09:32-15:59"),
    (["--test", "1", "-p", "entry_time=16:00"], 2, "09:32-15:59"),
    (["--test", "1", "-p", "delta=50..5"], 2, "before its start"),
    (["--test", "No Such Test", "-p", "delta=5"], 3, "No Such Test"),
    (["--test", "999", "-p", "delta=5"], 3, "999"),
    (["--test", "https://example.com/test/abcdefghij0123456789", "-p", "delta=5"], 2, "example.com"),
]


@pytest.mark.parametrize(("args", "code", "words"), BAD)
def test_bad_input_is_one_clear_sentence_and_creates_nothing(
    practising: DaemonProcess, args: list[str], code: int, words: str
) -> None:
    before = practising.json("list")
    done = practising.ctl("submit", *args)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert practising.json("list") == before
