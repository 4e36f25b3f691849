"""A daemon's service without its browsers: real store, real servicers, real server on a real socket."""

import random
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import grpc
import trio
from google.rpc import status_pb2
from grpc_status import rpc_status

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.api.v1 import (
    analysis_pb2_grpc,
    console_pb2_grpc,
    daemon_pb2_grpc,
    exports_pb2_grpc,
    failures_pb2_grpc,
    parameters_pb2_grpc,
    runs_pb2,
    runs_pb2_grpc,
    tests_pb2_grpc,
    trades_pb2_grpc,
)
from oodaemon.app.parts import Account, Parts
from oodaemon.app.settings import load
from oodaemon.bridge.loop import call, open_loop
from oodaemon.browser.session import Credentials
from oodaemon.clock import utc_now
from oodaemon.failures.site import classify
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun, Run, SavedTest
from oodaemon.parameters.registry import discover
from oodaemon.rpc.server import Server
from oodaemon.store import attempts, fsck, leases, runs, tests
from oodaemon.store.store import open_store
from tests.integration.store.workbench import proven

T = TypeVar("T")

PATIENCE = 180
BASE_URL = "https://site.example"
IRON = SavedTest("iron", "Iron condor", "/test/iron", utc_now())
SMALL_WINDOW = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65_535))
"""With these a client that does not read lets the server send 60 kB and not a word more."""


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has at most 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="oorpc-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class Stubs:
    """The services over one channel."""

    def __init__(self, channel: Any) -> None:
        self.runs = runs_pb2_grpc.RunServiceStub(channel)
        self.daemon = daemon_pb2_grpc.DaemonServiceStub(channel)
        self.parameters = parameters_pb2_grpc.ParameterServiceStub(channel)
        self.tests = tests_pb2_grpc.TestServiceStub(channel)
        self.trades = trades_pb2_grpc.TradeServiceStub(channel)
        self.failures = failures_pb2_grpc.FailureServiceStub(channel)
        self.exports = exports_pb2_grpc.ExportServiceStub(channel)
        self.analysis = analysis_pb2_grpc.AnalysisServiceStub(channel)
        self.console = console_pb2_grpc.ConsoleServiceStub(channel)


@dataclass
class Service:
    """A service that runs, and short words for what tests do with it."""

    parts: Parts
    folder: Path
    scope: trio.CancelScope
    stopped: trio.Event = field(default_factory=trio.Event)

    @property
    def target(self) -> str:
        return str(self.parts.settings.address)

    async def ask(self, question: Callable[[Stubs], T]) -> T:
        """Put a question with a client of its own, in a thread."""

        def put() -> T:
            with grpc.insecure_channel(self.target) as channel:
                return question(Stubs(channel))

        return await trio.to_thread.run_sync(put)

    async def refusal(self, question: Callable[[Stubs], object]) -> tuple[grpc.StatusCode, status_pb2.Status]:
        """The status and its details with which a question is refused."""

        def put() -> tuple[grpc.StatusCode, status_pb2.Status]:
            with grpc.insecure_channel(self.target) as channel:
                try:
                    answer = question(Stubs(channel))
                except grpc.RpcError as error:
                    found = rpc_status.from_call(error)
                    return error.code(), found if found is not None else status_pb2.Status(message=error.details())
                raise AssertionError(f"it was answered: {answer}")

        return await trio.to_thread.run_sync(put)

    async def submit(self, count: int, *, name: str = "sweep") -> Run:
        """A run of so many tasks, put into the store."""
        new = NewRun(ulid(utc_now(), self.parts.rng), name, IRON.test_id, '{"sweep":{}}', (Batch(values_of(count)),))
        return await self.parts.store.write(runs.submit, new)

    async def work(self, count: int) -> None:
        """What a browser does with so many tasks: three commits each."""
        write = self.parts.store.write
        for number in range(count):
            lease = await write(leases.lease, "site/oo/browser/1", 1)
            assert lease is not None
            assert await write(attempts.intent, lease.token)
            await write(attempts.succeed, lease.token, proven(1.5 + number))

    async def say_goodbye(self, *, grace: float = 2) -> None:
        """End the streams, for at most so many seconds, then the server, as the daemon does."""
        self.parts.journal.close()
        with trio.move_on_after(grace):
            await self.parts.watch.wait_idle()
        self.scope.cancel()
        await self.stopped.wait()


def values_of(count: int) -> tuple[dict[str, int | float | str | bool], ...]:
    return tuple({"delta": 1 + index, "delta.apply_to": "both", "delta.side": "both"} for index in range(count))


def sweep(
    *values: str, test: str = "iron", parameter: str = "delta", request_id: str = "", **options: str
) -> runs_pb2.SubmitRunRequest:
    """A submission of listed values."""
    swept = runs_pb2.SweptParameter(name=parameter, list=runs_pb2.ValueList(values=values), options=options)
    spec = runs_pb2.RunSpec(sweep=runs_pb2.SweepSpec(test=test, parameter=swept))
    return runs_pb2.SubmitRunRequest(request_id=request_id or fresh(), spec=spec)


def fresh() -> str:
    """A request id."""
    return uuid.uuid4().hex


def child(name: str = "api") -> Child:
    """A handle as a supervisor gives it."""
    return Child(name, 1, Mailbox(name))


@asynccontextmanager
async def loop_without_complaints(patience: float = PATIENCE) -> AsyncIterator[None]:
    """A loop on which asyncio has nothing to complain about, for at most so many seconds."""
    complaints: list[Mapping[str, Any]] = []
    with trio.fail_after(patience):
        async with open_loop(complaints.append):
            yield
    assert [complaint for complaint in complaints if not _is_of_another_loop(complaint)] == []


def _is_of_another_loop(complaint: Mapping[str, Any]) -> bool:
    """grpc has one queue for all loops of a process, and what was late for the loop of an earlier test comes out of it here."""
    return str(complaint.get("exception")) == "Event loop is closed"


@asynccontextmanager
async def serving(folder: Path, listen: str = "", *, patience: float = PATIENCE, **more: str) -> AsyncIterator[Service]:
    """A service with one known test; leaving it stops the server and checks the store."""
    flags = {
        "state_dir": str(folder / "state"),
        "listen": listen or f"unix:{folder}/run/d.sock",
        "http": "off",
        "console": "127.0.0.1:0",
        "base_url": BASE_URL,
        **more,
    }
    settings = load(flags, {"OODAEMON_CONFIG": str(empty(folder / "config.toml"))})
    async with loop_without_complaints(patience), open_store(settings.state_dir, rng=random.Random(7)) as store:
        await store.write(tests.remember, [IRON])
        parts = Parts(settings, Account(BASE_URL, Credentials("a@example.com", "secret")), store, discover())
        around = Surroundings(classify=classify, observe=parts.tree.observe, rng=parts.rng)
        parts.tree.plant(Supervisor("", [ChildSpec(id="api", start=parts.server.start)], surroundings=around))
        async with trio.open_nursery() as nursery:
            service = Service(parts, folder, nursery.cancel_scope)
            await nursery.start(run_server, parts.server, service)
            yield service
            nursery.cancel_scope.cancel()
        assert await store.read(fsck.problems) == []


async def run_server(server: Server, service: Service, *, task_status: trio.TaskStatus[None]) -> None:
    service.scope = trio.CancelScope()
    with service.scope:
        try:
            await server.start(child(), task_status=task_status)
        finally:
            service.stopped.set()


def empty(file: Path) -> Path:
    """An empty file, so that settings of this machine do not matter."""
    file.touch()
    return file


@asynccontextmanager
async def aio_channel(target: str, options: tuple[tuple[str, int], ...] = ()) -> AsyncIterator[Stubs]:
    """Stubs of grpc.aio; their calls are made through `bridge.call`."""

    async def connect() -> Any:
        return grpc.aio.insecure_channel(target, options=options)

    channel = await call(connect)
    try:
        yield Stubs(channel)
    finally:
        with trio.CancelScope(shield=True):
            await call(channel.close)


async def eventually(look: Callable[[], bool], *, within: float = 60) -> bool:
    """True as soon as `look` is; for what happens in the server without telling the test."""
    deadline = trio.current_time() + within
    while not look() and trio.current_time() < deadline:  # noqa: ASYNC110 - there is no event to wait for
        await trio.sleep(0.01)
    return look()
