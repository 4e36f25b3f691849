"""Sweeps of the parameters people ask for first, each with its trade logs: every figure is the truth, and so is every log."""

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.truth import figures, trade_log
from tests.support.daemon import ACCOUNT, daemon, practice_site

pytestmark = pytest.mark.browser

CONDOR, SPREAD = "Late Morning Iron Condor", "Morning Put Spread"
SWEEPS = {
    "delta": (SPREAD, "delta=10,20", "delta.side=short_only"),
    "profit_target": (SPREAD, "profit_target=20,50"),
    "stop_loss": (SPREAD, "stop_loss=1.5,3", "stop_loss.unit=$"),
    "entry_time": (SPREAD, "entry_time=10:15,14:00"),
    "exit_time": (SPREAD, "exit_time=12:00,15:30"),
    "rsi": (SPREAD, "rsi=40,60", "rsi.bound=max"),
    "short_long_ratio": (SPREAD, "short_long_ratio=1.2,2", "short_long_ratio.exit=below"),
    "entry_sl_ratio": (SPREAD, "entry_sl_ratio=1.2,2", "entry_sl_ratio.bound=min"),
    "underlying_movement": (SPREAD, "underlying_movement=0.3,0.6", "underlying_movement.exit=down"),
}


def test_every_figure_and_every_log_is_the_truth() -> None:
    with practice_site(run_seconds=[0.2, 0.4]) as site, daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process:
        submitted = {}
        for name, (test, *assignments) in SWEEPS.items():
            words = [word for given in assignments for word in ("-p", given)]
            done = process.ctl("submit", "--test", test, "--trades", "--with", "start_date=2024-01-02", "--name", name, *words)
            assert done.returncode == 0, done.stderr
            submitted[name] = done.stdout.strip()
        asked = {}
        for name, run in submitted.items():
            assert process.ctl("watch", run, patience=300).returncode == 0, name
            for row in process.json("results", run):
                asked[name, row["index"]] = row, process.ctl("trades", run, str(row["index"]), "--raw", "-").stdout
        assert len(asked) == 2 * len(SWEEPS)
        forms = [Form.from_state(click["form"]) for click in site.runs()]
        truths = [(figures(form).metrics(), trade_log(form)) for form in forms]
        for (name, index), (row, log) in asked.items():
            assert row["status"] == "COMPLETED", (name, index, row["reason"])
            matching = [text for metrics, text in truths if metrics == row["metrics"]]
            assert matching, (name, index)
            if row["trade_count"]:
                assert log.replace("\r\n", "\n") in [text.replace("\r\n", "\n") for text in matching], (name, index)
        for name in SWEEPS:
            assert asked[name, 0][0]["metrics"] != asked[name, 1][0]["metrics"], f"{name} has no effect on the practice site"
    assert {test for test, *_ in SWEEPS.values()} <= {test.name for test in SAVED_TESTS.values()}
