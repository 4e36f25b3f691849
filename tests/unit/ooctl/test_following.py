"""Followers against scripted connections: what is shown, what is asked for again, and when it is given up."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2
from hypothesis import given
from hypothesis import strategies as st

from ooctl.address import Address
from ooctl.exits import ClientError, ExitStatus
from ooctl.following import Follower
from ooctl.refusals import explain
from oodaemon.api.v1 import runs_pb2
from tests.unit.ooctl.builders import RUN_ID, FakeRpcError, TestClock, a_run, an_event, counts, cursor, phase_event, rich_error

ADDRESS = Address("unix:/run/oodaemon.sock")
DEAD = FakeRpcError(grpc.StatusCode.UNAVAILABLE, "failed to connect to all addresses")
CUT = FakeRpcError(grpc.StatusCode.UNAVAILABLE, "Socket closed")
BUSY = FakeRpcError(grpc.StatusCode.UNAVAILABLE, "the daemon is starting")
COMPACTED = FakeRpcError(grpc.StatusCode.OUT_OF_RANGE, "the journal no longer reaches back")
LATE = FakeRpcError(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
FULL = rich_error(
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    "too many watchers are connected; close one of them, or try again later",
    error_details_pb2.QuotaFailure(violations=[error_details_pb2.QuotaFailure.Violation(subject="watchers")]),
    error_details_pb2.RetryInfo(retry_delay=Duration(seconds=3)),
)
COMPLETED = runs_pb2.RUN_PHASE_COMPLETED


class RecordingView:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.snapshots: list[dict] = []
        self.notices: list[str] = []

    def snapshot(self, run):
        self.snapshots.append(dict(run))

    def event(self, event):
        self.seqs.append(event["seq"])

    def notice(self, sentence):
        self.notices.append(sentence)


class Script:
    """Connections one after the other; each is a list of frames and errors. The last one repeats for ever."""

    def __init__(self, *connections, clock: TestClock | None = None) -> None:
        self.connections = list(connections)
        self.requests: list[runs_pb2.WatchRunRequest] = []
        self.timeouts: list[float | None] = []
        self.clock = clock or TestClock()
        self.view = RecordingView()
        self.closed = 0

    def open(self, request, timeout):
        self.requests.append(runs_pb2.WatchRunRequest.FromString(request.SerializeToString()))
        self.timeouts.append(timeout)
        steps = self.connections.pop(0) if len(self.connections) > 1 else self.connections[0]
        try:
            for step in steps:
                if isinstance(step, grpc.RpcError):
                    raise step
                if callable(step):
                    step()
                else:
                    yield step
        finally:
            self.closed += 1

    def follow(self, **options):
        follower = Follower(self.open, lambda error: explain(error, ADDRESS), self.view, pacing=self.clock.pacing())
        return follower.follow(RUN_ID[:8], **options)


def snapshot(seq=0, run=None, *, generation=1):
    return runs_pb2.WatchRunResponse(snapshot=runs_pb2.Snapshot(run=run or a_run(), cursor=cursor(seq, generation=generation)))


def batch(*seqs, generation=1, at=None):
    events = [an_event(seq, task=seq, done=1) for seq in seqs]
    last = max(seqs, default=0) if at is None else at
    return runs_pb2.WatchRunResponse(events=runs_pb2.EventBatch(events=events, cursor=cursor(last, generation=generation)))


def finish(seq):
    events = [phase_event(seq, COMPLETED, done=3)]
    return runs_pb2.WatchRunResponse(events=runs_pb2.EventBatch(events=events, cursor=cursor(seq)))


def bookmark(seq):
    return runs_pb2.WatchRunResponse(bookmark=runs_pb2.Bookmark(cursor=cursor(seq)))


def bye(seq=9, reason=runs_pb2.BYE_REASON_RUN_AT_REST, *, skipped=0):
    run = a_run(COMPLETED, tasks=counts(3, completed=3 - skipped, skipped=skipped))
    return runs_pb2.WatchRunResponse(bye=runs_pb2.Bye(reason=reason, cursor=cursor(seq), run=run))


def shutdown(seq):
    return runs_pb2.WatchRunResponse(bye=runs_pb2.Bye(reason=runs_pb2.BYE_REASON_SHUTDOWN, cursor=cursor(seq)))


def test_a_run_is_followed_to_its_farewell():
    script = Script([snapshot(2), batch(3, 4), bookmark(4), batch(5), bye(skipped=1)])
    run = script.follow()

    assert script.view.seqs == [3, 4, 5]
    assert (run["phase"], run["tasks"]["skipped"]) == ("COMPLETED", 1)
    assert not script.requests[0].HasField("cursor")
    assert script.closed == 1
    assert script.view.notices == []


def test_a_run_at_rest_ends_at_the_snapshot():
    script = Script([snapshot(2, a_run(COMPLETED)), batch(3)])

    assert script.follow()["phase"] == "COMPLETED"
    assert script.view.seqs == []


def test_a_paused_run_is_watched_on():
    script = Script([snapshot(2, a_run(runs_pb2.RUN_PHASE_PAUSED)), batch(3), bye()])
    script.follow()

    assert script.view.seqs == [3]


@pytest.mark.parametrize("loss", [[CUT], [BUSY], [FakeRpcError(grpc.StatusCode.CANCELLED)], [shutdown(4)], []])
def test_a_lost_connection_is_made_again_from_the_cursor(loss):
    script = Script([snapshot(2), batch(3, 4), *loss], [DEAD], [batch(3, 4, 5), bye()])
    script.follow()

    assert script.view.seqs == [3, 4, 5]
    assert script.requests[-1].cursor == cursor(4)
    assert script.requests[-1].run_id == RUN_ID  # in full, although only its beginning was given
    assert len(script.view.notices) == 2
    assert script.view.notices[-1] == "the daemon is back"
    assert len(script.view.snapshots) == 1


def test_the_cursor_counts_events_of_a_batch_that_was_shown():
    late_cursor = batch(3, 4, at=2)
    script = Script([snapshot(2), late_cursor, CUT], [batch(4, 5), bye()])
    script.follow()

    assert script.view.seqs == [3, 4, 5]
    assert script.requests[1].cursor.seq == 4


@given(st.data())
def test_whatever_is_offered_again_every_event_is_shown_once_in_order(data):
    """A server that re-sends any number of old events and breaks anywhere, but never leaves a gap."""
    last = data.draw(st.integers(0, 12))
    connections = []
    reached = 0
    for _ in range(data.draw(st.integers(0, 5))):
        first = data.draw(st.integers(1, reached + 1))
        until = data.draw(st.integers(reached, last))
        steps = [] if connections else [snapshot(0)]
        steps += [batch(*range(first, until + 1))] if until >= first else []
        connections.append([*steps, data.draw(st.sampled_from([CUT, BUSY, shutdown(until)]))])
        reached = max(reached, until)
    first = data.draw(st.integers(1, reached + 1))
    start = [] if connections else [snapshot(0)]
    connections.append([*start, batch(*range(first, last + 1)), bye(last)])
    script = Script(*connections)
    script.follow()

    assert script.view.seqs == list(range(1, last + 1))


def test_a_compacted_history_starts_again_from_a_snapshot():
    script = Script([snapshot(2), batch(3), CUT], [COMPACTED], [snapshot(50), batch(51), bye(51)])
    script.follow()

    assert script.view.seqs == [3, 51]
    assert not script.requests[2].HasField("cursor")
    assert any("compacted" in notice for notice in script.view.notices)


def test_a_snapshot_never_leads_back_within_one_life_of_the_store():
    script = Script([snapshot(2), batch(3, 4), CUT], [COMPACTED], [snapshot(3), batch(4, 5), bye(5)])
    script.follow()

    assert script.view.seqs == [3, 4, 5]


def test_a_restored_store_counts_anew():
    restored = [snapshot(1, generation=2), batch(2, generation=2), bye()]
    script = Script([snapshot(8), batch(9), CUT], [COMPACTED], restored)
    script.follow()

    assert script.view.seqs == [9, 2]


def test_out_of_range_without_a_cursor_is_an_error():
    with pytest.raises(ClientError, match="no longer reaches back"):
        Script([COMPACTED]).follow()


def test_a_verdict_of_the_daemon_ends_the_watching_at_once():
    script = Script([FakeRpcError(grpc.StatusCode.NOT_FOUND, "there is no run")])
    with pytest.raises(ClientError) as caught:
        script.follow()

    assert caught.value.status is ExitStatus.NOT_FOUND
    assert script.clock.naps == []


def test_a_daemon_that_was_never_there_is_given_up_soon():
    script = Script([DEAD])
    with pytest.raises(ClientError) as caught:
        script.follow()

    assert caught.value.status is ExitStatus.UNREACHABLE
    assert sum(script.clock.naps) < 0.5


def test_after_contact_patience_is_five_minutes_of_growing_delays():
    script = Script([snapshot(2), CUT], [DEAD])
    with pytest.raises(ClientError) as caught:
        script.follow()

    assert caught.value.status is ExitStatus.UNREACHABLE
    assert 300 <= sum(script.clock.naps) <= 303
    assert script.clock.naps[:3] == [0.1, 0.2, 0.4]
    assert max(script.clock.naps) == 2


def test_contact_by_an_earlier_request_counts():
    script = Script([DEAD], [snapshot(2), bye()])
    several = Script([DEAD], [DEAD], [DEAD], [DEAD], [snapshot(2), bye()])

    script.follow(has_contact=True)
    several.follow(has_contact=True)

    assert len(several.requests) == 5


def test_patience_starts_with_the_outage_and_not_with_the_last_event():
    clock = TestClock()
    script = Script([snapshot(2), lambda: clock.sleep(3600), CUT], [DEAD], [batch(3), bye()], clock=clock)
    script.follow()

    assert script.view.seqs == [3]


def test_a_daemon_that_says_it_cannot_serve_is_quoted_at_once_and_in_the_end():
    script = Script([BUSY])
    with pytest.raises(ClientError) as caught:
        script.follow()

    assert script.view.notices == ["the daemon is starting; waiting for it to come back"]
    assert caught.value.sentence == "the daemon is starting"
    assert caught.value.status is ExitStatus.UNREACHABLE


def test_a_place_among_the_watchers_is_waited_for_as_the_daemon_asks():
    script = Script([FULL], [FULL], [snapshot(2), batch(3), bye()])
    script.follow()

    assert script.view.seqs == [3]
    assert script.view.notices == ["too many watchers are connected; waiting for a place", "there is a place again"]
    assert script.clock.naps == [3, 3]


def test_a_place_that_does_not_come_is_given_up_with_the_limit():
    script = Script([snapshot(2), CUT], [FULL])
    with pytest.raises(ClientError) as caught:
        script.follow()

    assert caught.value.status is ExitStatus.CONFLICT
    assert caught.value.sentence.startswith("too many watchers are connected")
    assert script.view.notices == ["the connection to the daemon is lost; waiting for it to come back"]
    assert 300 <= sum(script.clock.naps) <= 306


def test_who_tried_too_many_tokens_does_not_go_on_trying():
    script = Script([FakeRpcError(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many attempts failed; try again later")])
    with pytest.raises(ClientError) as caught:
        script.follow(has_contact=True)

    assert caught.value.status is ExitStatus.CONFLICT
    assert script.clock.naps == []


def test_the_end_that_was_seen_needs_no_farewell():
    script = Script([snapshot(2), finish(3), CUT], [DEAD])

    assert script.follow()["phase"] == "COMPLETED"
    assert script.clock.naps == []
    assert script.view.notices == []


@pytest.mark.parametrize("connections", [([snapshot(2), LATE],), ([snapshot(2), CUT], [DEAD])])
def test_the_time_limit_ends_the_watching_and_not_the_run(connections):
    script = Script(*connections)
    with pytest.raises(ClientError) as caught:
        script.follow(timeout=4)

    assert caught.value.status is ExitStatus.TIMED_OUT
    assert "it goes on" in caught.value.sentence
    assert sum(script.clock.naps) <= 4
    assert script.timeouts[0] == 4


def test_a_reconnection_gets_only_the_time_that_is_left():
    clock = TestClock()
    script = Script([snapshot(2), lambda: clock.sleep(3), CUT], [bye()], clock=clock)
    script.follow(timeout=10)

    assert script.timeouts == [10, pytest.approx(6.9)]
    assert Script([snapshot(2), bye()]).follow()["phase"] == "COMPLETED"


def test_a_frame_of_a_newer_daemon_is_passed_over():
    script = Script([snapshot(2), runs_pb2.WatchRunResponse(), batch(3), bye()])
    script.follow()

    assert script.view.seqs == [3]


class FarSighted(RecordingView):
    """A view that also wants to know how long the run still takes."""

    def __init__(self) -> None:
        super().__init__()
        self.etas: list[float | None] = []

    def outlook(self, run):
        self.etas.append(run["eta_seconds"])


def foresee(frame, seconds):
    part = frame.events if frame.WhichOneof("frame") == "events" else frame.bookmark
    part.outlook.SetInParent()
    if seconds is not None:
        part.outlook.eta.FromSeconds(seconds)
    return frame


def test_how_long_it_takes_is_told_behind_the_events_and_in_silence():
    script = Script([snapshot(2), foresee(batch(3), 40), foresee(bookmark(4), 35), foresee(bookmark(5), None), batch(6), bye()])
    script.view = FarSighted()
    script.follow()
    assert script.view.etas == [40, 35, None]


def test_a_run_is_followed_to_a_phase_that_is_wanted():
    paused = runs_pb2.WatchRunResponse(
        events=runs_pb2.EventBatch(events=[phase_event(4, runs_pb2.RUN_PHASE_PAUSED)], cursor=cursor(4))
    )
    until = frozenset({"PAUSED"})
    assert Script([snapshot(2), batch(3), paused, batch(5)]).follow(until=until)["phase"] == "PAUSED"
    assert Script([snapshot(2, a_run(runs_pb2.RUN_PHASE_PAUSED)), batch(3)]).follow(until=until)["phase"] == "PAUSED"
    assert Script([snapshot(2), finish(3), bye()]).follow(until=until)["phase"] == "COMPLETED"


def test_a_phase_that_does_not_come_in_time_is_named():
    clock = TestClock()
    script = Script([snapshot(2), lambda: clock.sleep(9), LATE], clock=clock)
    with pytest.raises(ClientError) as caught:
        script.follow(timeout=5, until=frozenset({"PAUSED"}))
    assert (caught.value.status, "was not paused in the time given" in caught.value.sentence) == (ExitStatus.TIMED_OUT, True)
