"""A grid and a table on the practice site: every figure of every combination is the truth."""

import dataclasses
from pathlib import Path

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.support.daemon import daemon

pytestmark = pytest.mark.browser
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")


def truth(target: float, stop: float) -> dict[str, float | None]:
    form = dataclasses.replace(TEST.form, profit_target=target, profit_target_unit="%", stop_loss=stop, stop_loss_unit="%")
    return figures(form).metrics()


def recorded(results: list) -> dict[tuple[float, float], dict]:
    return {(row["parameters"]["profit_target"], row["parameters"]["stop_loss"]): row["metrics"] for row in results}


def test_a_grid_and_a_table_record_the_truth(tmp_path: Path) -> None:
    described = tmp_path / "run.yaml"
    described.write_text(
        f"test: {TEST.name}\nparameters:\n  profit_target: [10, 20, 30, 40]\n  stop_loss: {{min: 100, max: 300, step: 50}}\n"
    )
    sets = tmp_path / "sets.csv"
    sets.write_text("stop_loss;profit_target;profit_target.unit\n150;12.5;%\n175;45;\n")
    with daemon("--practice") as process:
        plan = process.ctl("plan", str(described))
        assert "backtests   20" in plan.stdout, plan.stderr
        run = process.ctl("submit", str(described)).stdout.strip()
        table = process.ctl("submit", "--test", TEST.name, "--from", str(sets)).stdout.strip()
        for each in (run, table):
            watched = process.ctl("watch", each, patience=600)
            assert watched.returncode == 0, watched.stderr
        grid, listed = process.json("results", run), process.json("results", table)
    expected = [(target, stop) for target in (10, 20, 30, 40) for stop in (100, 150, 200, 250, 300)]
    assert list(recorded(grid)) == expected, "the last parameter changes fastest"
    assert list(recorded(listed)) == [(12.5, 150), (45, 175)]
    for (target, stop), metrics in {**recorded(grid), **recorded(listed)}.items():
        assert metrics == truth(target, stop), (target, stop)
