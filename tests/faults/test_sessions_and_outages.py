"""The site forgets who we are, or is gone."""

import time
from collections.abc import Callable

import pytest

from tests.faults.daemon import Daemon
from tests.faults.verdict import check
from tests.support.standin.site import Site

pytestmark = pytest.mark.browser
FIVE = ("10", "20", "30", "40", "50")
SWEEP = "profit_target=10..50/10"


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("is_hard", [False, True], ids=["in-page", "by-navigation"])
def test_sessions_expire_while_backtests_run(frail_site: Site, pair: Daemon, is_hard: bool) -> None:
    test = frail_site.add(duration=1500, hard_logout=is_hard)
    run = pair.submit(test.test_id, SWEEP)
    _wait(lambda: len(test.computed) >= 2)
    frail_site.expire()
    check(test, pair.follow(run, patience=400), "profit_target", FIVE)


def test_sessions_expire_at_the_run_click(frail_site: Site, pair: Daemon) -> None:
    test = frail_site.add()
    frail_site.expire_at_compute = 2
    check(test, pair.sweep(test.test_id, SWEEP, patience=400), "profit_target", FIVE)
    assert frail_site.expire_at_compute == 0


def test_sessions_expire_at_the_panel(frail_site: Site, pair: Daemon) -> None:
    test = frail_site.add()
    run = pair.submit(test.test_id, SWEEP)
    _wait(lambda: test.opened >= 2)
    frail_site.expire()
    check(test, pair.follow(run, patience=400), "profit_target", FIVE)


def test_sessions_expire_between_runs(frail_site: Site, pair: Daemon) -> None:
    test = frail_site.add()
    check(test, pair.sweep(test.test_id, "profit_target=10,20"), "profit_target", FIVE[:2])
    before = frail_site.sign_ins
    frail_site.expire()
    check(test, pair.sweep(test.test_id, SWEEP, patience=400), "profit_target", FIVE)
    assert before < frail_site.sign_ins <= before + 6


def test_site_is_down_for_ten_seconds(frail_site: Site, pair: Daemon) -> None:
    test = frail_site.add(duration=800)
    run = pair.submit(test.test_id, SWEEP)
    _wait(lambda: len(test.computed) >= 2)
    frail_site.down()
    time.sleep(10)
    frail_site.up()
    check(test, pair.follow(run, patience=400), "profit_target", FIVE)
