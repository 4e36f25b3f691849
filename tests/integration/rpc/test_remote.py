"""Clients over the network: who is let in, to what, and that everybody else learns nothing and is in the log."""

import datetime
import socket
import ssl
import stat
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
import structlog
import trio
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from oodaemon.api.v1 import accounts_pb2, accounts_pb2_grpc, daemon_pb2, runs_pb2, tokens_pb2, tokens_pb2_grpc
from oodaemon.clock import utc_now
from oodaemon.errors import ConfigurationError
from oodaemon.events.log import Level
from oodaemon.model.tokens import Scope, text_of
from oodaemon.rpc import front
from oodaemon.rpc.calls import SERVER_STREAM, UNARY
from oodaemon.rpc.guard import DENIED, LATER, UNAUTHENTICATED
from tests.integration.rpc.outside import OWN, Outside, door, listener, listening, make
from tests.integration.rpc.support import SMALL_WINDOW, Service, Stubs, child, eventually, fresh, sweep

Line = dict[str, Any]

DAEMON = "oodaemon.api.v1.DaemonService"
STRANGER = text_of(bytes(32))
"""A token of the right form that nobody made."""


@pytest.fixture
async def outside(service: Service) -> AsyncIterator[Outside]:
    async with listening(service) as found:
        yield found


@pytest.fixture
def log() -> Iterator[list[Line]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def refused(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line["event"] == "refused"]


async def logged(lines: list[Line], count: int = 1) -> list[str]:
    """Why so many were refused; the line of a connection that the other side ended may come a moment later."""
    assert await eventually(lambda: len(refused(lines)) >= count), lines
    return [str(line["reason"]) for line in refused(lines)]


def status(stubs: Stubs) -> daemon_pb2.GetStatusResponse:
    return stubs.daemon.GetStatus(daemon_pb2.GetStatusRequest(), timeout=60)


def drain(stubs: Stubs) -> daemon_pb2.DrainResponse:
    return stubs.daemon.Drain(daemon_pb2.DrainRequest(request_id=fresh()), timeout=60)


def watch(run_id: str, count: int) -> Callable[[Stubs], list[str]]:
    """The kinds of the first frames of a watch."""

    def see(stubs: Stubs) -> list[str]:
        frames = stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run_id), timeout=60)
        return [str(next(frames).WhichOneof("frame")) for _ in range(count)]

    return see


async def test_a_token_for_reading_can_watch_and_cannot_submit(outside: Outside, log: list[Line]) -> None:
    token = await outside.token("ro", Scope.READ)
    run = await outside.service.submit(2)
    assert (await outside.ask(token, status)).boot == 1
    assert await outside.ask(token, watch(run.run_id, 1)) == ["snapshot"]
    for forbidden in (lambda s: s.runs.SubmitRun(sweep("1"), timeout=60), drain):
        code, told = await outside.refusal(token, forbidden)
        assert (code, told.message) == (grpc.StatusCode.PERMISSION_DENIED, DENIED)
    assert not (await outside.service.parts.store.read(lambda db: db.execute("SELECT count(*) FROM requests").fetchone()[0]))
    methods = [line["method"].rpartition("/")[2] for line in refused(log)]
    assert methods == ["SubmitRun", "Drain"]
    assert token not in repr(log)


async def test_a_token_for_control_steers_runs(outside: Outside) -> None:
    token = await outside.token()
    run = await outside.service.submit(2)
    paused = await outside.ask(
        token, lambda s: s.runs.PauseRun(runs_pb2.PauseRunRequest(request_id=fresh(), run_id=run.run_id), timeout=60)
    )
    assert paused.run.run_id == run.run_id
    assert await outside.ask(token, watch(run.run_id, 1)) == ["snapshot"]


async def test_no_token_opens_tokens_and_passwords(outside: Outside) -> None:
    token = await outside.token()

    def calls(channel: Any) -> list[Callable[[], object]]:
        tokens, accounts = tokens_pb2_grpc.TokenServiceStub(channel), accounts_pb2_grpc.AccountServiceStub(channel)
        return [
            partial(tokens.CreateToken, tokens_pb2.CreateTokenRequest(name="mine", scope=tokens_pb2.TOKEN_SCOPE_CONTROL)),
            partial(tokens.ListTokens, tokens_pb2.ListTokensRequest()),
            partial(tokens.RevokeToken, tokens_pb2.RevokeTokenRequest(name="laptop")),
            partial(accounts.SignIn, accounts_pb2.SignInRequest(email="a@example.com", password="x")),
            partial(accounts.SignOut, accounts_pb2.SignOutRequest()),
        ]

    def codes() -> set[tuple[grpc.StatusCode, str]]:
        found = set()
        with outside.channel(token) as channel:
            for call in calls(channel):
                with pytest.raises(grpc.RpcError) as caught:
                    call()
                found.add((caught.value.code(), caught.value.details()))
        return found

    assert await trio.to_thread.run_sync(codes) == {(grpc.StatusCode.PERMISSION_DENIED, DENIED)}
    assert [each.name for each in outside.service.parts.tokens.listing()] == ["laptop"]


async def test_whoever_has_no_good_token_learns_one_sentence(outside: Outside, log: list[Line]) -> None:
    book, now = outside.service.parts.tokens, outside.service.parts.desk.now()
    revoked, expired = await outside.token("gone"), await outside.token("old", lasts=datetime.timedelta(microseconds=1))
    await book.revoke("gone")
    assert [each.is_good(now + datetime.timedelta(seconds=1)) for each in book.listing()] == [False]
    told = [await outside.refusal(token, status) for token in ("", STRANGER, revoked, expired)]
    assert {(code, answer.message) for code, answer in told} == {(grpc.StatusCode.UNAUTHENTICATED, UNAUTHENTICATED)}
    assert not any(answer.details for _, answer in told)
    lines = refused(log)
    assert [line["reason"] for line in lines] == ["no token"] + ["unknown or expired token"] * 3
    assert all(line["peer"].startswith("127.0.0.1:") and line["method"].endswith("/GetStatus") for line in lines)
    assert not any(token in repr(log) for token in (STRANGER, revoked, expired))


async def test_what_exists_is_told_to_nobody_without_a_token(outside: Outside) -> None:
    def probe() -> list[tuple[grpc.StatusCode, str]]:
        found = []
        with outside.channel("") as channel:
            unknown = channel.unary_unary("/oodaemon.api.v1.Nothing/AtAll")
            for call in (
                lambda: unknown(b""),
                lambda: health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest()),
                lambda: list(health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())),
                lambda: ProtoReflectionDescriptorDatabase(channel).get_services(),
            ):
                with pytest.raises(grpc.RpcError) as caught:
                    call()
                found.append((caught.value.code(), caught.value.details()))
        return found

    assert await trio.to_thread.run_sync(probe) == [(grpc.StatusCode.UNAUTHENTICATED, UNAUTHENTICATED)] * 4


async def test_health_and_reflection_are_there_for_those_who_have_one(outside: Outside) -> None:
    token = await outside.token("ro", Scope.READ)

    def look() -> tuple[int, bool]:
        with outside.channel(token) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=60)
            return answer.status, "oodaemon.api.v1.RunService" in ProtoReflectionDescriptorDatabase(channel).get_services()

    assert await trio.to_thread.run_sync(look) == (health_pb2.HealthCheckResponse.SERVING, True)


async def test_the_sixth_failure_of_an_address_is_refused_unheard_and_good_tokens_are_not(
    outside: Outside, log: list[Line]
) -> None:
    token = await outside.token()
    heard = [await outside.refusal(STRANGER, status) for _ in range(5)]
    assert {code for code, _ in heard} == {grpc.StatusCode.UNAUTHENTICATED}
    for _ in range(3):
        code, told = await outside.refusal(STRANGER, status)
        assert (code, told.message) == (grpc.StatusCode.RESOURCE_EXHAUSTED, LATER)
        retry = error_details_pb2.RetryInfo()
        assert told.details[0].Unpack(retry)
        assert retry.retry_delay.seconds >= 1
    assert (await outside.ask(token, status)).boot == 1
    assert len(refused(log)) == 5
    assert len([line for line in log if line["event"] == "refused unheard"]) == 1


async def test_whoever_is_refused_is_counted(outside: Outside) -> None:
    counts = outside.service.parts.server.calls.statistics
    run, reader = await outside.service.submit(1), await outside.token("ro", Scope.READ)
    get, order = (UNARY, DAEMON, "GetStatus"), (UNARY, DAEMON, "Drain")
    follow = (SERVER_STREAM, "oodaemon.api.v1.RunService", "WatchRun")
    await outside.refusal(reader, drain)
    await outside.refusal("", watch(run.run_id, 1))
    told: Counter[str] = Counter()
    while not told["RESOURCE_EXHAUSTED"]:
        told[(await outside.refusal(STRANGER, status))[0].name] += 1
    number = told.total()
    assert await eventually(lambda: counts().durations[get].number == number, within=20), "a client may know before the count does"
    found = counts()
    assert {code: found.handled[get, code] for code in told} == dict(told)
    assert found.started[get] == number
    assert (found.handled[order, "PERMISSION_DENIED"], found.handled[follow, "UNAUTHENTICATED"]) == (1, 1)


async def test_a_stream_ends_with_its_token(outside: Outside) -> None:
    token = await outside.token("ro", Scope.READ)
    run = await outside.service.submit(1)
    seen, trio_token = trio.Event(), trio.lowlevel.current_trio_token()
    ended: list[tuple[grpc.StatusCode, str]] = []

    def follow() -> None:
        with outside.channel(token) as channel:
            try:
                for _ in Stubs(channel).runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id), timeout=60):
                    trio_token.run_sync_soon(seen.set)
            except grpc.RpcError as error:
                ended.append((error.code(), error.details()))

    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.to_thread.run_sync, follow)
            await seen.wait()
            await outside.service.parts.tokens.revoke("ro")
    assert ended == [(grpc.StatusCode.UNAUTHENTICATED, UNAUTHENTICATED)]
    assert await eventually(lambda: outside.service.parts.watch.streams == 0)


async def test_a_stream_ends_with_its_token_also_while_its_first_frame_is_on_its_way(outside: Outside) -> None:
    token, service = await outside.token("ro", Scope.READ), outside.service
    for _ in range(200):
        service.parts.logs.book.add(utc_now(), Level.INFO, "x" * 1000, {})
    with grpc.insecure_channel(f"unix:{inner_socket(outside)}", options=[*SMALL_WINDOW, *OWN]) as channel:
        ours = (("authorization", f"Bearer {token}"),)
        slow = Stubs(channel).daemon.ReadLogs(daemon_pb2.ReadLogsRequest(follow=True), metadata=ours, timeout=20)
        assert await eventually(lambda: service.parts.logs.streams == 1)
        await service.parts.tokens.revoke("ro")
        assert not await eventually(lambda: service.parts.logs.streams == 0, within=0.5), "the frame comes before the end"

        def read() -> grpc.StatusCode:
            with pytest.raises(grpc.RpcError) as caught:
                list(slow)
            code: grpc.StatusCode = caught.value.code()
            return code

        assert await trio.to_thread.run_sync(read) is grpc.StatusCode.UNAUTHENTICATED


async def test_a_stream_ends_when_its_token_expires(outside: Outside) -> None:
    token = await outside.token("ro", Scope.READ, lasts=datetime.timedelta(seconds=2))

    def idle() -> grpc.StatusCode:
        with outside.channel(token) as channel, pytest.raises(grpc.RpcError) as caught:
            list(health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=60))
        code: grpc.StatusCode = caught.value.code()
        return code

    with trio.fail_after(60):
        assert await trio.to_thread.run_sync(idle) is grpc.StatusCode.UNAUTHENTICATED


async def test_plain_text_is_refused_and_logged(outside: Outside, log: list[Line]) -> None:
    token = await outside.token()

    def plainly() -> tuple[bytes, grpc.StatusCode]:
        host, port = outside.address.split(":")
        with socket.create_connection((host, int(port)), timeout=60) as bare:
            bare.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            with suppress(ConnectionResetError):
                answer = bare.recv(1000)
        with grpc.insecure_channel(outside.address, options=OWN) as channel, pytest.raises(grpc.RpcError) as caught:
            Stubs(channel).daemon.GetStatus(
                daemon_pb2.GetStatusRequest(), metadata=(("authorization", f"Bearer {token}"),), timeout=20
            )
        return answer, caught.value.code()

    answer, code = await trio.to_thread.run_sync(plainly)
    assert b"oodaemon" not in answer
    assert b"HTTP/1.1 200" not in answer
    assert code is grpc.StatusCode.UNAVAILABLE
    reasons = await logged(log, 2)
    assert reasons[0] == "http request"
    assert "wrong version number" in reasons
    assert all(line["peer"].startswith("127.0.0.1:") for line in refused(log))


async def test_who_does_not_trust_the_certificate_sends_nothing(outside: Outside, log: list[Line]) -> None:
    token = await outside.token()
    other = make(outside.service.folder / "other")
    code, told = await outside.refusal(token, status, ca=other.cert)
    assert code is grpc.StatusCode.UNAVAILABLE
    assert "CERTIFICATE_VERIFY_FAILED" in told.message
    assert await logged(log) == [front.ENDED]


async def test_with_mutual_tls_a_client_needs_a_certificate_too(service: Service, log: list[Line]) -> None:
    theirs, stranger = make(service.folder / "theirs"), make(service.folder / "stranger")
    async with listening(service, client_ca=theirs.cert) as outside:
        token = await outside.token()
        for own in (None, stranger):
            code, told = await outside.refusal(token, status, own=own)
            assert code is grpc.StatusCode.UNAVAILABLE
            assert "oodaemon" not in told.message
        assert (await outside.ask(token, status, own=theirs)).boot == 1
        reasons = " ".join(await logged(log, 2))
    assert "peer did not return a certificate" in reasons
    assert "certificate verify failed" in reasons


async def test_a_client_that_speaks_another_protocol_over_tls_is_refused(outside: Outside, log: list[Line]) -> None:
    def other() -> bytes:
        context = ssl.create_default_context(cafile=str(outside.made.cert))
        host, port = outside.address.split(":")
        bare = socket.create_connection((host, int(port)), timeout=60)
        with context.wrap_socket(bare, server_hostname="localhost") as secure:
            return secure.recv(100)

    with suppress(OSError):
        assert await trio.to_thread.run_sync(other) == b""
    assert await logged(log) == ["does not speak HTTP/2"]


async def test_who_never_shakes_hands_is_let_go(outside: Outside, log: list[Line], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "HANDSHAKE", 0.2)
    host, port = outside.address.split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    async with stream:
        with trio.fail_after(60), suppress(trio.BrokenResourceError):
            assert await stream.receive_some(10) == b""
    assert "no handshake within" in (await logged(log))[0]


async def test_a_changed_certificate_is_used_without_a_restart(outside: Outside, log: list[Line]) -> None:
    token, made = await outside.token(), outside.made
    newer = make(outside.service.folder / "newer")
    made.key.write_bytes(b"half of a k")
    assert (await outside.ask(token, status)).boot == 1, "the one of before stays as long as the new one is wrong"
    before = made.cert.read_bytes()
    newer.key.replace(made.key)
    newer.cert.replace(made.cert)
    assert (await outside.ask(token, status)).boot == 1
    made.cert.with_name("old.pem").write_bytes(before)
    code, _ = await outside.refusal(token, status, ca=made.cert.with_name("old.pem"))
    assert code is grpc.StatusCode.UNAVAILABLE
    assert [line["log_level"] for line in log if "certificate" in line["event"]] == ["error", "info"]


async def test_two_daemons_on_one_port(outside: Outside) -> None:
    port = int(outside.address.rpartition(":")[2])
    second = listener(outside.service, door(outside.service, outside.made, port=port))
    with pytest.raises(ConfigurationError, match=f"listen_tcp: cannot bind 127.0.0.1:{port}"), trio.fail_after(60):
        await second.start(child("remote"), task_status=trio.TASK_STATUS_IGNORED)
    assert (await outside.ask(await outside.token(), status)).boot == 1


def inner_socket(outside: Outside) -> Path:
    """The socket behind the door."""
    beside = outside.service.parts.settings.address.path
    assert beside is not None
    return beside.with_name("d.sock.tls")


async def test_the_socket_behind_the_door_is_for_this_user_and_asks_for_a_token_as_well(outside: Outside) -> None:
    inner = inner_socket(outside)
    assert stat.S_IMODE(inner.stat().st_mode) == 0o600

    def directly() -> grpc.StatusCode:
        with grpc.insecure_channel(f"unix:{inner}", options=OWN) as channel, pytest.raises(grpc.RpcError) as caught:
            status(Stubs(channel))
        code: grpc.StatusCode = caught.value.code()
        return code

    assert await trio.to_thread.run_sync(directly) is grpc.StatusCode.UNAUTHENTICATED


async def test_the_last_use_is_noted_to_the_hour(outside: Outside) -> None:
    token = await outside.token()
    store = outside.service.parts.store
    await outside.ask(token, status)
    (noted,) = outside.service.parts.tokens.listing()
    assert noted.last_used_at is not None
    commits = store.statistics().commits
    await outside.ask(token, status)
    assert store.statistics().commits == commits


async def test_more_connections_than_there_are_places_wait_for_nobody(
    outside: Outside, log: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "MOST", 0)
    code, _ = await outside.refusal(await outside.token(), status)
    assert code is grpc.StatusCode.UNAVAILABLE
    assert (await logged(log))[0] == "0 connections are open"
    monkeypatch.setattr(front, "MOST", 2)
    assert (await outside.ask(STRANGER and await outside.token("second"), status)).boot == 1


def files_of(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_nothing_of_it_is_left(service: Service) -> None:
    beside = service.parts.settings.address.path
    assert beside is not None
    before = files_of(beside.parent)
    async with listening(service) as outside:
        await outside.ask(await outside.token(), status)
        assert not [name for name in files_of(beside.parent) if name.startswith("d.sock.tls.") and name != "d.sock.tls.lock"]
    assert files_of(beside.parent) - before == {"d.sock.tls.lock"}
