"""Every parameter, those of another distribution too, held to the truth through Chromium on the practice site."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oodaemon.parameters.registry import discover

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
PLUGIN = """
from oodaemon.parameters.base import Parameter
from oodaemon.parameters.fields import Float
from oodaemon.parameters.form import SetField


class MarginAllocation(Parameter):
    name = "margin_allocation"
    description = "Margin allocation per trade"
    section = "Funds & Allocation"
    value = Float(minimum=0.01, maximum=100, step=5, unit="%")

    def actions(self, setting):
        return (SetField(section=self.section, label="{label}", text=setting.text),)
"""


def check(*words: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`oodaemon parameters check`, as its author runs it; plug-ins are found in `path`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OODAEMON_", "OO_"))}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT), *([str(path)] if path else [])])
    command = [sys.executable, "-m", "oodaemon", "parameters", "check", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900, check=False)


def install(folder: Path, label: str) -> Path:
    """A distribution with a plug-in, as an installer would leave it."""
    (folder / "oo_margin.py").write_text(PLUGIN.replace("{label}", label), "utf-8")
    info = folder / "oo_margin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: oo-margin\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[oodaemon.parameters]\nmargin_allocation = oo_margin:MarginAllocation\n", "utf-8")
    return folder


def test_every_parameter_that_comes_with_the_daemon_holds(room: Path) -> None:
    names = [parameter.name for parameter in discover([])]
    done = check(*names)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith("ok")) == names


def test_a_parameter_of_another_distribution_holds(room: Path, tmp_path: Path) -> None:
    done = check("margin_allocation", path=install(tmp_path, "Margin Allocation % Per Trade"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("ok     margin_allocation: 5.01, 10.01, 15.01")


def test_a_parameter_that_reaches_nothing_does_not_hold(room: Path, tmp_path: Path) -> None:
    done = check("margin_allocation", "profit_target", path=install(tmp_path, "Margin Share"))
    assert done.returncode == 1
    assert "FAILED margin_allocation" in done.stdout
    assert "ok     profit_target: " in done.stdout  # what shared a backtest with it has another one alone
    assert '"Margin Share" in "Funds & Allocation"' in done.stdout
    assert "Traceback" not in done.stderr


def test_an_unknown_name_is_said(room: Path) -> None:
    done = check("delt")
    assert (done.returncode, done.stderr) == (1, "oodaemon: delt: there is no such parameter; did you mean delta?\n")
