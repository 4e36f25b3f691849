"""Reading the log through outages: each line once, in order."""

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2

from ooctl.address import Address
from ooctl.exits import ClientError, ExitStatus
from ooctl.logs import Logs, log_record
from ooctl.refusals import explain
from ooctl.render.logs import log_line
from oodaemon.api.v1 import daemon_pb2
from tests.unit.ooctl.builders import FakeRpcError, TestClock, rich_error, stamp

ADDRESS = Address("unix:/run/oodaemon.sock")
GOING = FakeRpcError(grpc.StatusCode.UNAVAILABLE, "the daemon is shutting down")
DEAD = FakeRpcError(grpc.StatusCode.UNAVAILABLE, "failed to connect to all addresses")
FULL = rich_error(
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    "too many readers of the log are connected",
    error_details_pb2.QuotaFailure(violations=[error_details_pb2.QuotaFailure.Violation(subject="readers of the log")]),
    error_details_pb2.RetryInfo(retry_delay=Duration(seconds=3)),
)
NO_RUN = FakeRpcError(grpc.StatusCode.NOT_FOUND, "there is no run 'x'")


def a_line(seq: int, event: str = "", level: int = daemon_pb2.LOG_LEVEL_INFO, **fields: str) -> daemon_pb2.LogLine:
    return daemon_pb2.LogLine(seq=seq, logged_at=stamp(seq), level=level, event=event or f"line {seq}", fields=fields)


def answer(*seqs: int, log_id: str = "a", missed: int = 0) -> daemon_pb2.ReadLogsResponse:
    place = daemon_pb2.LogCursor(log_id=log_id, seq=max(seqs, default=0))
    return daemon_pb2.ReadLogsResponse(lines=map(a_line, seqs), cursor=place, missed=missed)


class Stream:
    """A call that plays its steps."""

    def __init__(self, steps) -> None:
        self.steps, self.is_cancelled = list(steps), False

    def __iter__(self):
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield step

    def cancel(self):
        self.is_cancelled = True


class Stub:
    """Connections one after the other; the last one for ever."""

    def __init__(self, *connections) -> None:
        self.connections, self.requests, self.streams = list(connections), [], []

    def ReadLogs(self, request):  # noqa: N802 - named by the wire format
        self.requests.append(daemon_pb2.ReadLogsRequest.FromString(request.SerializeToString()))
        steps = self.connections.pop(0) if len(self.connections) > 1 else self.connections[0]
        self.streams.append(Stream(steps))
        return self.streams[-1]


def read(stub: Stub, notices: list[str], clock: TestClock | None = None, **request):
    logs = Logs(stub, lambda error: explain(error, ADDRESS), (clock or TestClock()).pacing())  # type: ignore[arg-type]  # as much of a stub as it takes
    return logs.read(daemon_pb2.ReadLogsRequest(**request), notices.append)


def test_what_is_kept_is_read_to_its_end():
    stub, notices = Stub([answer(1, 2), answer(3)]), []
    assert [record["seq"] for record in read(stub, notices)] == [1, 2, 3]
    assert (len(stub.requests), notices) == (1, [])
    assert stub.streams[0].is_cancelled


def test_a_restart_of_the_daemon_shows_nothing_twice_and_its_new_lines_from_the_first():
    stub, notices = Stub([answer(1, 2), GOING], [DEAD], [answer(1, log_id="b"), NO_RUN]), []
    found = []
    with pytest.raises(ClientError) as caught:
        found.extend(each["seq"] for each in read(stub, notices, follow=True, run_id="x", max_age={"seconds": 60}))
    assert caught.value.status is ExitStatus.NOT_FOUND
    assert notices == ["the connection to the daemon is lost; waiting for it to come back", "the daemon is back"]
    assert [(request.cursor.log_id, request.cursor.seq) for request in stub.requests] == [("", 0), ("a", 2), ("a", 2)]
    assert [request.HasField("max_age") for request in stub.requests] == [True, False, False]
    assert all(request.run_id == "x" for request in stub.requests)


def test_lines_that_were_lost_are_told():
    stub, notices = Stub([answer(9, missed=1234)]), []
    assert len(list(read(stub, notices))) == 1
    assert notices == ["1,234 lines came in between and are kept no more"]


def test_a_daemon_that_was_never_there_and_one_that_stays_away_are_told():
    for stub in (Stub([DEAD]), Stub([answer(1), GOING], [DEAD])):
        with pytest.raises(ClientError) as caught:
            list(read(stub, [], follow=True))
        assert caught.value.status is ExitStatus.UNREACHABLE


def test_a_place_is_waited_for_by_who_had_one_and_nobody_else():
    clock, notices = TestClock(), []
    stub = Stub([answer(1), GOING], [FULL], [answer(2), NO_RUN])
    found = []
    with pytest.raises(ClientError):
        found.extend(each["seq"] for each in read(stub, notices, clock, follow=True))
    assert found == [1, 2]
    assert clock.naps == [0.1, 3]
    for request in ({"follow": True}, {}):
        with pytest.raises(ClientError) as caught:
            list(read(Stub([FULL]), [], **request))
        assert caught.value.status is ExitStatus.CONFLICT


def test_a_line_for_people_stays_one_line_and_steers_no_terminal():
    record = log_record(
        a_line(1, "attempt\nfailed", daemon_pb2.LOG_LEVEL_WARNING, run="01J", reason='he said "no"', empty="", odd="a\x1b[2Jb")
    )
    expected = '2026-11-21T08:00:01Z {} attempt failed empty="" odd="a [2Jb" reason="he said \\"no\\"" run=01J'
    assert log_line(record) == expected.format("warning")
    assert log_line(record, has_colour=True) == expected.format("\x1b[33mwarning\x1b[0m")
