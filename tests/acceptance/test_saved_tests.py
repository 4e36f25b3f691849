"""Saved tests through the client: found by words, renamed and deleted on the site, and nothing else of the account touched."""

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from tests.support.daemon import ACCOUNT, daemon, practice_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GROUPED, NEVER = (test for test in SAVED_TESTS.values() if test.name in {"Grouped Iron Condor", "Never Enters"})


def test_saved_tests_are_kept_in_order() -> None:
    with (
        practice_site(hydration=0.0, run_seconds=[0.0, 0.1]) as site,
        daemon(OODAEMON_BASE_URL=site.url, OODAEMON_BROWSERS="1", **ACCOUNT) as running,
    ):
        several = running.ask("tests", "rename", "condor", "Mine")
        assert (several.returncode, running.json("tests", "--recent")) == (2, [])
        assert "'condor' may mean 2 saved tests" in several.stderr

        assert running.json("tests", "show", "weekly", "--refresh")["config"]["underlying"] == "SPX"
        renamed = running.json("tests", "rename", "grouped", "Condor in groups")
        assert (renamed["test_id"], renamed["done"]) == (GROUPED.id, "the site calls it 'Condor in groups' now")

        run = running.submit("morning spread", "delta=10")
        assert running.ask("watch", run).returncode == 0
        assert [test["name"] for test in running.json("tests", "--recent")] == ["Morning Put Spread"]

        unsure = running.ask("tests", "delete", "never", "--yes")
        assert (unsure.returncode, "not deleted without being asked twice" in unsure.stderr) == (2, True)
        gone = running.json("tests", "delete", "never", "--yes", "--confirm", "Never Enters", "--reason", "made no trade")
        assert (gone["test_id"], gone["removed_from"]) == (NEVER.id, "SITE")
        assert running.ask("tests", "show", NEVER.id).returncode == 3

        names = {test["test_id"]: test["name"] for test in running.json("tests", "--refresh")}
        wanted = {test.id: test.name for test in SAVED_TESTS.values() if test is not NEVER}
        assert names == {**wanted, GROUPED.id: "Condor in groups"}
