"""WatchRun: a snapshot, then every event in order, read by cursor. The server keeps nothing per client but a number.

All who watch a run from the same place wait together, and get the same frame: one look at the store, one conversion, one
serialisation.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import trio

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.joined import Joined
from oodaemon.bridge.loop import call_trio
from oodaemon.clock import SECONDS
from oodaemon.errors import CursorTooOld, LimitReached
from oodaemon.events.watch import Closed, Journal
from oodaemon.model.events import Cursor, Event
from oodaemon.model.runs import AT_REST, Run
from oodaemon.rpc import convert
from oodaemon.rpc.prepared import Prepared
from oodaemon.rpc.presence import Presence
from oodaemon.rpc.shared import FRESH, SharedReads
from oodaemon.store import journal, runs
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

BATCH = 256
HEARTBEAT, COALESCE = 5 * SECONDS, 0.02 * SECONDS
MAX_STREAMS = 500


@dataclass(frozen=True, slots=True)
class View:
    """One consistent look: the run, the events after a place, the newest seq, and the oldest from which on none is missing."""

    run: Run
    events: list[Event]
    head: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Frame:
    """An answer for everybody at one place of a run, and the place behind it; the last one ends their streams."""

    answer: Prepared[runs_pb2.WatchRunResponse]
    seq: int
    is_last: bool = False


def look(db: Snapshot, ref: str, after: int | None) -> View:
    """Read everything a frame needs in one transaction; without `after`, no events.

    Raises CursorTooOld when events after that place were removed: also for a stream that was so slow that it met the compaction.
    """
    run = runs.get(db, ref)
    oldest = journal.oldest(db, run.run_id)
    if after is not None and after < oldest - 1:
        raise CursorTooOld(oldest)
    events = [] if after is None else journal.read(db, after, run_id=run.run_id, limit=BATCH)
    return View(run, events, journal.head(db), oldest)


def _news(db: Snapshot, after: int, run_id: str) -> tuple[int, bool]:
    return journal.news(db, after, run_id=run_id)


class Watch:
    """Streams runs. A slow client only lags; it never delays a commit or another client."""

    def __init__(self, *, store: Store, events: Journal, presence: Presence) -> None:
        self._store, self._events, self._presence = store, events, presence
        self._shared, self._next = SharedReads(store), Joined(self._frame)
        self._told: dict[tuple[str, int], tuple[float, Frame]] = {}
        self._streams = 0
        self._places: dict[int, int] = {}
        self._idle = trio.Event()

    @property
    def streams(self) -> int:
        """Streams that are open."""
        return self._streams

    @property
    def lag(self) -> int:
        """Events that were committed and not yet looked at by the stream that is furthest behind; 0 without streams."""
        return max((self._store.head - seq for seq in self._places.values()), default=0)

    async def wait_idle(self) -> None:
        """Return when no stream is open (trio-flavoured)."""
        while self._streams:
            self._idle = trio.Event()
            await self._idle.wait()

    async def stream(self, request: runs_pb2.WatchRunRequest, context: Any) -> None:
        """Write frames until the run is at rest, the daemon shuts down or the client leaves (asyncio-flavoured).

        Raises NotFound, CursorTooOld, and LimitReached when too many streams are open.
        """
        if self._streams >= MAX_STREAMS:
            raise LimitReached("watchers", MAX_STREAMS)
        self._streams += 1
        try:
            await self._stream(request, context)
        finally:
            self._streams -= 1
            self._places.pop(id(context), None)
            if not self._streams:
                self._idle.set()

    async def _stream(self, request: runs_pb2.WatchRunRequest, context: Any) -> None:
        view: View = await call_trio(self._shared.read, look, request.run_id, None)
        run_id = view.run.run_id
        if request.HasField("cursor"):
            asked = request.cursor
            cursor = Cursor(asked.store_id, asked.generation, asked.seq)
            await call_trio(partial(self._events.check, cursor, run_id=run_id))
            seq = asked.seq
        else:
            seq = view.head
            snapshot = runs_pb2.Snapshot(run=self._presence.run(view.run), cursor=self._cursor(seq))
            await context.write(runs_pb2.WatchRunResponse(snapshot=snapshot))
        while True:
            self._places[id(context)] = seq
            frame = self._recent(run_id, seq) or await self._next.ask(run_id, seq)
            await context.write(frame.answer)
            if frame.is_last:
                return
            seq = frame.seq

    def _recent(self, run_id: str, seq: int) -> Frame | None:
        """What others at this place just got, for one who comes to it a moment after them."""
        made, frame = self._told.get((run_id, seq), (-math.inf, None))
        return frame if trio.current_time() - made <= FRESH else None

    async def _frame(self, run_id: str, seq: int) -> Frame:
        """The one frame that is next for everybody at this place of a run (trio-flavoured)."""
        place = seq
        while True:
            view = await self._shared.read(look, run_id, seq)
            if view.events:
                return self._keep(run_id, place, self._batch(view))
            seq = max(seq, view.head)
            if view.run.phase in AT_REST:
                return self._bye(runs_pb2.BYE_REASON_RUN_AT_REST, seq, view.run)
            match await self._more(run_id, seq):
                case Closed():
                    return self._bye(runs_pb2.BYE_REASON_SHUTDOWN, seq)
                case int(passed):
                    bookmark = runs_pb2.Bookmark(cursor=self._cursor(passed), outlook=self._presence.outlook(view.run))
                    return Frame(Prepared(runs_pb2.WatchRunResponse(bookmark=bookmark)), passed)
                case None:
                    pass

    def _keep(self, run_id: str, seq: int, frame: Frame) -> Frame:
        now = trio.current_time()
        self._told = {place: (made, known) for place, (made, known) in self._told.items() if now - made <= FRESH}
        self._told[run_id, seq] = (now, frame)
        return frame

    async def _more(self, run_id: str, seq: int) -> Closed | int | None:
        """Wait for events of the run after `seq` (trio-flavoured): None when there are.

        Closed when the journal is, and after a heartbeat the seq up to which there are none: other runs may be busy meanwhile.
        """
        try:
            with trio.move_on_after(HEARTBEAT):
                while True:
                    await self._events.wait_beyond(seq)
                    await trio.sleep(COALESCE)
                    head, has_news = await self._shared.read(_news, seq, run_id)
                    if has_news:
                        return None
                    seq = head
        except Closed as closed:
            return closed
        return seq

    def _cursor(self, seq: int) -> runs_pb2.Cursor:
        here = self._events.cursor()
        return convert.cursor(Cursor(here.store_id, here.generation, seq))

    def _batch(self, view: View) -> Frame:
        wire, seq = [self._presence.converter.event(event) for event in view.events], view.events[-1].seq
        batch = runs_pb2.EventBatch(events=wire, cursor=self._cursor(seq), outlook=self._presence.outlook(view.run))
        return Frame(Prepared(runs_pb2.WatchRunResponse(events=batch)), seq)

    def _bye(self, reason: runs_pb2.ByeReason.ValueType, seq: int, run: Run | None = None) -> Frame:
        bye = runs_pb2.Bye(reason=reason, cursor=self._cursor(seq))
        if run is not None:
            bye.run.CopyFrom(self._presence.run(run))
        return Frame(Prepared(runs_pb2.WatchRunResponse(bye=bye)), seq, is_last=True)
