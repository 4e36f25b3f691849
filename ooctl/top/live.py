"""The daemon as a source of the view. Requests are made in threads; runs are followed as `ooctl watch` follows one."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl.analysis_records import candidate_record
from ooctl.evidence_files import SHOWN, open_files, write
from ooctl.exits import PHASES_AT_REST, ClientError, ExitStatus
from ooctl.explaining import explain_run, explanation_line
from ooctl.failure_records import failure_record
from ooctl.pacing import SECONDS, Pacing
from ooctl.records import Record, daemon_record, run_record, seconds_of
from ooctl.render.details import run_details
from ooctl.render.failures import kept
from ooctl.selection import Ask
from ooctl.top.source import Best, Look, Scene
from ooctl.trees import tree_record
from oodaemon.api.v1 import analysis_pb2, runs_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ooctl.daemon import Daemon

INTERVAL: Final = 1 * SECONDS
AT_MOST_EVERY: Final = 0.25 * SECONDS
"""However much happens, the daemon is not asked more often."""
WEIGH: Final = 2 * SECONDS
"""The tree is asked for with the memory of every browser, which costs more than the rest."""
RUNS: Final = 50
FOLLOWED: Final = 20
"""So many runs are followed at a time; of others only the counts are told."""
OLD_FAILURES: Final = 200
FOREVER: Final = float("inf")
REASON: Final = "asked for in the full-screen view"


class Stopped(Exception):
    """The view is gone."""


class LiveSource:
    """See `source.Source`. `connect(pacing)` makes a connection whose waits are those of `pacing`."""

    def __init__(self, connect: Callable[[Pacing], Daemon], env: Mapping[str, str]) -> None:
        self._env = env
        self._stop, self._wake, self._chosen = threading.Event(), threading.Event(), threading.Event()
        self._daemon = connect(Pacing(sleep=self._sleep, patience=FOREVER))
        self._scene: Scene | None = None
        self._followed: set[str] = set()
        self._told: set[tuple[str, int]] = set()
        self._tree: Record | None = None
        self._weighed_at = 0.0
        self._selected = ""

    def start(self, scene: Scene) -> None:
        """See `source.Source`."""
        self._scene = scene
        self._spawn(self._poll, scene)
        self._spawn(self._choose, scene)

    def stop(self) -> None:
        """See `source.Source`. Closing the channel ends the streams that are open."""
        self._stop.set()
        self._wake.set()
        self._chosen.set()
        self._daemon.__exit__(None, None, None)

    def select(self, run_id: str) -> None:
        """See `source.Source`."""
        if run_id != self._selected:
            self._selected = run_id
            self._chosen.set()

    def pause(self, run_id: str) -> Record:
        """See `source.Source`."""
        return self._after(run_record(self._daemon.steering.pause(run_id, Ask(REASON))))

    def resume(self, run_id: str) -> Record:
        """See `source.Source`."""
        return self._after(run_record(self._daemon.steering.resume(run_id, Ask(REASON))))

    def cancel(self, run_id: str) -> Record:
        """See `source.Source`."""
        return self._after(run_record(self._daemon.steering.cancel(run_id, Ask(REASON))))

    def _after(self, run: Record) -> Record:
        self._wake.set()
        return run

    def details(self, run_id: str) -> Sequence[str]:
        """See `source.Source`."""
        wire = self._daemon.run(run_id)
        run = run_record(wire)
        return [explanation_line(explain_run(run, seconds_of(wire, "next_result_in"))), "", *run_details(run)]

    def evidence(self, run_id: str, index: int, attempt_id: int) -> Sequence[Path]:
        """See `source.Source`."""
        found = [failure_record(each) for each in self._daemon.failures.of_run(run_id, index=index)]
        failure = next((each for each in found if each["attempt_id"] == attempt_id), None)
        if failure is None or not kept(failure):
            raise ClientError(f"nothing is kept of attempt {attempt_id}", ExitStatus.NOT_FOUND)
        place = Path(tempfile.mkdtemp(prefix="ooctl-evidence-"))
        paths = [write(place, self._daemon, failure, name) for name in kept(failure)]
        open_files([path for path in paths if path.name in SHOWN], self._env)
        return paths

    def _spawn(self, work: Callable[..., None], *args: object) -> None:
        def run() -> None:
            try:
                work(*args)
            except Stopped:
                pass
            except ValueError:  # a closed channel takes no request
                if not self._stop.is_set():
                    raise

        threading.Thread(target=run, name=f"LiveSource {work.__name__}", daemon=True).start()

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped

    def _poll(self, scene: Scene) -> None:
        delays, is_lost = Pacing().delays(), False
        while not self._stop.is_set():
            self._wake.clear()
            try:
                look = self._look()
            except ClientError as error:
                if self._stop.is_set():
                    return
                scene.lost(error.sentence)
                is_lost = True
                self._sleep(next(delays))
                continue
            if is_lost:
                scene.back()
                delays, is_lost = Pacing().delays(), False
            scene.looked(look)
            self._chosen.set()
            for run in look.runs:
                self._begin_to_follow(run, scene)
            self._sleep(AT_MOST_EVERY)
            self._wake.wait(INTERVAL)

    def _look(self) -> Look:
        daemon = daemon_record(self._daemon.status())
        now = time.monotonic()
        if self._tree is None or now - self._weighed_at >= WEIGH:
            self._tree, self._weighed_at = dict(tree_record(self._daemon.tree())), now
        return Look(daemon, self._tree, [run_record(run) for run in self._daemon.runs(limit=RUNS)])

    def _begin_to_follow(self, run: Record, scene: Scene) -> None:
        if run["phase"] in PHASES_AT_REST or run["run_id"] in self._followed or len(self._followed) >= FOLLOWED:
            return
        self._followed.add(run["run_id"])
        self._spawn(self._follow, run["run_id"], scene)

    def _follow(self, run_id: str, scene: Scene) -> None:
        try:
            scene.failed([_failure(each) for each in islice(self._daemon.failures.of_run(run_id), OLD_FAILURES)])
            run = self._daemon.follow(run_id, _Eyes(scene, self._wake))
        except ClientError:  # the poll tells what is wrong, and follows the run again if it is still there
            self._sleep(INTERVAL)
        else:
            if (run_id, run["revision"]) not in self._told:
                self._told.add((run_id, run["revision"]))
                scene.ended(run)
            self._wake.set()
        finally:
            self._followed.discard(run_id)

    def _choose(self, scene: Scene) -> None:
        """Tell the best result of the selected run whenever it may be another one, at most about once a second."""
        told: tuple[object, ...] = ()
        while not self._stop.is_set():
            self._chosen.wait()
            self._chosen.clear()
            run_id = self._selected
            if not run_id:
                continue
            try:
                run = self._daemon.run(run_id)
                state = (run_id, run.tasks.completed, run.revision if run.HasField("ended_at") else 0)
                if state != told:
                    scene.found_best(self._best(run_id, run.spec))
                    told = state
            except ClientError:
                pass  # the poll tells it
            self._sleep(INTERVAL)

    def _best(self, run_id: str, spec: runs_pb2.RunSpec) -> Best:
        by = objectives(spec)
        try:
            answer = self._daemon.analyses.best(analysis_pb2.BestRequest(run_id=run_id, by=by, limit=1))
        except ClientError:
            if not by:
                raise
            answer = self._daemon.analyses.best(analysis_pb2.BestRequest(run_id=run_id, limit=1))
        name = answer.by[0].metric if answer.by else "mar"
        return Best(run_id, name, candidate_record(answer.best[0]) if answer.best else None, answer.matching)


class _Eyes:
    """Looks at one run for the scene; an event of the run lets the poll look at once."""

    def __init__(self, scene: Scene, wake: threading.Event) -> None:
        self._scene, self._wake = scene, wake

    def snapshot(self, run: Record) -> None:
        """The poll tells it."""

    def event(self, event: Record) -> None:
        """See `following.View`."""
        self._scene.happened(event)
        self._wake.set()

    def notice(self, sentence: str) -> None:
        """The poll tells it."""


def objectives(spec: runs_pb2.RunSpec) -> Sequence[runs_pb2.Objective]:
    """What a run itself says is best; empty where it does not say."""
    if spec.HasField("walk_forward") and spec.walk_forward.optimize_by:
        return spec.walk_forward.optimize_by
    match spec.WhichOneof("kind"):
        case "staged":
            last = next((stage.optimize_by for stage in reversed(spec.staged.stages) if stage.optimize_by), None)
            return last or spec.staged.optimize_by
        case "search":
            return spec.search.optimize_by
        case _:
            return ()


def _failure(failure: object) -> Record:
    record = failure_record(failure)  # type: ignore[arg-type]  # a FailedAttempt
    return {key: record[key] for key in ("run_id", "index", "attempt_id", "failure_class", "message", "failed_at")}
