"""ReadLogs: the newest lines, each once and in order, to their last word."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import pytest
import trio
from google.protobuf.duration_pb2 import Duration

from oodaemon.api.v1 import daemon_pb2
from oodaemon.bridge.loop import call
from oodaemon.clock import utc_now
from oodaemon.events.log import Level, LogBook
from oodaemon.rpc import logs
from tests.integration.rpc.support import Service, aio_channel, eventually

ERROR, WARNING = daemon_pb2.LOG_LEVEL_ERROR, daemon_pb2.LOG_LEVEL_WARNING


def book_of(service: Service) -> LogBook:
    return service.parts.logs.book


def say(service: Service, *events: str, level: Level = Level.INFO, age: float = 0, **fields: str) -> None:
    for event in events:
        book_of(service).add(utc_now() - datetime.timedelta(seconds=age), level, event, fields)


async def read(service: Service, **request) -> list[daemon_pb2.ReadLogsResponse]:
    return await service.ask(lambda stubs: list(stubs.daemon.ReadLogs(daemon_pb2.ReadLogsRequest(**request))))


async def events(service: Service, **request) -> list[str]:
    return [line.event for answer in await read(service, **request) for line in answer.lines]


async def test_lines_come_oldest_first_in_as_many_answers_as_it_takes(service: Service) -> None:
    said = [f"line {number}" for number in range(600)]
    say(service, *said, actor="browser/1")
    answers = await read(service)
    assert [line.event for answer in answers for line in answer.lines] == said
    assert len(answers) == 3
    assert answers[0].lines[0].fields == {"actor": "browser/1"}
    assert (answers[-1].cursor.seq, answers[-1].missed) == (600, 0)


async def test_only_what_was_asked_for(service: Service) -> None:
    run = await service.submit(1)
    say(service, "old", age=700)
    say(service, "quiet", task=f"{run.run_id}/3")
    say(service, "warned", level=Level.WARNING, run=run.run_id)
    say(service, "broke", level=Level.ERROR)
    assert await events(service, level=WARNING) == ["warned", "broke"]
    assert await events(service, level=ERROR) == ["broke"]
    assert await events(service, run_id=run.run_id[:20].lower()) == ["quiet", "warned"]
    assert await events(service, max_age=Duration(seconds=600)) == ["quiet", "warned", "broke"]
    assert await events(service, max_age=Duration(seconds=0)) == []


async def test_a_cursor_goes_on_where_it_stands_and_one_of_another_start_counts_as_none(service: Service) -> None:
    say(service, "one", "two", "three")
    log_id = book_of(service).log_id
    assert await events(service, cursor=daemon_pb2.LogCursor(log_id=log_id, seq=2)) == ["three"]
    assert await events(service, cursor=daemon_pb2.LogCursor(log_id=log_id, seq=99)) == []
    assert await events(service, cursor=daemon_pb2.LogCursor(log_id="another", seq=2)) == ["one", "two", "three"]


async def test_who_comes_back_too_late_is_told_how_many_lines_are_gone(service: Service) -> None:
    book = book_of(service)
    say(service, *(f"line {number}" for number in range(5_010)))
    (first, *_) = await read(service, cursor=daemon_pb2.LogCursor(log_id=book.log_id, seq=4))
    assert (first.missed, first.lines[0].seq) == (6, 11)


@pytest.mark.parametrize(
    ("request_", "code", "what"),
    [
        ({"run_id": "01ZZZZ"}, grpc.StatusCode.NOT_FOUND, "01ZZZZ"),
        ({"level": 7}, grpc.StatusCode.INVALID_ARGUMENT, "INFO, WARNING, ERROR"),
        ({"max_age": Duration(seconds=-1)}, grpc.StatusCode.INVALID_ARGUMENT, "negative"),
    ],
)
async def test_what_cannot_be_is_refused(service: Service, request_, code: grpc.StatusCode, what: str) -> None:
    found, status = await service.refusal(lambda stubs: list(stubs.daemon.ReadLogs(daemon_pb2.ReadLogsRequest(**request_))))
    assert found is code
    assert what in status.message


async def test_a_secret_that_became_known_later_is_not_told_either(service: Service) -> None:
    say(service, "password Xq7vogel", reason="for jane@mail.example with Xq7vogel")
    service.parts.desk.redaction.learn("Xq7vogel")
    (answer,) = await read(service)
    assert "Xq7vogel" not in str(answer)
    assert "jane@" not in str(answer)
    assert answer.lines[0].fields["reason"].startswith("for [redacted]")


@asynccontextmanager
async def following(service: Service, seen: list[str], statuses: list[grpc.StatusCode], **request) -> AsyncIterator[None]:
    """A reader that stays, for the block; what it saw and with which status it ended."""

    async with aio_channel(service.target) as stubs, trio.open_nursery() as nursery:

        async def follow() -> None:
            stream = stubs.daemon.ReadLogs(daemon_pb2.ReadLogsRequest(follow=True, **request))
            try:
                while (answer := await stream.read()) is not grpc.aio.EOF:
                    seen.extend(line.event for line in answer.lines)
            except grpc.aio.AioRpcError as error:
                statuses.append(error.code())
            finally:
                stream.cancel()

        nursery.start_soon(call, follow)
        yield
        nursery.cancel_scope.cancel()


async def test_a_follower_gets_every_line_once_and_the_right_status_when_the_daemon_ends(service: Service) -> None:
    seen: list[str] = []
    statuses: list[grpc.StatusCode] = []
    say(service, "before")
    async with following(service, seen, statuses):
        assert await eventually(lambda: seen == ["before"])
        for number in range(300):
            say(service, f"line {number}")
            await trio.lowlevel.checkpoint()
        await trio.to_thread.run_sync(say, service, "from a thread")
        assert await eventually(lambda: seen[-1:] == ["from a thread"])
        say(service, "last words")
        service.parts.logs.close()
        assert await eventually(lambda: bool(statuses))
    assert seen == ["before", *(f"line {number}" for number in range(300)), "from a thread", "last words"]
    assert statuses == [grpc.StatusCode.UNAVAILABLE]
    assert await eventually(lambda: service.parts.logs.streams == 0)


async def test_a_follower_that_leaves_leaves_nothing_behind(service: Service) -> None:
    async with following(service, [], []):
        assert await eventually(lambda: service.parts.logs.streams == 1)
    assert await eventually(lambda: service.parts.logs.streams == 0)
    with trio.fail_after(60):
        await service.parts.logs.wait_idle()


async def test_one_reader_too_many_is_told_to_come_back(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_STREAMS", 1)
    async with following(service, [], []):
        assert await eventually(lambda: service.parts.logs.streams == 1)
        code, status = await service.refusal(lambda stubs: list(stubs.daemon.ReadLogs(daemon_pb2.ReadLogsRequest())))
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert status.message.startswith("too many readers of the log are connected")
    assert [detail.TypeName() for detail in status.details] == ["google.rpc.QuotaFailure", "google.rpc.RetryInfo"]


async def test_the_log_can_be_read_when_nothing_may_be_changed_any_more(service: Service) -> None:
    say(service, "the end begins")
    service.parts.gate.close("the daemon is shutting down")
    assert await events(service) == ["the end begins"]
