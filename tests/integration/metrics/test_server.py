"""The metrics endpoint as Prometheus meets it."""

import socket
import statistics
import threading
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.lowlevel
from prometheus_client.parser import text_string_to_metric_families

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.app.settings import load
from oodaemon.dispatch.tally import Tally
from oodaemon.errors import ConfigurationError
from oodaemon.failures.site import classify
from oodaemon.histogram import HistogramStatistics
from oodaemon.metrics.scrape import Scrape, ServiceCalls
from oodaemon.metrics.server import MetricsServer
from oodaemon.model.tasks import TaskStatus
from oodaemon.store.ledger import StoreStatistics
from oodaemon.store.overview import Overview

STATISTICS = StoreStatistics(
    commit_times=HistogramStatistics((1.0,), (5, 0), 0.5), commit_seconds_max=0.2, database_bytes=1, wal_bytes=2, head=7, boot=3
)


async def take() -> Scrape:
    """What a daemon with one run would gather, after a turn of the loop."""
    await trio.lowlevel.checkpoint()
    return Scrape(
        overview=Overview(tasks={TaskStatus.PENDING: 4}),
        tally=Tally().statistics(),
        store=STATISTICS,
        calls=ServiceCalls(streams=2),
    )


def server(port: int = 0) -> MetricsServer:
    return MetricsServer(address=("127.0.0.1", port), version="1.2.3", boot=3, take=take)


@asynccontextmanager
async def serving() -> AsyncIterator[MetricsServer]:
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            metrics = server()
            await nursery.start(metrics.start, Child("metrics", 1, Mailbox("metrics")))
            yield metrics
            nursery.cancel_scope.cancel()


def fetch(address: str) -> tuple[str, str]:
    """Content type and body of one scrape."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=60) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


async def test_a_scrape_is_readable_and_complete() -> None:
    async with serving() as metrics:
        kind, body = await trio.to_thread.run_sync(fetch, metrics.address)
    assert kind.startswith("text/plain; version=")
    assert "charset=utf-8" in kind
    families = {family.name: family for family in text_string_to_metric_families(body)}
    tasks = {sample.labels["state"]: sample.value for sample in families["oodaemon_tasks"].samples}
    assert tasks == {status.value: 4 if status is TaskStatus.PENDING else 0 for status in TaskStatus}
    assert families["oodaemon_boot"].samples[0].value == 3
    assert families["oodaemon_build_info"].samples[0].labels["version"] == "1.2.3"
    assert families["oodaemon_watch_streams"].samples[0].value == 2
    assert "process_open_fds" in families
    assert {sample.name for sample in families["oodaemon_task_duration_seconds"].samples} >= {
        "oodaemon_task_duration_seconds_bucket",
        "oodaemon_task_duration_seconds_sum",
    }


async def test_a_scrape_under_load_takes_less_than_a_second() -> None:
    took: list[float] = []

    async def work() -> None:
        while True:
            sum(range(10_000))
            await trio.lowlevel.checkpoint()

    async with serving() as metrics, trio.open_nursery() as nursery:
        nursery.start_soon(work)
        for _ in range(12):
            began = trio.current_time()
            await trio.to_thread.run_sync(fetch, metrics.address)
            took.append(trio.current_time() - began)
        nursery.cancel_scope.cancel()
    print(f"{len(took)} scrapes under load: median {statistics.median(took):.3f} s, slowest {max(took):.3f} s")
    assert statistics.median(took) < 1


async def test_a_client_that_says_nothing_holds_up_neither_others_nor_the_end() -> None:
    began = trio.current_time()
    async with serving() as metrics:
        host, port = metrics.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))):
            _, body = await trio.to_thread.run_sync(fetch, metrics.address)
            assert "oodaemon_boot 3.0" in body
    assert trio.current_time() - began < 5


async def test_stopping_frees_the_port_and_the_threads() -> None:
    before = threading.active_count()
    async with serving() as metrics:
        host, port = metrics.address.rsplit(":", 1)
    assert metrics.address == ""
    with socket.create_server((host, int(port))):
        pass
    assert [thread.name for thread in threading.enumerate() if "serve_forever" in thread.name] == []
    assert threading.active_count() <= before + 1, "but for one worker of trio"


async def test_a_port_that_is_taken_is_refused_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught:
            await server(port).start(Child("metrics", 1, Mailbox("metrics")), task_status=trio.TASK_STATUS_IGNORED)
    assert caught.value.problems[0].startswith(f"http: cannot serve metrics at 127.0.0.1:{port}: Address already in use")
    assert "OODAEMON_HTTP" in caught.value.problems[0]


async def test_a_port_that_is_taken_keeps_the_rest_of_the_tree_up() -> None:
    async def rest(child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        task_status.started()
        await trio.sleep_forever()

    with socket.create_server(("127.0.0.1", 0)) as other, trio.fail_after(60):
        metrics = server(other.getsockname()[1])
        tree = Supervisor(
            "",
            [ChildSpec(id="metrics", start=metrics.start), ChildSpec(id="rest", start=rest)],
            surroundings=Surroundings(classify=classify),
        )
        async with trio.open_nursery() as nursery:
            await nursery.start(tree.run)
            found = {child.path: child for child in tree.tree().walk()}
            nursery.cancel_scope.cancel()
    assert found["rest"].state is ChildState.UP
    assert found["metrics"].state in {ChildState.BACKOFF, ChildState.QUARANTINED}
    assert found["metrics"].last_failure is not None
    assert "cannot serve metrics" in found["metrics"].last_failure.causes[0]


def test_off_is_off(tmp_path) -> None:
    (tmp_path / "config.toml").write_text('http = "off"\n')
    assert load({"state_dir": str(tmp_path)}, {"OODAEMON_CONFIG": str(tmp_path / "config.toml")}).http_address is None
