"""A daemon that says where the time of its tasks went, and whose browsers ask no trackers: both told from its settings alone."""

import re
import signal

import pytest

from tests.support.daemon import ACCOUNT, DaemonProcess, practice_site, wait_until
from tests.support.process import short_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEST, LATENCY = "Afternoon Call Spread", 1.0
LINE = re.compile(r"^profile: (?P<run>\S+) (?P<index>\d+) recorded [\d,]+ ms: .*\((?P<parts>.*)\)$", re.MULTILINE)


def test_every_task_is_told_part_by_part_and_all_of_them_at_the_end() -> None:
    with practice_site(run_seconds=[LATENCY, LATENCY], hydration=0) as site, short_folder() as folder:
        given = {"OODAEMON_BASE_URL": site.url, "OODAEMON_BROWSERS": "2", **ACCOUNT}
        daemon = DaemonProcess(folder, "--profile-tasks", **given)
        try:
            daemon.start()
            run = daemon.submit(TEST, "profit_target=10..30/10", flags=["--trades"])
            wait_until(lambda: daemon.phase(run) == "COMPLETED", "the end of the run")
            blocking = {
                "--host-resolver-rules=MAP googletagmanager.com ~NOTFOUND" in " ".join(p.cmdline()) for p in daemon.browsers()
            }
            assert daemon.end(signal.SIGTERM) == 0, daemon.said()
            said = daemon.said()
        finally:
            daemon.destroy()
    told = {found["index"]: dict(part.rsplit(" ", 1) for part in found["parts"].split(", ")) for found in LINE.finditer(said)}
    assert set(told) == {"0", "1", "2"}, said
    for parts in told.values():
        spent = {name: int(value.replace(",", "")) for name, value in parts.items()}
        assert {"fill", "form_still", "read_back", "click", "calculate", "result_still", "download", "store"} <= set(spent)
        assert spent["click"] + spent["calculate"] >= 800 * LATENCY, "the site begins while the click is still on its way"
        assert spent["result_still"] >= 500, "the page had stood still for 1.5 s; what passed between two looks is nobody's"
    assert "profile of 3 attempts with a result" in said
    assert blocking == {True}
