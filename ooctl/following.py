"""Following a run through every outage: each event once, in order, from the first frame until the run is at rest."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final, Protocol, TypeAlias, runtime_checkable

import grpc

from ooctl.exits import PHASES_AT_REST, ClientError, ExitStatus
from ooctl.pacing import RETRIES_WITHOUT_DAEMON, Pacing
from ooctl.records import Record, event_record, outlook_record, run_record
from ooctl.refusals import Outage, code_of, details_of, outage, retry_delay
from oodaemon.api.v1 import runs_pb2

Frames: TypeAlias = Generator[runs_pb2.WatchRunResponse, None, None]
LOST: Final = ("waiting for it to come back", "the daemon is back")
FULL: Final = ("waiting for a place", "there is a place again")
"""What is said while something keeps the run from being followed, and behind it."""

OpenStream: TypeAlias = Callable[[runs_pb2.WatchRunRequest, float | None], Frames]
Explain: TypeAlias = Callable[[grpc.RpcError], ClientError]


class View(Protocol):
    """Who looks on; called in the order in which things happened."""

    def snapshot(self, run: Record) -> None:
        """The run as it was when watching began, or began anew."""

    def event(self, event: Record) -> None:
        """One event, never given twice."""

    def notice(self, sentence: str) -> None:
        """Something about the connection, for people."""


@runtime_checkable
class Foresight(Protocol):
    """A view that also wants to know how long the run still takes, and what is in its way."""

    def outlook(self, run: Record) -> None:
        """The run after the events so far, with `eta_seconds` and `conditions` as they are now."""


class Follower:
    """Follows one run for one view; use it once."""

    def __init__(self, open_stream: OpenStream, explain: Explain, view: View, *, pacing: Pacing) -> None:
        """`open_stream` takes the request and the seconds left, None for no limit."""
        self._open_stream = open_stream
        self._explain = explain
        self._view = view
        self._pacing = pacing
        self._cursor: runs_pb2.Cursor | None = None
        self._run: Record | None = None
        self._is_ended = False
        self._wants_snapshot = True
        self._lost_since: float | None = None
        self._relief = ""
        self._least_delay = 0.0
        self._has_contact = False
        self._deadline: float | None = None
        self._delays = pacing.delays()
        self._tries = 0
        self._until: frozenset[str] = frozenset()

    def follow(
        self, run_id: str, *, timeout: float | None = None, has_contact: bool = False, until: frozenset[str] = frozenset()
    ) -> Record:
        """Return the run once it is at rest, or in one of the phases of `until`.

        A connection that breaks is made again for as long as `pacing.patience`; before the first contact only for a
        moment, unless `has_contact` says that the daemon answered just now. A daemon that has no place for another watcher
        is asked again for as long. Raises ClientError: TIMED_OUT when `timeout` seconds passed, UNREACHABLE or CONFLICT when
        patience ended, and whatever the daemon answered. The run itself is never touched.
        """
        self._has_contact, self._until = has_contact, until
        self._deadline = None if timeout is None else self._pacing.clock() + timeout
        while not self._is_ended:
            try:
                self._read_stream(run_id)
            except grpc.RpcError as error:
                self._endure(error, run_id)
            if not self._is_ended:
                self._end_or_wait(run_id)
        assert self._run is not None
        return self._run

    def _read_stream(self, run_id: str) -> None:
        # The full id of the snapshot: a beginning that was unambiguous may not stay so.
        known_id = self._run["run_id"] if self._run is not None else run_id
        cursor = None if self._wants_snapshot else self._cursor
        request = runs_pb2.WatchRunRequest(run_id=known_id, cursor=cursor)
        with closing(self._open_stream(request, self._seconds_left())) as frames:
            for frame in frames:
                self._mark_contact()
                self._take(frame)
                if self._is_ended or frame.WhichOneof("frame") == "bye":
                    return
        self._notice_loss("the daemon ended the stream")

    def _take(self, frame: runs_pb2.WatchRunResponse) -> None:
        match frame.WhichOneof("frame"):
            case "snapshot":
                self._take_snapshot(frame.snapshot)
            case "events":
                for event in frame.events.events:
                    self._take_event(event)
                self._advance(frame.events.cursor)
                self._look_ahead(frame.events)
                self._is_ended = self._is_ended or self._is_where_wanted()
            case "bookmark":
                self._advance(frame.bookmark.cursor)
                self._look_ahead(frame.bookmark)
            case "bye":
                self._take_bye(frame.bye)
            case None:
                pass  # a frame of a newer daemon

    def _take_snapshot(self, snapshot: runs_pb2.Snapshot) -> None:
        self._run = run_record(snapshot.run)
        self._wants_snapshot = False
        self._advance(snapshot.cursor)
        self._view.snapshot(self._run)
        self._is_ended = self._is_at_rest() or self._is_where_wanted()

    def _take_event(self, event: runs_pb2.Event) -> None:
        if self._cursor is not None:
            if event.seq <= self._cursor.seq:
                return
            # Advanced event by event: what was shown stays shown once, even if the batch is cut off in the middle.
            self._cursor.seq = event.seq
        record = event_record(event)
        if self._run is not None:
            self._run["tasks"] = record["tasks"] or self._run["tasks"]
            self._run["phase"] = record["phase"] or self._run["phase"]
        self._view.event(record)

    def _look_ahead(self, frame: runs_pb2.EventBatch | runs_pb2.Bookmark) -> None:
        if self._run is None or not frame.HasField("outlook"):
            return
        self._run |= outlook_record(frame.outlook)
        if isinstance(self._view, Foresight):
            self._view.outlook(self._run)

    def _take_bye(self, bye: runs_pb2.Bye) -> None:
        self._advance(bye.cursor)
        if bye.HasField("run"):
            self._run = run_record(bye.run)
        if bye.reason == runs_pb2.BYE_REASON_RUN_AT_REST:
            self._is_ended = self._run is not None
        else:
            self._notice_loss("the daemon shuts down")

    def _advance(self, cursor: runs_pb2.Cursor) -> None:
        """Never back within one life of the store; a new life counts from where it says."""
        if self._cursor is not None and _life(self._cursor) == _life(cursor) and cursor.seq <= self._cursor.seq:
            return
        if _life(cursor) != ("", 0) or cursor.seq:
            self._cursor = runs_pb2.Cursor(store_id=cursor.store_id, generation=cursor.generation, seq=cursor.seq)

    def _endure(self, error: grpc.RpcError, run_id: str) -> None:
        """Return when it is worth going on, else raise what the user should read."""
        if code_of(error) is grpc.StatusCode.DEADLINE_EXCEEDED and self._deadline is not None:
            raise self._timed_out(run_id) from None
        if code_of(error) is grpc.StatusCode.OUT_OF_RANGE and not self._wants_snapshot:
            self._wants_snapshot = True
            self._mark_contact()
            self._view.notice("the history since the last event was compacted, or the store replaced; going on from a new snapshot")
            return
        loss, words = "the connection to the daemon is lost", LOST
        self._least_delay = retry_delay(error)
        match outage(error):
            case None:
                raise self._explain(error) from None
            case Outage.REFUSED:
                self._has_contact = True
                loss = details_of(error) or loss
            case Outage.FULL:
                self._has_contact = True
                loss, words = details_of(error).partition(";")[0], FULL
            case Outage.NOBODY_THERE | Outage.CUT_OFF:
                pass
        self._tries += 1
        now = self._pacing.clock()
        self._lost_since = now if self._lost_since is None else self._lost_since
        waited = now - self._lost_since
        if waited >= self._pacing.patience or (not self._has_contact and self._tries > RETRIES_WITHOUT_DAEMON):
            if self._is_at_rest():
                return
            raise self._explain(error) from None
        if self._has_contact:
            self._notice_loss(loss, words)

    def _end_or_wait(self, run_id: str) -> None:
        if self._is_at_rest():  # its end was seen, only the farewell is missing
            self._is_ended = True
            return
        left = self._seconds_left()
        if left is not None and left <= 0:
            raise self._timed_out(run_id)
        delay, self._least_delay = max(next(self._delays), self._least_delay), 0.0
        self._pacing.sleep(delay if left is None else min(delay, left))

    def _notice_loss(self, sentence: str, words: tuple[str, str] = LOST) -> None:
        if not self._relief and not self._is_at_rest():
            hope, self._relief = words
            self._view.notice(f"{sentence}; {hope}")

    def _mark_contact(self) -> None:
        if self._relief:
            self._view.notice(self._relief)
            self._relief = ""
        self._has_contact = True
        self._lost_since = None
        self._delays = self._pacing.delays()
        self._tries = 0

    def _is_at_rest(self) -> bool:
        return self._run is not None and self._run["phase"] in PHASES_AT_REST

    def _is_where_wanted(self) -> bool:
        return self._run is not None and self._run["phase"] in self._until

    def _seconds_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - self._pacing.clock())

    def _timed_out(self, run_id: str) -> ClientError:
        missed = f"was not {' or '.join(sorted(self._until)).lower()}" if self._until else "did not come to rest"
        sentence = f"the run {run_id} {missed} in the time given; it goes on"
        return ClientError(sentence, ExitStatus.TIMED_OUT)


def _life(cursor: runs_pb2.Cursor) -> tuple[str, int]:
    return cursor.store_id, cursor.generation
