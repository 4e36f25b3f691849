"""What every source of the full-screen view keeps: the one that asks a daemon, and the one that tests play."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ooctl.address import Address
from ooctl.daemon import Daemon
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import run_record
from ooctl.top.live import LiveSource
from ooctl.top.source import Best, Source
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import FakeDaemon, State
from tests.integration.ooctl.fake_failures import a_failure, an_item
from tests.support.played_source import PlayedSource, a_status
from tests.unit.ooctl.builders import RUN_ID, a_result, an_event, phase_event

PATIENCE = 90
COMPLETED = runs_pb2.RUN_PHASE_COMPLETED


class Witness:
    """A scene that keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []
        self._changed = threading.Condition()

    def _take(self, what: str, of: object = None) -> None:
        with self._changed:
            self.told.append((what, of))
            self._changed.notify_all()

    def looked(self, look) -> None:
        self._take("looked", look)

    def happened(self, event) -> None:
        self._take("happened", event["seq"])

    def failed(self, failures) -> None:
        self._take("failed", [failure["attempt_id"] for failure in failures])

    def found_best(self, best) -> None:
        self._take("best", best)

    def lost(self, sentence) -> None:
        self._take("lost", sentence)

    def back(self) -> None:
        self._take("back")

    def ended(self, run) -> None:
        self._take("ended", run["phase"])

    def of(self, what: str) -> list:
        """All of a kind."""
        return [each for kind, each in list(self.told) if kind == what]

    def wait(self, is_so: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_so, PATIENCE), self.told[-20:]


class PlayedStage:
    """The source that tests play."""

    def __init__(self, folder: Path) -> None:
        self.source = played = PlayedSource()
        failure = {"run_id": RUN_ID, "attempt_id": 5, "index": 1, "failure_class": "TIMING", "message": "no", "failed_at": ""}
        played.old_failures = [failure]
        played.files = {5: folder / "console.txt"}
        played.files[5].write_bytes(b"hello")
        result = run_record(played.runs[0]) | {"index": 1}
        played.results = {RUN_ID: Best(RUN_ID, "mar", result, 2)}
        self.append, self.lose, self.come_back = played.append, played.lose, played.come_back

    def end(self) -> None:
        """Nothing to clear away."""


class DaemonStage:
    """The real one, on a gRPC server that is scripted."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "d.sock"
        self.state = State(status=a_status(), results=[a_result(0, mar=1.5), a_result(1, mar=2.5)])
        self.state.failures = [a_failure(5, 1, items=(an_item("console.txt"),))]
        self.state.evidence = {(5, "console.txt"): b"hello"}
        self.append = self.state.append
        self.daemon = FakeDaemon(self.socket, self.state)
        self.daemon.__enter__()
        self.source = LiveSource(lambda pacing: Daemon(Address(f"unix:{self.socket}"), pacing=pacing), {})

    def lose(self) -> None:
        """Cut every connection."""
        self.daemon.stop()

    def come_back(self) -> None:
        """Another life with the same state."""
        self.daemon = FakeDaemon(self.socket, self.state)
        self.daemon.__enter__()

    def end(self) -> None:
        """Stop what is left."""
        self.daemon.stop()


@pytest.fixture(params=[PlayedStage, DaemonStage])
def stage(request) -> Iterator[SimpleNamespace]:
    with tempfile.TemporaryDirectory(prefix="oov-", dir="/tmp") as folder:
        made = request.param(Path(folder))
        try:
            yield made
        finally:
            made.source.stop()
            made.end()


@pytest.fixture
def witness(stage) -> Witness:
    witness = Witness()
    stage.source.start(witness)
    witness.wait(lambda: witness.of("looked") and witness.of("failed"))
    return witness


def test_it_looks_at_the_daemon_its_browsers_and_its_runs(witness: Witness) -> None:
    look = witness.of("looked")[0]
    assert (look.daemon["boot"], [run["run_id"] for run in look.runs]) == (3, [RUN_ID])
    assert look.tree["children"][0]["children"][1]["restarts"] == 2


def test_what_failed_before_is_told_at_first(witness: Witness) -> None:
    assert witness.of("failed") == [[5]]


def test_events_come_once_and_in_order_through_a_restart_of_the_daemon(stage, witness: Witness) -> None:
    stage.append(an_event(1, task=0, done=1), an_event(2, task=1, done=2))
    witness.wait(lambda: witness.of("happened") == [1, 2])
    stage.lose()
    witness.wait(lambda: witness.of("lost"))
    stage.come_back()
    witness.wait(lambda: witness.of("back"))
    stage.append(an_event(3, task=2, done=3))
    witness.wait(lambda: 3 in witness.of("happened"))
    assert witness.of("happened") == [1, 2, 3]
    assert all(isinstance(sentence, str) and sentence for sentence in witness.of("lost"))


def test_the_best_of_the_selected_run_is_told(stage, witness: Witness) -> None:
    stage.source.select(RUN_ID)
    witness.wait(lambda: witness.of("best"))
    best = witness.of("best")[0]
    assert (best.run_id, best.by, best.result["index"], best.matching) == (RUN_ID, "mar", 1, 2)


def test_a_run_that_comes_to_rest_is_told_once(stage, witness: Witness) -> None:
    stage.append(an_event(1, task=0, done=3), phase_event(2, COMPLETED, done=3))
    witness.wait(lambda: witness.of("ended"))
    stage.source.select(RUN_ID)
    witness.wait(lambda: witness.of("best"))
    assert witness.of("ended") == ["COMPLETED"]


def test_orders_return_the_run_as_it_is_after_them(stage, witness: Witness) -> None:
    source: Source = stage.source
    assert source.pause(RUN_ID)["phase"] == "PAUSING"
    assert source.resume(RUN_ID)["phase"] == "RUNNING"
    assert source.cancel(RUN_ID)["phase"] == "CANCELLING"
    assert any(RUN_ID in line for line in source.details(RUN_ID))


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel", "details"])
def test_a_run_that_is_not_there_is_refused(stage, witness: Witness, verb: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(stage.source, verb)("01ZZZZ")
    assert caught.value.status is ExitStatus.NOT_FOUND


def test_evidence_is_saved_and_what_is_not_kept_refused(stage, witness: Witness) -> None:
    (path,) = stage.source.evidence(RUN_ID, 1, 5)
    assert (path.name, path.read_bytes()) == ("console.txt", b"hello")
    with pytest.raises(ClientError) as caught:
        stage.source.evidence(RUN_ID, 1, 99)
    assert caught.value.status is ExitStatus.NOT_FOUND


def test_after_the_end_nothing_is_told(stage, witness: Witness) -> None:
    before = {thread for thread in threading.enumerate() if thread.is_alive()}
    stage.source.stop()
    for thread in before - {threading.current_thread()}:
        if thread.daemon and "LiveSource" in thread.name:
            thread.join(PATIENCE)
            assert not thread.is_alive()
    count = len(witness.told)
    stage.append(an_event(1, task=0, done=1))
    assert len(witness.told) == count
