"""The supervision tree for scripts and for people."""

from google.protobuf.timestamp_pb2 import Timestamp

from ooctl.trees import tree_lines, tree_record
from oodaemon.api.v1 import daemon_pb2


def actor() -> daemon_pb2.Actor:
    root = daemon_pb2.Actor(path="root", state=daemon_pb2.ACTOR_STATE_UP, incarnation=1)
    child = root.children.add(path="site/oo/browser/1", state=daemon_pb2.ACTOR_STATE_PROBE, incarnation=7, restarts=6)
    child.since.CopyFrom(Timestamp(seconds=1_800_000_000))
    child.since_progress.seconds = 90
    child.next_retry_in.seconds = 300
    child.failures_in_minute, child.failures_in_hour = 1, 6
    child.stopped_by, child.stop_reason = "alice", "a test"
    child.last_failure = "browser: BrowserLost: the browser died"
    child.pid, child.resident_bytes = 4711, 300 * 2**20
    return root


def test_a_record_holds_everything_and_null_for_what_is_not_known() -> None:
    record = tree_record(actor())
    assert (record["path"], record["state"], record["since"], record["pid"], record["next_retry_seconds"]) == (
        *("root", "UP", None, None, None),
    )
    (child,) = record["children"]
    assert (child["state"], child["incarnation"], child["since_progress_seconds"]) == ("PROBE", 7, 90)
    assert (child["failures_in_minute"], child["failures_in_hour"], child["next_retry_seconds"]) == (1, 6, 300)
    assert (child["pid"], child["resident_bytes"]) == (4711, 300 * 2**20)


def test_people_see_why_and_what_comes_next() -> None:
    text = "\n".join(tree_lines(tree_record(actor())))
    for part in (
        "root UP",
        "  site/oo/browser/1 PROBE since",
        "#7",
        "process 4711, 300 MiB",
        "last progress 1 min 30 s ago",
        "6 restarts; failures that count: 1 in the short window, 6 in the long one",
        "next try in 5 min",
        "last failure: browser: BrowserLost: the browser died",
        "last stopped by alice: a test",
    ):
        assert part in text, text


def test_a_state_of_a_newer_daemon_is_shown_by_its_number() -> None:
    assert tree_record(daemon_pb2.Actor(path="a", state=99))["state"] == "99"  # type: ignore[arg-type]
