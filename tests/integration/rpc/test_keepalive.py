"""A process that is there and does nothing, stopped or behind a network that lost it: the other end notices."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
import trio

from ooctl import channels
from ooctl.address import Address
from ooctl.refusals import Outage, outage
from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.rpc import server
from tests.integration.rpc.keepalive import shortened
from tests.integration.rpc.support import eventually, serving

ROOT = Path(__file__).parents[3]
BOUND = 12.0
"""Seconds: several times what the shortened options say, for a busy machine; without them nobody would notice for hours."""


@contextmanager
def other_end(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """The other process, until the block ends."""
    command = [sys.executable, "-m", "tests.integration.rpc.keepalive", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    """What it says next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_daemon_that_is_stopped_is_an_outage_for_its_clients(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "OPTIONS", shortened(channels.OPTIONS))
    with other_end("serve", str(folder)) as process:
        run_id = said(process)
        channel = channels.open_channel(Address(f"unix:{folder}/run/d.sock"), None)
        stream = runs_pb2_grpc.RunServiceStub(channel).WatchRun(runs_pb2.WatchRunRequest(run_id=run_id), timeout=BOUND)
        assert next(stream).WhichOneof("frame") == "snapshot"
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(grpc.RpcError) as caught:
            list(stream)
        channels.close(channel)
    assert outage(caught.value) is Outage.CUT_OFF, caught.value


async def test_a_client_that_is_stopped_is_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OPTIONS", shortened(server.OPTIONS))
    async with serving(folder) as service:
        run = await service.submit(1)
        with other_end("watch", service.target, run.run_id) as process:
            assert await trio.to_thread.run_sync(said, process) == "snapshot"
            assert service.parts.watch.streams == 1
            process.send_signal(signal.SIGSTOP)
            assert await eventually(lambda: service.parts.watch.streams == 0, within=BOUND)


def test_how_soon_a_stopped_process_is_noticed() -> None:
    here, there = dict(channels.OPTIONS), dict(server.OPTIONS)
    assert here["grpc.keepalive_time_ms"] + here["grpc.http2.ping_timeout_ms"] == 30_000
    assert there["grpc.keepalive_time_ms"] + there["grpc.http2.ping_timeout_ms"] == 40_000


def test_the_daemon_takes_the_pings_of_its_clients() -> None:
    """Who pings more often than the other end allows is let go as a nuisance."""
    assert dict(channels.OPTIONS)["grpc.keepalive_time_ms"] >= dict(server.OPTIONS)["grpc.http2.min_ping_interval_without_data_ms"]
