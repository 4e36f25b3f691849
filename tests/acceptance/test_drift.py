"""The site renames a label: the run stops without a failed task, and goes on when the recordings are mended."""

import dataclasses
import json
import shutil
from pathlib import Path

import httpx
import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, DaemonProcess, daemon, metrics_by, practice_site, wait_until
from tests.support.renaming import renaming

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDINGS = Path(__file__).parents[2] / "recordings"
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
GONE = 'drift: "Profit Target" in "Profit & Loss"'
VALUES = (10, 20, 30, 40, 50)


def conditions(of: dict) -> list[tuple[str, str]]:
    return [(condition["kind"], condition["message"]) for condition in of["conditions"]]


def metric(at: DaemonProcess, locator: str) -> float:
    address = at.json("status")["http_address"]
    text = httpx.get(f"http://{address}/metrics", timeout=60).raise_for_status().text
    escaped = locator.replace('"', '\\"')
    line = next(line for line in text.splitlines() if line.startswith(f'oodaemon_locator_fallbacks_total{{locator="{escaped}"}}'))
    return float(line.rsplit(" ", 1)[1])


@pytest.mark.parametrize("browsers", ["1", "2"])
def test_mending_the_recordings_alone_brings_the_sweep_back(tmp_path: Path, browsers: str) -> None:
    folder = tmp_path / "recordings"
    shutil.copytree(RECORDINGS, folder)
    with practice_site(run_seconds=[0.2, 0.4]) as behind, renaming(behind.url) as site:
        settings = {"OODAEMON_RECORDINGS": str(folder), "OODAEMON_BASE_URL": site.url, "OODAEMON_BROWSERS": browsers, **ACCOUNT}
        with daemon(**settings) as at:
            site.words["Profit Target"] = "Take Profit"
            run = at.submit(TEST.id, f"profit_target={','.join(map(str, VALUES))}")
            wait_until(lambda: conditions(at.json("status", run)), "the block", patience=300)
            assert conditions(at.json("status", run)) == [("SiteBlocked", GONE)]
            assert conditions(at.json("status")) == [("SiteBlocked", GONE)]
            assert conditions(at.json("list")[0]) == [("SiteBlocked", GONE)]
            for command in (("status",), ("status", run)):
                assert GONE in " ".join(at.ctl(*command).stdout.split())
            tasks = at.json("tasks", run)
            wait_until(lambda: all(task["status"] == "PENDING" for task in at.json("tasks", run)), "the end of what was in flight")
            assert [task["attempts"] for task in at.json("tasks", run)] == [0] * len(tasks)
            assert at.phase(run) == "RUNNING"
            assert behind.runs() == []

            edit_field(folder)
            done = at.ctl("watch", run)
            assert done.returncode == 0, done.stderr
            assert at.phase(run) == "COMPLETED"
            assert conditions(at.json("status")) == []
            recorded = metrics_by(at.json("results", run), "profit_target")
            assert list(recorded) == list(VALUES)
            for value, found in recorded.items():
                form = dataclasses.replace(TEST.form, profit_target=float(value), profit_target_unit="%")
                truth = figures(form).metrics()
                assert {name: found.get(name) for name in truth} == truth, value
            assert metric(at, '"Profit Target" in "Profit & Loss"') >= len(VALUES)
            assert metric(at, '"Stop Loss" in "Profit & Loss"') == 0


def edit_field(folder: Path) -> None:
    """Add the new name after the old one, as a person would."""
    file = folder / "selectors.json"
    content = json.loads(file.read_text("utf-8"))
    content["sections"]["Profit & Loss"]["fields"]["Profit Target"].append("label/Take Profit")
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
