"""Streams of a run: complete, in order, for anybody who listens, whatever the others do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
import pytest
import trio
from google.rpc import error_details_pb2

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.loop import call
from oodaemon.dispatch.site import SITE_BLOCKED
from oodaemon.model.events import Event
from oodaemon.model.runs import Desired, Run
from oodaemon.rpc import watch
from oodaemon.store import journal, retention, runs
from tests.integration.rpc.support import SMALL_WINDOW, Service, Stubs, aio_channel, eventually
from tests.support.process import starved

WATCHERS = 50


@dataclass
class Follower:
    """What one client saw of a run. `enough` lets it leave early."""

    run_id: str
    cursor: runs_pb2.Cursor | None = None
    enough: int | None = None
    snapshot: runs_pb2.Snapshot | None = None
    seqs: list[int] = field(default_factory=list)
    cursors: list[runs_pb2.Cursor] = field(default_factory=list)
    bookmarks: int = 0
    bye: runs_pb2.Bye | None = None

    async def follow(self, stubs: Stubs) -> None:
        """Read until the end of the stream (asyncio-flavoured)."""
        stream = stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=self.run_id, cursor=self.cursor))
        try:
            while (frame := await stream.read()) is not grpc.aio.EOF:
                self._take(frame)
                if self.enough is not None and len(self.seqs) >= self.enough:
                    return
        finally:
            stream.cancel()

    def _take(self, frame: runs_pb2.WatchRunResponse) -> None:
        assert self.bye is None, "nothing comes after the farewell"
        match frame.WhichOneof("frame"):
            case "snapshot":
                assert self.snapshot is None
                self.snapshot = frame.snapshot
                self.cursors.append(frame.snapshot.cursor)
            case "events":
                assert frame.events.events, "a batch is never empty"
                self.seqs += [event.seq for event in frame.events.events]
                self.cursors.append(frame.events.cursor)
            case "bookmark":
                self.bookmarks += 1
                self.cursors.append(frame.bookmark.cursor)
            case "bye":
                self.bye = frame.bye
                self.cursors.append(frame.bye.cursor)


@asynccontextmanager
async def following(service: Service, followers: list[Follower], *, keep: bool = False) -> AsyncIterator[None]:
    """Connect the followers, and on the way out wait until each came to its end."""
    before = service.parts.watch.streams
    async with aio_channel(service.target) as stubs, trio.open_nursery() as nursery:
        for follower in followers:
            nursery.start_soon(call, follower.follow, stubs)
        assert await eventually(
            lambda: service.parts.watch.streams == before + len(followers) and all(f.snapshot or f.cursor for f in followers)
        )
        yield


async def told(service: Service, run: Run, after: int = 0) -> list[int]:
    """Numbers of the events that concern a run, as they are stored."""
    return [event.seq for event in await service.parts.store.read(journal.read, after, run_id=run.run_id, limit=10_000)]


async def cancel(service: Service, run: Run) -> None:
    await service.parts.store.write(runs.set_desired, run.run_id, Desired.CANCEL)


async def test_many_watchers_end_at_one_revision_without_gaps_beside_one_that_never_reads(service: Service) -> None:
    run, other = await service.submit(900), await service.submit(3, name="other")
    followers = [Follower(run.run_id) for _ in range(WATCHERS)]
    with grpc.insecure_channel(service.target, options=[*SMALL_WINDOW, ("grpc.use_local_subchannel_pool", 1)]) as channel:
        idle = Stubs(channel).runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))
        assert await eventually(lambda: service.parts.watch.streams == 1)
        async with following(service, followers):
            await service.work(30)
            await service.parts.desk.enter(SITE_BLOCKED, "the site is away")
            await service.parts.desk.leave(SITE_BLOCKED)
            await service.parts.store.write(runs.set_desired, run.run_id, Desired.PAUSE)
            await service.parts.store.write(runs.set_desired, run.run_id, Desired.RUN)
            await cancel(service, run)
        assert service.parts.watch.streams == 1, "the one that never reads holds its own stream and no other"
        idle.cancel()
    assert await eventually(lambda: service.parts.watch.streams == 0)

    ends = set()
    for follower in followers:
        assert follower.snapshot is not None
        assert follower.bye is not None
        assert follower.seqs == await told(service, run, follower.snapshot.cursor.seq)
        assert [cursor.seq for cursor in follower.cursors] == sorted(cursor.seq for cursor in follower.cursors)
        ends.add((follower.bye.reason, follower.bye.cursor.seq, follower.bye.run.revision, follower.bye.run.phase))
    assert len(ends) == 1
    reason, seq, revision, phase = ends.pop()
    assert (reason, phase) == (runs_pb2.BYE_REASON_RUN_AT_REST, runs_pb2.RUN_PHASE_CANCELLED)
    assert seq == service.parts.store.head
    assert revision == (await service.parts.store.read(runs.get, run.run_id)).revision
    assert len(followers[0].seqs) > 900
    assert set(followers[0].seqs).isdisjoint(set(await told(service, other)) - set(await told(service, run)))


async def test_what_many_watch_is_looked_up_and_converted_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """They end at one revision with every event, as ever; a straggler may need a frame of its own, but not each of them one."""
    run = await service.submit(40)
    converter, converted = service.parts.presence.converter, list[int]()

    def event(found: Event) -> runs_pb2.Event:
        converted.append(found.seq)
        return convert(found)

    convert = converter.event
    monkeypatch.setattr(converter, "event", event)
    followers = [Follower(run.run_id) for _ in range(WATCHERS)]
    async with following(service, followers):
        await service.work(10)
        await cancel(service, run)
    assert followers[0].snapshot is not None
    seqs = await told(service, run, followers[0].snapshot.cursor.seq)
    assert [follower.seqs for follower in followers] == [seqs] * WATCHERS
    assert set(converted) == set(seqs)
    assert len(converted) < len(seqs) * WATCHERS / 5, "each watcher had its own frames"


async def test_watchers_of_different_runs_and_places_do_not_share(service: Service) -> None:
    runs_of = [await service.submit(20, name=name) for name in ("one", "two")]
    start = runs_pb2.Cursor(store_id=service.parts.store.store_id, generation=service.parts.store.generation, seq=0)
    followers = [Follower(run.run_id, cursor=cursor) for run in runs_of for cursor in (start, None) for _ in range(3)]
    async with following(service, followers):
        await service.work(5)
        for run in runs_of:
            await cancel(service, run)
    for follower in followers:
        run = next(run for run in runs_of if run.run_id == follower.run_id)
        after = follower.snapshot.cursor.seq if follower.snapshot else 0
        assert follower.seqs == await told(service, run, after)


async def test_a_watcher_goes_on_where_it_left(service: Service) -> None:
    run = await service.submit(40)
    before = Follower(run.run_id, enough=20)
    async with following(service, [before]):
        await service.work(20)
    after = Follower(run.run_id, cursor=before.cursors[-1])
    async with following(service, [after]):
        await service.work(20)
    assert before.snapshot is not None
    assert after.snapshot is None, "who has a cursor has a snapshot"
    assert after.bye is not None
    assert before.seqs + after.seqs == await told(service, run, before.snapshot.cursor.seq)
    assert (after.bye.reason, after.bye.run.phase) == (runs_pb2.BYE_REASON_RUN_AT_REST, runs_pb2.RUN_PHASE_COMPLETED)


async def test_a_watcher_that_comes_when_all_is_over_still_gets_everything(service: Service) -> None:
    run = await service.submit(300)
    start = runs_pb2.Cursor(store_id=service.parts.store.store_id, generation=service.parts.store.generation, seq=0)
    await cancel(service, run)
    late, resumed = Follower(run.run_id), Follower(run.run_id, cursor=start)
    async with aio_channel(service.target) as stubs:
        for follower in (late, resumed):
            await call(follower.follow, stubs)
    assert late.snapshot is not None
    assert (late.snapshot.run.phase, late.seqs) == (runs_pb2.RUN_PHASE_CANCELLED, [])
    assert resumed.seqs == await told(service, run)
    assert late.bye == resumed.bye


async def test_a_cursor_that_leads_nowhere_is_refused_with_the_oldest_event(service: Service) -> None:
    run = await service.submit(1)
    store = service.parts.store
    cursors = {
        "another store": runs_pb2.Cursor(store_id="another", generation=store.generation, seq=1),
        "another life of the store": runs_pb2.Cursor(store_id=store.store_id, generation=store.generation + 1, seq=1),
        "beyond the head": runs_pb2.Cursor(store_id=store.store_id, generation=store.generation, seq=store.head + 1),
        "before the beginning": runs_pb2.Cursor(store_id=store.store_id, generation=store.generation, seq=-1),
    }
    for name, cursor in cursors.items():
        request = runs_pb2.WatchRunRequest(run_id=run.run_id, cursor=cursor)
        code, status = await service.refusal(lambda s, request=request: list(s.runs.WatchRun(request)))
        assert code is grpc.StatusCode.OUT_OF_RANGE, name
        info = error_details_pb2.ErrorInfo()
        assert status.details[0].Unpack(info)
        assert (info.reason, info.metadata["oldest"]) == ("COMPACTED", str(await store.read(journal.oldest))), name


async def test_a_quiet_run_is_bookmarked_at_the_head(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "HEARTBEAT", 0.05)
    run, other = await service.submit(1), await service.submit(1, name="other")
    follower = Follower(run.run_id)
    async with following(service, [follower]):
        await service.parts.store.write(runs.set_desired, other.run_id, Desired.PAUSE)
        head = service.parts.store.head
        assert await eventually(lambda: follower.bookmarks >= 3)
        assert follower.cursors[-1].seq == head, "what happens to other runs moves the cursor as well"
        assert follower.seqs == []
        await cancel(service, run)
    assert follower.seqs == await told(service, run, head)


async def test_everybody_is_told_everything_and_then_that_the_daemon_stops(service: Service) -> None:
    run = await service.submit(20)
    followers = [Follower(run.run_id) for _ in range(20)]
    async with following(service, followers):
        await service.work(10)
        await service.say_goodbye()
    for follower in followers:
        assert follower.snapshot is not None
        assert follower.bye is not None
        assert follower.bye.reason == runs_pb2.BYE_REASON_SHUTDOWN
        assert follower.bye.cursor.seq == service.parts.store.head
        assert not follower.bye.HasField("run")
        assert follower.seqs == await told(service, run, follower.snapshot.cursor.seq)


async def test_stopping_with_two_hundred_open_streams_is_quick(service: Service) -> None:
    """Within 2 s; the time does not count in which its thread was ready and others had the processors."""
    run = await service.submit(1)
    followers = [Follower(run.run_id) for _ in range(200)]
    async with following(service, followers):
        began, starved_before = trio.current_time(), starved()
        await service.say_goodbye(grace=60)
        took = trio.current_time() - began - (starved() - starved_before)
    print(f"stopped with 200 streams in {took:.2f} s, starved {starved() - starved_before:.2f}")
    assert took < 2
    assert [follower.bye.reason if follower.bye else None for follower in followers] == [runs_pb2.BYE_REASON_SHUTDOWN] * 200


async def test_stopping_does_not_wait_for_a_client_that_never_reads(service: Service) -> None:
    run = await service.submit(900)
    with grpc.insecure_channel(service.target, options=SMALL_WINDOW) as channel:
        idle = Stubs(channel).runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))
        assert await eventually(lambda: service.parts.watch.streams == 1)
        await cancel(service, run)
        began, starved_before = trio.current_time(), starved()
        await service.say_goodbye()
        assert trio.current_time() - began - (starved() - starved_before) < 4
        idle.cancel()


async def test_one_watcher_too_many_is_told_to_come_back(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MAX_STREAMS", 2)
    run = await service.submit(1)
    async with following(service, [Follower(run.run_id), Follower(run.run_id)]):
        code, status = await service.refusal(lambda s: list(s.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))))
        assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert status.message.startswith("too many watchers are connected")
        full, retry = error_details_pb2.QuotaFailure(), error_details_pb2.RetryInfo()
        assert status.details[0].Unpack(full)
        assert full.violations[0].description == "at most 2 at once"
        assert status.details[1].Unpack(retry)
        await cancel(service, run)


async def test_a_watcher_that_leaves_is_forgotten_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "HEARTBEAT", 600)
    run = await service.submit(1)

    def leave(stubs: Stubs) -> None:
        stream = stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))
        next(stream)
        stream.cancel()

    for _ in range(5):
        await service.ask(leave)
    is_forgotten = await eventually(lambda: service.parts.watch.streams == 0, within=20)
    await service.say_goodbye()
    assert is_forgotten


async def test_a_watcher_that_leaves_in_the_middle_of_a_frame_is_no_error(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    run = await service.submit(900)
    with grpc.insecure_channel(service.target, options=[*SMALL_WINDOW, ("grpc.use_local_subchannel_pool", 1)]) as channel:
        idle = Stubs(channel).runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id))
        assert await eventually(lambda: service.parts.watch.streams == 1)
        async with following(service, [Follower(run.run_id)]):
            await cancel(service, run)
        assert service.parts.watch.streams == 1, "the one that never reads has not got everything"
        idle.cancel()
        assert await eventually(lambda: service.parts.watch.streams == 0, within=20)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_quiet_run_is_bookmarked_while_others_are_busy(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "HEARTBEAT", 0.2)
    quiet, busy = await service.submit(1), await service.submit(1, name="busy")
    follower = Follower(quiet.run_id)
    async with following(service, [follower]):
        commits = 0
        while follower.bookmarks < 2:
            commits += 1
            assert commits < 5000, "there was never a bookmark"
            desired = Desired.PAUSE if commits % 2 else Desired.RUN
            await service.parts.store.write(runs.set_desired, busy.run_id, desired)
        reached = follower.cursors[-1].seq
        await cancel(service, quiet)
    assert reached > quiet.revision + 4, "the bookmark is where the journal was, not where the run is"
    assert follower.seqs == await told(service, quiet, follower.cursors[0].seq)


async def test_who_was_away_when_events_were_compacted_is_told_and_starts_anew(service: Service) -> None:
    run, other = await service.submit(3), await service.submit(3, name="other")
    before, beside = Follower(run.run_id, enough=2), Follower(other.run_id, enough=2)
    async with following(service, [before, beside]):
        await service.work(4)
    await cancel(service, run)
    store = service.parts.store
    assert await store.write(retention.compact, await store.examine(retention.digest, run.run_id))
    oldest = await store.read(journal.oldest, run.run_id)
    for is_removed in (False, True):
        status, answer = await service.refusal(
            lambda stubs: list(stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id, cursor=before.cursors[-1])))
        )
        info = error_details_pb2.ErrorInfo()
        assert status is grpc.StatusCode.OUT_OF_RANGE, is_removed
        assert answer.details[0].Unpack(info)
        assert info.metadata["oldest"] == str(oldest) == str(store.head)
        await store.write(retention.remove, run.run_id, limit=1000)
    anew = Follower(run.run_id)
    goes_on = Follower(other.run_id, cursor=beside.cursors[-1])
    async with aio_channel(service.target) as stubs:
        await call(anew.follow, stubs)
        assert anew.bye is not None
        assert anew.bye.run.phase == runs_pb2.RUN_PHASE_CANCELLED
        await cancel(service, other)
        await call(goes_on.follow, stubs)
    assert beside.snapshot is not None
    assert beside.seqs + goes_on.seqs == await told(service, other, beside.snapshot.cursor.seq), "nothing of another run is gone"


async def test_a_stream_that_meets_the_compaction_is_ended_and_skips_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await service.submit(3)
    monkeypatch.setattr(watch, "BATCH", 1)
    store, look = service.parts.store, watch.look
    await cancel(service, run)
    found = await store.examine(retention.digest, run.run_id)
    looks = 0

    def meanwhile(db, ref, after):
        nonlocal looks
        looks += 1
        if looks == 4:
            service.parts.store._ledger.write(retention.compact, found)
            return view_after(db, ref, after)
        return look(db, ref, after)

    def view_after(db, ref, after):
        db.conn.rollback()
        db.execute("BEGIN")
        return look(db, ref, after)

    monkeypatch.setattr(watch, "look", meanwhile)
    here = service.parts.journal.cursor()
    cursor = runs_pb2.Cursor(store_id=here.store_id, generation=here.generation, seq=1)
    status, _ = await service.refusal(
        lambda stubs: list(stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run.run_id, cursor=cursor)))
    )
    assert (status, looks) == (grpc.StatusCode.OUT_OF_RANGE, 4)
