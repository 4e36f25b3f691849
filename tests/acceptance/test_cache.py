"""The cache on a practice site: what was backtested is not backtested again, an edited test is, and every figure is the truth."""

import dataclasses
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import trio

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.serve import serve
from oodaemon.practice.site import Site
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, DaemonProcess, daemon

pytestmark = pytest.mark.browser

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
GRID = ("-p", "profit_target=20,40", "-p", "entry_time=13:00,13:30")
Story = Callable[[DaemonProcess, Site], None]


async def tell(story: Story, **settings: str) -> None:
    """A story with a daemon, and a site in this process."""
    site = Site(Behaviour(run_seconds=(0.1, 0.3), hydration=0))

    def act(base: str) -> None:
        with daemon(OODAEMON_BASE_URL=base, **settings, **ACCOUNT) as process:
            story(process, site)

    with trio.fail_after(600):
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve, site)
            await trio.to_thread.run_sync(act, f"http://127.0.0.1:{port}")
            nursery.cancel_scope.cancel()


def run(process: DaemonProcess, *words: str) -> tuple[str, list[dict[str, Any]]]:
    """Submit, wait for the end, and return the id and the results."""
    done = process.ask("submit", "--test", TEST.name, *words)
    assert done.returncode == 0, done.stderr
    run_id = done.stdout.strip()
    watched = process.ctl("watch", run_id)
    assert watched.returncode == 0, watched.stderr
    return run_id, process.json("results", run_id)


def check(test: SavedTest, rows: list[dict[str, Any]]) -> None:
    """Every figure is that of its own values."""
    assert [row["status"] for row in rows] == ["COMPLETED"] * len(rows)
    for row in rows:
        changes = {"profit_target": str(row["parameters"]["profit_target"]), "profit_target_unit": "%"}
        if "stop_loss" in row["parameters"]:
            changes |= {"stop_loss": str(row["parameters"]["stop_loss"]), "stop_loss_unit": "%"}
        form = test.form.with_state(entry_time=row["parameters"]["entry_time"], **changes)
        shown = {name: value for name, value in figures(form).metrics().items() if value is not None}
        assert {name: value for name, value in row["metrics"].items() if value is not None} == shown, row["parameters"]


def attempts(process: DaemonProcess) -> int:
    with closing(sqlite3.connect(process.state_dir / "oodaemon.db")) as db:
        count: int = db.execute("SELECT count(*) FROM attempts").fetchone()[0]
        return count


async def test_a_second_identical_grid_needs_no_backtest_and_another_fixed_value_only_its_own() -> None:
    def story(process: DaemonProcess, site: Site) -> None:
        first, rows = run(process, *GRID)
        check(TEST, rows)
        assert len(site.runs) == len(rows) == 4
        tried = attempts(process)
        planned = process.json("plan", "--test", TEST.name, *GRID)
        assert (planned["tasks"], planned["cached"]) == (4, 4)
        second, again = run(process, *GRID)
        check(TEST, again)
        assert (len(site.runs), attempts(process)) == (4, tried), "no page was opened"
        assert [row["metrics"] for row in again] == [row["metrics"] for row in rows]
        assert process.json("status", second)["tasks"]["cached"] == 4
        assert {row["origin"] for row in again} == {"CACHED"}
        assert [row["reused_from"] for row in again] == [f"{first}/{index}" for index in range(4)]
        check(TEST, run(process, *GRID, "--with", "stop_loss=150")[1])
        assert len(site.runs) == 8, "all that changed"
        check(TEST, run(process, "-p", "profit_target=20,40,60", "-p", "entry_time=13:00,13:30")[1])
        assert len(site.runs) == 10, "only what changed"
        check(TEST, run(process, *GRID, "--fresh")[1])
        assert len(site.runs) == 14

    await tell(story)


async def test_a_test_that_was_edited_on_the_site_is_backtested_anew() -> None:
    """Also when nothing of the edit can be seen but in the panel, as the funds it starts with; looked at before each run."""

    def story(process: DaemonProcess, site: Site) -> None:
        words = ("-p", "profit_target=20,40", "--with", "entry_time=13:00")
        check(TEST, run(process, *words)[1])
        assert len(site.runs) == 2
        edited = site.edit(TEST.id, dataclasses.replace(TEST.form, starting_funds=50_000.0))
        check(edited, run(process, *words)[1])
        assert len(site.runs) == 4
        check(edited, run(process, *words)[1])
        assert len(site.runs) == 4
        site.restore()
        check(TEST, run(process, *words)[1])
        assert len(site.runs) == 4, "it is as it was, and so are its results"

    await tell(story, OODAEMON_CACHE_TRUST="0")
