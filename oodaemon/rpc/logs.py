"""ReadLogs: the newest log lines, read by number. The server keeps nothing per client but that number."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import trio

from oodaemon.api.v1 import daemon_pb2
from oodaemon.bridge.loop import call_trio
from oodaemon.clock import SECONDS, WallClock
from oodaemon.errors import InvalidArgument, LimitReached, Unavailable
from oodaemon.events.log import Level, Line, LogBook
from oodaemon.events.watch import Closed
from oodaemon.failures.redaction import Redaction
from oodaemon.rpc import convert
from oodaemon.store import runs
from oodaemon.store.store import Store

BATCH = 256
HEARTBEAT = 5 * SECONDS
MAX_STREAMS = 100


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which lines somebody asked for."""

    level: Level
    run_id: str
    not_before: datetime.datetime | None

    def holds(self, line: Line) -> bool:
        is_young = self.not_before is None or line.logged_at >= self.not_before
        return is_young and line.level >= self.level and (not self.run_id or line.tells_of(self.run_id))


class Logs:
    """Streams of log lines. A slow client only lags: what it is too slow for it misses, and is told how many lines that were."""

    def __init__(self, *, book: LogBook, store: Store, redaction: Callable[[], Redaction], wall_clock: WallClock) -> None:
        """`redaction` knows all secrets there are now: some of them may be younger than a line."""
        self.book, self._store, self._redaction, self._wall_clock = book, store, redaction, wall_clock
        self._streams = 0
        self._idle = trio.Event()

    @property
    def streams(self) -> int:
        """Streams that are open."""
        return self._streams

    def close(self) -> None:
        """End every stream once it has everything."""
        self.book.close()

    async def wait_idle(self) -> None:
        """Return when no stream is open (trio-flavoured)."""
        while self._streams:
            self._idle = trio.Event()
            await self._idle.wait()

    async def stream(self, request: daemon_pb2.ReadLogsRequest, context: Any) -> None:
        """Write what is asked for, and with `follow` what comes (asyncio-flavoured), until the client leaves.

        Raises NotFound and InvalidArgument for a run, Unavailable when the daemon shuts down, LimitReached when too many streams
        are open.
        """
        if self._streams >= MAX_STREAMS:
            raise LimitReached("readers of the log", MAX_STREAMS)
        self._streams += 1
        try:
            await self._stream(request, context)
        finally:
            self._streams -= 1
            if not self._streams:
                self._idle.set()

    async def _stream(self, request: daemon_pb2.ReadLogsRequest, context: Any) -> None:
        wanted = await self._wanted(request)
        is_ours = request.HasField("cursor") and request.cursor.log_id == self.book.log_id
        seq = min(max(0, request.cursor.seq), self.book.head) if is_ours else 0
        is_resumed, is_silent = is_ours, request.follow  # whoever follows has a place from the first answer on
        while True:
            page = self.book.read(seq, BATCH)
            seq = page.seq
            lines = [line for line in page.lines if wanted.holds(line)]
            if lines or is_silent or (page.missed and is_resumed):
                await context.write(self._answer(lines, seq, page.missed if is_resumed else 0))
                is_resumed, is_silent = True, False
            if not page.is_last:
                continue
            if not request.follow:
                return
            is_silent = await call_trio(partial(self._more, seq))

    async def _wanted(self, request: daemon_pb2.ReadLogsRequest) -> _Wanted:
        run_id, not_before = "", None
        if request.run_id:
            run_id = (await call_trio(self._store.read, runs.get, request.run_id)).run_id
        if request.HasField("max_age"):
            age = request.max_age.ToTimedelta()
            if age < datetime.timedelta():
                raise InvalidArgument.of("max_age", "is negative; give how old the oldest line may be")
            not_before = self._wall_clock() - min(age, datetime.timedelta(days=3650))
        known = {level.value for level in Level}
        if request.level and request.level not in known:
            raise InvalidArgument.of("level", f"{request.level} is not known; use {', '.join(level.name for level in Level)}")
        return _Wanted(Level(request.level or Level.INFO), run_id, not_before)

    async def _more(self, seq: int) -> bool:
        """Wait for a line after `seq` (trio-flavoured); True when it is time for a sign of life."""
        try:
            with trio.move_on_after(HEARTBEAT) as scope:
                await self.book.wait_beyond(seq)
        except Closed:
            raise Unavailable("the daemon is shutting down") from None
        return scope.cancelled_caught

    def _answer(self, lines: list[Line], seq: int, missed: int) -> daemon_pb2.ReadLogsResponse:
        redaction = self._redaction()
        wire = [
            daemon_pb2.LogLine(
                seq=line.seq,
                logged_at=convert.timestamp(line.logged_at),
                level=daemon_pb2.LogLevel.Value(f"LOG_LEVEL_{line.level.name}"),
                event=redaction.text(line.event),
                fields={name: redaction.text(text) for name, text in line.fields.items()},
            )
            for line in lines
        ]
        return daemon_pb2.ReadLogsResponse(lines=wire, cursor=daemon_pb2.LogCursor(log_id=self.book.log_id, seq=seq), missed=missed)
