"""A daemon with work in its hands: what signals do to it, and where the password goes."""

import signal
import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import grpc
import psutil
import pytest
import trio

from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.practice import site as practice
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, Site
from tests.integration.app.conftest import Start
from tests.integration.app.process import Daemon
from tests.support.process import PATIENCE, wait_for

pytestmark = pytest.mark.browser

PASSWORD = "Swordfish-3141592653"
AT_ONCE = 10.0
"""Half of what a daemon waits for its work: the second signal must not wait for it."""

Story = Callable[[Daemon, Site], None]


@pytest.fixture
def working(start: Start, monkeypatch: pytest.MonkeyPatch) -> Callable[[float, Story], Awaitable[None]]:
    """Tells a story with a daemon that has a backtest running, on a site where each takes so many seconds."""
    monkeypatch.setattr(practice, "PRACTICE_PASSWORD", PASSWORD)

    async def tell(seconds: float, story: Story) -> None:
        site = Site(Behaviour(run_seconds=(seconds, seconds), hydration=0))

        def act(base: str) -> None:
            daemon = start(OODAEMON_BASE_URL=base, OODAEMON_PACE="fast", OO_EMAIL=PRACTICE_EMAIL, OO_PASSWORD=PASSWORD)
            daemon.wait_up()
            submit(daemon)
            wait_for(lambda: site.runs, daemon.said)
            daemon.note_family()
            story(daemon, site)

        with trio.fail_after(3 * PATIENCE):
            async with trio.open_nursery() as nursery:
                port = await nursery.start(serve, site)
                await trio.to_thread.run_sync(act, f"http://127.0.0.1:{port}")
                nursery.cancel_scope.cancel()

    return tell


def submit(daemon: Daemon) -> None:
    test = next(iter(SAVED_TESTS))
    swept = runs_pb2.SweptParameter(name="delta", list=runs_pb2.ValueList(values=["11", "12", "13"]))
    spec = runs_pb2.RunSpec(sweep=runs_pb2.SweepSpec(test=f"/test/{test}", parameter=swept))
    with grpc.insecure_channel(daemon.target) as channel:
        stub = runs_pb2_grpc.RunServiceStub(channel)
        stub.SubmitRun(runs_pb2.SubmitRunRequest(request_id=uuid.uuid4().hex, spec=spec), timeout=PATIENCE)


def outcomes(daemon: Daemon) -> list[str | None]:
    """How every attempt ended for which the site was asked, None for an open one; what was only filled ahead is given back."""
    with closing(sqlite3.connect(daemon.state_dir / "oodaemon.db")) as db:
        ends = db.execute("SELECT outcome, submitted_at FROM attempts ORDER BY attempt_id").fetchall()
    assert {outcome for outcome, asked in ends if asked is None} <= {"interrupted"}
    return [outcome for outcome, asked in ends if asked is not None]


async def test_the_first_signal_lets_what_is_in_flight_finish(working) -> None:
    def story(daemon: Daemon, site: Site) -> None:
        assert daemon.end(signal.SIGTERM) == 0
        assert outcomes(daemon) == ["succeeded"]
        assert len(site.runs) == 1, "nothing new was started"
        assert not daemon.survivors()

    await working(3.0, story)


async def test_the_second_signal_stops_at_once_and_gives_the_task_back(working) -> None:
    def story(daemon: Daemon, site: Site) -> None:
        daemon.process.send_signal(signal.SIGTERM)
        wait_for(lambda: daemon.status().is_draining, daemon.said)
        assert daemon.status().in_flight >= 1
        assert daemon.process.poll() is None
        began = time.monotonic()
        assert daemon.end(signal.SIGTERM) == 0
        took = time.monotonic() - began
        print(f"second signal: gone in {took:.2f} s")
        assert took < AT_ONCE
        assert "stopping at once" in daemon.said()
        assert outcomes(daemon) == ["interrupted"]
        wait_for(lambda: not daemon.survivors(), daemon.said)

    await working(300.0, story)


async def test_the_password_goes_to_the_site_and_nowhere_else(working) -> None:
    def story(daemon: Daemon, site: Site) -> None:
        assert daemon.family
        for process in daemon.family.values():
            with suppress(psutil.Error):
                assert PASSWORD not in process.environ().values(), process.cmdline()
                assert not any(PASSWORD in word for word in process.cmdline())
                assert "OO_PASSWORD" not in process.environ()
        daemon.end(signal.SIGTERM, signal.SIGTERM)
        assert PASSWORD not in daemon.said()
        assert [path for path in written(daemon.folder) if PASSWORD.encode() in path.read_bytes()] == []

    await working(2.0, story)


def written(folder: Path) -> Iterator[Path]:
    """Every file there."""
    return (path for path in folder.rglob("*") if path.is_file())
