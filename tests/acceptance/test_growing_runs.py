"""Runs that grow: stages and a search go on over a daemon that is killed, with the figures of the site and no point twice."""

import dataclasses
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.model.values import canonical
from oodaemon.plans.reading import read
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, DaemonProcess, daemon, practice_site, wait_until
from tests.unit.plans.playing import REGISTRY, Player, by, swept

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Morning Put Spread")
FIRST, LAST = "2024-01-02", "2024-01-31"
FIXED = {"start_date": FIRST, "end_date": LAST}
BUDGET, SEED = 8, 5
STAGED = {
    "mode": "staged",
    "test": TEST.name,
    "fixed": FIXED,
    "optimize_by": "pl",
    "stages": [{"parameters": {"profit_target": [20, 40, 60]}}, {"parameters": {"stop_loss": [100, 200]}}],
}
SEARCH = {
    "mode": "search",
    "test": TEST.name,
    "fixed": FIXED,
    "optimize_by": "pl",
    "parameters": {"profit_target": "5..100/5", "stop_loss": "20..400/20"},
    "budget": BUDGET,
    "seed": SEED,
}


def truth(values: Mapping[str, Any]) -> Mapping[str, float | None]:
    """The figures of the site for a set of values."""
    given = {name: float(values[name]) for name in ("profit_target", "stop_loss") if name in values}
    units = {f"{name}_unit": "%" for name in given}
    days = {"start_date": datetime.date.fromisoformat(FIRST), "end_date": datetime.date.fromisoformat(LAST)}
    return figures(dataclasses.replace(TEST.form, **given, **units, **days)).metrics()


def submit(process: DaemonProcess, folder: Path, name: str, content: object) -> str:
    file = folder / f"{name}.json"
    file.write_text(json.dumps(content), "utf-8")
    done = process.ctl("submit", str(file))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def killed_once(process: DaemonProcess, run: str, completed: int) -> None:
    """Kill the daemon as soon as so many tasks have their result, and start it again."""
    wait_until(lambda: process.json("status", run)["tasks"]["completed"] >= completed, f"result {completed}", patience=400)
    process.kill()
    process.start()


def undisturbed() -> list[str]:
    """The points of the search, in their order, as a plan makes them of the figures of the site."""
    parameters = [swept("profit_target", "5:100:5"), swept("stop_loss", "20:400:20")]
    search = runs_pb2.SearchSpec(test="x", budget=BUDGET, seed=SEED, optimize_by=by("pl"), parameters=parameters)
    fixed = [runs_pb2.FixedParameter(name=name, value=value) for name, value in FIXED.items()]
    player = Player(
        read(runs_pb2.RunSpec(search=search, fixed=fixed), REGISTRY),
        lambda values: {name: value for name, value in truth(values).items() if value is not None},
    )
    return [f"{found.values['profit_target']} {found.values['stop_loss']}" for found in player.play()]


def test_stages_and_a_search_go_on_over_kills_as_if_nothing_had_happened(tmp_path: Path) -> None:
    with (
        practice_site(run_seconds=[0.3, 0.6]) as site,
        daemon("--browsers", "1", OODAEMON_BASE_URL=site.url, **ACCOUNT) as process,
    ):
        staged = submit(process, tmp_path, "staged", STAGED)
        killed_once(process, staged, 2)
        assert process.ctl("watch", staged).returncode == 0
        found = process.json("results", staged)
        best = max((20, 40, 60), key=lambda target: truth({"profit_target": target})["pl"] or 0)
        assert [row["part"] for row in found] == ["stage 1"] * 3 + ["stage 2"] * 2
        assert [row["parameters"]["profit_target"] for row in found] == [20, 40, 60, best, best]
        assert [row["parameters"].get("stop_loss") for row in found[3:]] == [100, 200]

        search = submit(process, tmp_path, "search", SEARCH)
        killed_once(process, search, 5)
        assert process.ctl("watch", search).returncode == 0
        searched = process.json("results", search)
        asked = [f"{row['parameters']['profit_target']} {row['parameters']['stop_loss']}" for row in searched]
        assert asked == undisturbed()

        for row in [*found, *searched]:
            assert row["status"] == "COMPLETED"
            assert row["metrics"] == truth(row["parameters"]), row["parameters"]
        for rows in (found, searched):
            points = [canonical(row["parameters"]) for row in rows]
            assert len(set(points)) == len(points), "a point was run twice"
        run = process.json("status", search)
        assert (run["growing"], run["planned_tasks"], run["tasks"]["total"]) == (False, BUDGET, BUDGET)
        assert process.json("status")["boot"] == 3
