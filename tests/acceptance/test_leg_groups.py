"""Sections that stand on the panel once per leg group, and a result that shows nothing but that there were no trades."""

import pytest

from oodaemon.practice.form import Form
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, daemon, practice_site

pytestmark = pytest.mark.browser

GROUPED = "Grouped Iron Condor"


def test_a_group_is_named_or_the_run_is_refused_with_their_names() -> None:
    with practice_site(run_seconds=[0.2, 0.4]) as site, daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process:
        silent = process.submit(GROUPED, "profit_target=20,40")
        assert process.ctl("watch", silent).returncode == 11
        (row,) = process.json("results", silent)
        assert "exists once per leg group (Put, Call)" in row["reason"]
        assert not process.json("status")["conditions"], "an ambiguity of one test is no drift of the site"
        assert site.runs() == []

        done = process.ctl("submit", "--test", GROUPED, "--trades", "-p", "profit_target=20,40", "-p", "profit_target.group=Put")
        run = done.stdout.strip()
        assert process.ctl("watch", run).returncode == 0
        forms = [Form.from_state(click["form"]) for click in site.runs()]
        recorded = process.json("results", run)
        assert sorted(row["metrics"]["pl"] for row in recorded) == sorted(figures(form).metrics()["pl"] for form in forms)
        assert [row["trade_count"] for row in recorded] == [row["metrics"]["total_trades"] for row in recorded]


def test_a_screen_without_cards_is_a_result_without_figures() -> None:
    with practice_site(no_trades_screen=True) as site, daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process:
        done = process.ctl("submit", "--test", "Never Enters", "--trades", "--charts", "-p", "stop_loss=50,80")
        run = done.stdout.strip()
        assert process.ctl("watch", run).returncode == 0
        for row in process.json("results", run):
            assert row["status"] == "COMPLETED"
            assert all(figure is None for figure in row["metrics"].values())
            assert "no trades" in row["extra"]["No trades"].lower()
