"""The log of the daemon as the client reads it: each line once, in order, through every outage. Importing this imports grpc."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import grpc

from ooctl.records import Record, enum_name
from ooctl.refusals import outage, retry_delay
from oodaemon.api.v1 import daemon_pb2

if TYPE_CHECKING:
    from collections.abc import Generator

    from ooctl.exits import ClientError
    from ooctl.pacing import Pacing
    from oodaemon.api.v1.daemon_pb2_grpc import DaemonServiceStub


class Logs:
    """Reads log lines. Every method raises ClientError."""

    def __init__(self, stub: DaemonServiceStub, explain: Callable[[grpc.RpcError], ClientError], pacing: Pacing) -> None:
        self._stub, self._explain, self._pacing = stub, explain, pacing

    def read(self, request: daemon_pb2.ReadLogsRequest, notice: Callable[[str], None]) -> Iterator[Record]:
        """The lines that are kept; with `follow`, those that come as well, without end.

        A connection that breaks while following is made again for as long as `pacing.patience`, and goes on behind the last line; a
        daemon that was started again is read from its first. `notice` is told of the connection and of lines that are lost.
        """
        request = daemon_pb2.ReadLogsRequest.FromString(request.SerializeToString())
        lost_since: float | None = None  # also behind a stream that the daemon ended in order: it goes away
        delays = self._pacing.delays()
        while True:
            least_delay = 0.0
            try:
                with closing(self._open(request)) as answers:
                    for answer in answers:
                        if lost_since is not None:
                            notice("the daemon is back")
                            lost_since, delays = None, self._pacing.delays()
                        yield from self._take(request, answer, notice)
                if not request.follow:
                    return
                lost_since = self._lost(lost_since, notice)
            except grpc.RpcError as error:
                if not request.follow or outage(error) is None or not request.HasField("cursor"):
                    raise self._explain(error) from None
                lost_since, least_delay = self._lost(lost_since, notice), retry_delay(error)
                if self._pacing.clock() - lost_since >= self._pacing.patience:
                    raise self._explain(error) from None
            self._pacing.sleep(max(next(delays), least_delay))

    def _lost(self, since: float | None, notice: Callable[[str], None]) -> float:
        """Since when; told once."""
        if since is not None:
            return since
        notice("the connection to the daemon is lost; waiting for it to come back")
        return self._pacing.clock()

    def _open(self, request: daemon_pb2.ReadLogsRequest) -> Generator[daemon_pb2.ReadLogsResponse, None, None]:
        call = self._stub.ReadLogs(request)
        try:
            yield from call
        finally:
            call.cancel()

    def _take(
        self, request: daemon_pb2.ReadLogsRequest, answer: daemon_pb2.ReadLogsResponse, notice: Callable[[str], None]
    ) -> Iterator[Record]:
        if answer.missed:
            notice(f"{answer.missed:,} lines came in between and are kept no more")
        for line in answer.lines:
            yield log_record(line)
        request.cursor.CopyFrom(answer.cursor)
        request.ClearField("max_age")  # whatever comes behind the cursor is new, however long an outage lasts


def log_record(line: daemon_pb2.LogLine) -> Record:
    """A line of the log; `fields` holds texts by name."""
    return {
        "logged_at": line.logged_at.ToJsonString(),
        "level": enum_name(line, "level"),
        "event": line.event,
        "fields": dict(sorted(line.fields.items())),
        "seq": line.seq,
    }
