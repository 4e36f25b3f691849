"""A source of the full-screen view that is played by a test; it keeps the contract of the real one (tests/contracts)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ooctl.exits import ClientError, ExitStatus
from ooctl.records import Record, daemon_record, event_record, run_record
from ooctl.render.details import run_details
from ooctl.top.source import Best, Look, Scene
from ooctl.trees import tree_record
from oodaemon.api.v1 import daemon_pb2, runs_pb2
from tests.unit.ooctl.builders import a_run

REST = {"COMPLETED", "NEEDS_REVIEW", "CANCELLED"}
MIB = 2**20


def a_status(**changes: Any) -> daemon_pb2.GetStatusResponse:
    """A daemon that is well."""
    status = daemon_pb2.GetStatusResponse(version="0.1.0", boot=3, base_url="https://site.example", in_flight=2, **changes)
    status.uptime.FromSeconds(3725)
    status.tree.CopyFrom(a_tree())
    return status


def a_tree() -> daemon_pb2.Actor:
    """Two browsers, one of which had trouble."""
    tree = daemon_pb2.Actor(path="root", state=daemon_pb2.ACTOR_STATE_UP)
    site = tree.children.add(path="site/oo", state=daemon_pb2.ACTOR_STATE_UP)
    detail = f"run {a_run().run_id} task 7"
    site.children.add(path="site/oo/browser/1", state=daemon_pb2.ACTOR_STATE_UP, detail=detail, resident_bytes=412 * MIB)
    site.children.add(path="site/oo/browser/2", state=daemon_pb2.ACTOR_STATE_BACKOFF, detail="browser: it died", restarts=2)
    return tree


class PlayedSource:
    """See `ooctl.top.source.Source`. What it says happens when the test says so."""

    def __init__(self, *runs: runs_pb2.Run) -> None:
        self.status = a_status()
        self.runs = list(runs or (a_run(),))
        self.results: dict[str, Best] = {}
        self.old_failures: list[Record] = []
        self.files: dict[int, Path] = {}
        self.asked: list[tuple[str, str]] = []
        self.refusal: ClientError | None = None
        self.selected = ""
        self.is_stopped = False
        self._scene: Scene | None = None
        self._followed: set[str] = set()
        self._seen = 0
        self._ended: set[str] = set()
        self._is_lost = False

    def start(self, scene: Scene) -> None:
        """See Source."""
        self._scene = scene
        self.look()

    def stop(self) -> None:
        """See Source."""
        self.is_stopped, self._scene = True, None

    def look(self) -> None:
        """What a real one does every second."""
        if self._scene is None or self._is_lost:
            return
        self._scene.looked(Look(daemon_record(self.status), tree_record(self.status.tree), [run_record(run) for run in self.runs]))
        for run in self.runs:
            if run_record(run)["phase"] not in REST and run.run_id not in self._followed:
                self._followed.add(run.run_id)
                self._scene.failed([each for each in self.old_failures if each["run_id"] == run.run_id])
        self._tell_best()

    def append(self, *events: runs_pb2.Event) -> None:
        """These happen."""
        for event in events:
            run = self._run(event.run_id)
            run.tasks.CopyFrom(event.tasks)
            run.phase = event.phase or run.phase
            if self._scene is not None and event.seq > self._seen:
                self._seen = event.seq
                self._scene.happened(event_record(event))
            record = run_record(run)
            if record["phase"] in REST and run.run_id not in self._ended and self._scene is not None:
                self._ended.add(run.run_id)
                self._scene.ended(record)

    def lose(self) -> None:
        """The daemon goes away."""
        self._is_lost = True
        if self._scene is not None:
            self._scene.lost("no daemon answers")

    def come_back(self) -> None:
        """It is there again."""
        self._is_lost = False
        if self._scene is not None:
            self._scene.back()
        self.look()

    def select(self, run_id: str) -> None:
        """See Source."""
        if run_id != self.selected:
            self.selected = run_id
            self._tell_best()

    def _tell_best(self) -> None:
        if self._scene is not None and self.selected in self.results:
            self._scene.found_best(self.results[self.selected])

    def pause(self, run_id: str) -> Record:
        """See Source."""
        return self._order("pause", run_id, runs_pb2.RUN_PHASE_PAUSING)

    def resume(self, run_id: str) -> Record:
        """See Source."""
        return self._order("resume", run_id, runs_pb2.RUN_PHASE_RUNNING)

    def cancel(self, run_id: str) -> Record:
        """See Source."""
        return self._order("cancel", run_id, runs_pb2.RUN_PHASE_CANCELLING)

    def _order(self, verb: str, run_id: str, phase: runs_pb2.RunPhase.ValueType) -> Record:
        self.asked.append((verb, run_id))
        if self.refusal is not None:
            raise self.refusal
        run = runs_pb2.Run()
        run.CopyFrom(self._run(run_id))
        run.phase = phase
        return run_record(run)

    def details(self, run_id: str) -> Sequence[str]:
        """See Source."""
        return ["everything is fine", "", *run_details(run_record(self._run(run_id)))]

    def evidence(self, run_id: str, index: int, attempt_id: int) -> Sequence[Path]:
        """See Source."""
        self.asked.append(("evidence", f"{run_id}/{index}/{attempt_id}"))
        if attempt_id not in self.files:
            raise ClientError(f"nothing is kept of attempt {attempt_id}", ExitStatus.NOT_FOUND)
        return [self.files[attempt_id]]

    def _run(self, run_id: str) -> runs_pb2.Run:
        for run in self.runs:
            if run.run_id == run_id:
                return run
        raise ClientError(f"there is no run {run_id!r}", ExitStatus.NOT_FOUND)
