"""The wizard at a terminal, with a daemon that drives the practice site: from the first question to figures, and the same again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ooctl.exits import ExitStatus
from tests.support.daemon import DaemonProcess, daemon
from tests.support.process import CLEAN, ROOT
from tests.support.terminal import Terminal, terminal

pytestmark = pytest.mark.browser

PLUGIN = """
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Choice, Float
from oodaemon.parameters.form import SetField


class MarginAllocation(Parameter):
    name = "margin_allocation"
    description = "Margin allocation per trade, as somebody else wrote it"
    section = "Funds & Allocation"
    value = Float(minimum=0.5, maximum=80, step=2.5, unit="%")
    options = {"rounding": Choice(choices=("plain", "fancy"), default="plain", description="Does nothing")}

    def actions(self, setting):
        return (SetField(section=self.section, label="Margin Allocation % Per Trade", text=setting.text),)
"""


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installed distribution that declares a parameter."""
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "my_parameters.py").write_text(PLUGIN)
    info = folder / "my_parameters-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-parameters\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[oodaemon.parameters]\nmargin_allocation = my_parameters:MarginAllocation\n")
    return folder


@pytest.fixture(scope="module")
def practising(plugins: Path) -> Iterator[DaemonProcess]:
    """A daemon that drives its own practice site, and knows the parameter."""
    with daemon("--practice", "--browsers", "1", PYTHONPATH=f"{ROOT}:{plugins}") as process:
        yield process


@pytest.fixture
def wizard(practising: DaemonProcess, tmp_path: Path) -> Iterator[Terminal]:
    """`ooctl run` on a terminal."""
    env = {**CLEAN, "OOCTL_DAEMON": practising.target, "XDG_STATE_HOME": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
    with terminal([sys.executable, "-m", "ooctl", "run"], env, columns=100, rows=40, cwd=tmp_path) as shown:
        yield shown


def described(at: DaemonProcess, run: str) -> tuple[Any, ...]:
    """What makes a run: its specification and its tasks with their values."""
    status = at.json("status", run)
    tasks = [(task["index"], task["parameters"]) for task in at.json("tasks", run)]
    return status["spec"], status["test"], tasks


def newest(at: DaemonProcess) -> str:
    return str(at.json("list")[0]["run_id"])


def test_a_sweep_is_submitted_and_finished_and_the_printed_command_and_the_file_do_it_again(
    practising: DaemonProcess, wizard: Terminal, tmp_path: Path
) -> None:
    wizard.answer("Which saved test?", "afternoon", "enter")
    wizard.answer("What should be tried on it?", "enter")
    wizard.answer("Which parameter?", "profit_target", "enter")
    wizard.answer("Options of profit_target", "enter")
    wizard.answer("Which values of profit_target?", "10..30/10")
    assert "3 values: 10, 20, 30" in wizard.expect("= ")
    wizard.press("enter")
    wizard.answer("Anything else?", "enter")
    summary = wizard.expect("Run it?")
    assert "Afternoon Call Spread" in summary
    assert "Backtests   3; none was run before" in summary
    wizard.press("enter")
    wizard.answer("Save it as a file", "down", "enter")
    wizard.answer("What is the file called?", "enter")
    assert wizard.end() == ExitStatus.OK, wizard.screen.all_text()
    assert wizard.settings() == wizard.before

    first = newest(practising)
    results = practising.json("results", first)
    assert [(row["status"], row["parameters"]["profit_target"]) for row in results] == [
        ("COMPLETED", value) for value in (10, 20, 30)
    ]
    assert len({row["metrics"]["pl"] for row in results}) > 1

    printed = next(line for line in wizard.screen.text().splitlines() if line.startswith("ooctl submit "))
    again = practising.ask(*shlex.split(printed)[1:])
    assert again.returncode == 0, again.stderr
    from_file = practising.ask("submit", str(tmp_path / "afternoon-call-spread.yaml"))
    assert from_file.returncode == 0, from_file.stderr
    runs = [first, again.stdout.strip(), from_file.stdout.strip()]
    assert len(set(runs)) == 3
    assert described(practising, runs[1]) == described(practising, runs[2]) == described(practising, first)


def test_a_parameter_of_another_package_appears_by_itself_and_is_run(practising: DaemonProcess, wizard: Terminal) -> None:
    wizard.answer("Which saved test?", "morning put", "enter")
    wizard.answer("What should be tried on it?", "enter")
    wizard.answer("Which parameter?", "margin")
    assert "Margin allocation per trade, as somebody else wrote it" in wizard.expect("margin_allocation")
    wizard.press("enter")
    assert "rounding = plain" in wizard.answer("Options of margin_allocation", "enter")
    assert "Numbers in %, 0.5 to 80" in wizard.answer("Which values of margin_allocation?", "90")
    wizard.answer("90 is above the maximum 80", "ctrl-u", "5..10")
    assert "3 values: 5, 7.5, 10" in wizard.expect("= ")
    wizard.press("enter")
    wizard.answer("Anything else?", "enter")
    wizard.answer("Run it?", "enter")
    wizard.answer("Save it as a file", "enter")
    assert wizard.end() == ExitStatus.OK, wizard.screen.all_text()

    results = practising.json("results", newest(practising))
    assert [(row["status"], row["parameters"]["margin_allocation"]) for row in results] == [
        ("COMPLETED", value) for value in (5, 7.5, 10)
    ]


def test_a_saved_test_that_is_not_there_is_said_and_nothing_is_submitted(wizard: Terminal) -> None:
    wizard.answer("Which saved test?", "nobody has this", "enter")
    wizard.answer("! there is no saved test", "ctrl-c")
    assert wizard.end() == ExitStatus.INTERRUPTED
    assert wizard.screen.text().splitlines()[-1] == "left; nothing was submitted"
