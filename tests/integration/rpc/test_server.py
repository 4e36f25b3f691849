"""The server itself: where it listens, who may, what it tells of itself, and that nothing of it stays."""

import gc
import os
import socket
import stat
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
import trio
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc
from oodaemon.errors import ConfigurationError
from oodaemon.rpc.address import parse
from oodaemon.rpc.server import Server
from oodaemon.rpc.server import Service as Offered
from tests.integration.rpc.support import Service, child, loop_without_complaints, serving, short_folder

NAMES = [
    f"oodaemon.api.v1.{name}Service"
    for name in (
        *(
            "Account",
            "Analysis",
            "Console",
            "Daemon",
            "Export",
            "Failure",
            "Parameter",
            "Recording",
            "Run",
            "Test",
            "Token",
            "Trade",
        ),
    )
]
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def refused(server: Server) -> str:
    """The sentence with which a server refuses to start."""
    with pytest.raises(ConfigurationError) as caught, trio.fail_after(60):
        await server.start(child(), task_status=trio.TASK_STATUS_IGNORED)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def modes(*paths: Path) -> list[int]:
    return [stat.S_IMODE(path.stat().st_mode) for path in paths]


async def test_only_its_owner_can_reach_the_socket(service: Service) -> None:
    path = service.parts.settings.address.path
    assert path is not None
    assert modes(path, path.parent, path.with_name("d.sock.lock")) == [0o600, 0o700, 0o600]
    before = os.umask(0o022)
    os.umask(before)
    assert before != 0o177, "the mask of the process is as it was"


async def test_a_second_daemon_is_kept_off_the_socket_of_the_first(service: Service) -> None:
    path = service.parts.settings.address.path
    assert path is not None
    inode = path.stat().st_ino
    assert f"another daemon listens at {path}" in await refused(Server(service.parts.settings.address, []))
    assert path.stat().st_ino == inode
    assert (await service.ask(lambda s: s.daemon.GetStatus(daemon_pb2.GetStatusRequest()))).boot == 1


async def test_the_socket_of_a_daemon_that_was_killed_is_taken_over(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "d.sock"))
    async with serving(folder, f"unix:{folder}/d.sock") as service:
        assert (await service.ask(lambda s: s.daemon.GetStatus(daemon_pb2.GetStatusRequest()))).boot == 1
    assert not (folder / "d.sock").exists()


async def test_a_folder_that_cannot_be_made_is_refused(folder: Path) -> None:
    (folder / "file").touch()
    async with loop_without_complaints():
        assert "cannot use" in await refused(Server(parse(f"unix:{folder}/file/d.sock"), []))


@pytest.mark.parametrize(
    ("listen", "said"),
    [
        ("unix:/tmp/" + "x" * 103, "longer than 107 bytes"),
        ("/tmp/" + "ä" * 52, "longer than 107 bytes"),
        ("0.0.0.0:50051", "is not unix:PATH"),
        ("127.0.0.1:50051", "set listen_tcp"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_one_line(listen: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(listen)
    assert len(caught.value.problems) == 1
    assert said in caught.value.problems[0]


def test_the_longest_path_that_can_be_is_taken() -> None:
    with short_folder() as folder:
        path = folder / ("x" * (107 - len(os.fsencode(folder)) - 1))
        trio.run(one_round, f"unix:{path}")


async def one_round(listen: str) -> None:
    """Start a server, ask it something, stop it."""
    address = parse(listen)

    def check() -> int:
        with grpc.insecure_channel(str(address)) as channel:
            status: int = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=60).status
            return status

    async with loop_without_complaints(), trio.open_nursery() as nursery:
        await nursery.start(Server(address, []).start, child())
        assert await trio.to_thread.run_sync(check) == SERVING
        nursery.cancel_scope.cancel()


def test_ten_servers_one_after_the_other_leave_nothing_open(folder: Path) -> None:
    def opened() -> tuple[int, int]:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    found = []
    for number in range(12):
        trio.run(partial(one_round, f"unix:{folder}/d{number % 2}.sock"))
        found.append(opened())
    files, threads = zip(*found[2:], strict=True)
    assert set(files) == {files[0]}
    assert max(threads) == threads[0], "idle threads of other tests may go meanwhile, and none may come"


async def test_health_is_told_for_the_whole_and_for_each_service(service: Service) -> None:
    def check() -> list[int]:
        with grpc.insecure_channel(service.target) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            return [stub.Check(health_pb2.HealthCheckRequest(service=name)).status for name in ["", *NAMES]]

    def unknown() -> grpc.StatusCode:
        with grpc.insecure_channel(service.target) as channel, pytest.raises(grpc.RpcError) as caught:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service="oodaemon.Nothing"))
        code: grpc.StatusCode = caught.value.code()
        return code

    assert await trio.to_thread.run_sync(check) == [SERVING] * (1 + len(NAMES))
    assert await trio.to_thread.run_sync(unknown) is grpc.StatusCode.NOT_FOUND


async def test_who_watches_the_health_is_told_of_the_end(service: Service) -> None:
    told: list[int] = []
    up = trio.Event()
    token = trio.lowlevel.current_trio_token()

    def watch() -> None:
        with grpc.insecure_channel(service.target) as channel:
            stream = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=30)
            with suppress(grpc.RpcError):
                for answer in stream:
                    told.append(answer.status)
                    token.run_sync_soon(up.set)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.to_thread.run_sync, watch)
        await up.wait()
        await service.say_goodbye()
    assert told == [SERVING, NOT_SERVING]


async def test_the_services_can_be_read_by_reflection(service: Service) -> None:
    def reflect() -> tuple[list[str], dict[str, list[str]]]:
        with grpc.insecure_channel(service.target) as channel:
            database = ProtoReflectionDescriptorDatabase(channel)
            pool = DescriptorPool(database)
            described = {name: [m.name for m in pool.FindServiceByName(name).methods] for name in NAMES}
            assert "runs.proto" in database.FindFileByName("oodaemon/api/v1/runs.proto").name
            with pytest.raises(KeyError):
                database.FindFileContainingSymbol("oodaemon.api.v1.Nothing")
            return sorted(database.get_services()), described

    listed, described = await trio.to_thread.run_sync(reflect)
    assert listed == sorted([*NAMES, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"])
    assert described["oodaemon.api.v1.DaemonService"] == [*("GetStatus", "Drain", "GetTree", "DumpTasks", "GetProfile", "ReadLogs")]
    assert "WatchRun" in described["oodaemon.api.v1.RunService"]


class Threaded(daemon_pb2_grpc.DaemonServiceServicer):
    """One method is a plain function that returns an awaitable: grpc would run it in a thread of its own."""

    async def GetStatus(  # noqa: N802 - named by the protocol
        self, request: daemon_pb2.GetStatusRequest, context: Any
    ) -> daemon_pb2.GetStatusResponse:
        return daemon_pb2.GetStatusResponse()

    def Drain(self, request: daemon_pb2.DrainRequest, context: Any) -> Any:  # noqa: N802 - named by the protocol
        return self.GetStatus(daemon_pb2.GetStatusRequest(), context)


def test_a_method_that_is_no_coroutine_function_is_refused_at_once() -> None:
    descriptor = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"]
    offered = Offered(descriptor, Threaded(), daemon_pb2_grpc.add_DaemonServiceServicer_to_server)
    with pytest.raises(TypeError, match=r"DaemonService\.Drain"):
        Server(parse("unix:/tmp/d.sock"), [offered])
