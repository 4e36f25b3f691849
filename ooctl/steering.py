"""What changes runs, as the client asks for it: each request carries an id that is journaled before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ooctl.selection import Ask
from oodaemon.api.v1 import runs_pb2

if TYPE_CHECKING:
    from ooctl.selection import Range
    from oodaemon.api.v1.runs_pb2_grpc import RunServiceStub


class Steering:
    """Orders to one daemon. `send(method, request)` journals the request, sends it, and returns the response."""

    def __init__(self, runs: RunServiceStub, send: Callable[[Any, Any], Any]) -> None:
        self._runs, self._send = runs, send

    def pause(self, run_id: str, ask: Ask, *, is_now: bool = False) -> runs_pb2.Run:
        """Ask for a pause; the run as it is after that."""
        request = runs_pb2.PauseRunRequest(run_id=run_id, reason=ask.reason, if_revision=ask.if_revision, mode=_mode(is_now))
        return self._run_of(self._runs.PauseRun, request)

    def resume(self, run_id: str, ask: Ask) -> runs_pb2.Run:
        """Undo a pause; the run as it is after that."""
        request = runs_pb2.ResumeRunRequest(run_id=run_id, reason=ask.reason, if_revision=ask.if_revision)
        return self._run_of(self._runs.ResumeRun, request)

    def cancel(self, run_id: str, ask: Ask, *, is_now: bool = False) -> runs_pb2.Run:
        """End a run for good; the run as it is after that."""
        request = runs_pb2.CancelRunRequest(run_id=run_id, reason=ask.reason, if_revision=ask.if_revision, mode=_mode(is_now))
        return self._run_of(self._runs.CancelRun, request)

    def retry(
        self, run_id: str, ask: Ask, *, tasks: Sequence[Range] = (), failure_class: str | None = None, is_forced: bool = False
    ) -> runs_pb2.RetryTasksResponse:
        """Have failed tasks tried again: all, or some of them; the run, and how many there were."""
        request = runs_pb2.RetryTasksRequest(
            run_id=run_id, reason=ask.reason, if_revision=ask.if_revision, tasks=_ranges(tasks), force=is_forced
        )
        if failure_class:
            request.failure_class = runs_pb2.FailureClass.Value(f"FAILURE_CLASS_{failure_class.upper()}")
        response: runs_pb2.RetryTasksResponse = self._send(self._runs.RetryTasks, request)
        return response

    def skip(self, run_id: str, ask: Ask, *, tasks: Sequence[Range]) -> runs_pb2.SkipTasksResponse:
        """Do without the figures of failed tasks; the run, and how many there were."""
        request = runs_pb2.SkipTasksRequest(run_id=run_id, reason=ask.reason, if_revision=ask.if_revision, tasks=_ranges(tasks))
        response: runs_pb2.SkipTasksResponse = self._send(self._runs.SkipTasks, request)
        return response

    def accept(self, run_id: str, ask: Ask, *, tasks: Sequence[Range]) -> runs_pb2.AcceptTasksResponse:
        """Take the figures of failed tasks that were not proven; the run, and how many there were."""
        request = runs_pb2.AcceptTasksRequest(run_id=run_id, reason=ask.reason, if_revision=ask.if_revision, tasks=_ranges(tasks))
        response: runs_pb2.AcceptTasksResponse = self._send(self._runs.AcceptTasks, request)
        return response

    def _run_of(self, method: Any, request: Any) -> runs_pb2.Run:  # noqa: ANN401 - any request that is answered by a run
        run: runs_pb2.Run = self._send(method, request).run
        return run


def _mode(is_now: bool) -> runs_pb2.StopMode.ValueType:  # noqa: FBT001 - the value itself
    return runs_pb2.STOP_MODE_NOW if is_now else runs_pb2.STOP_MODE_DRAIN


def _ranges(tasks: Sequence[Range]) -> list[runs_pb2.TaskRange]:
    return [runs_pb2.TaskRange(first=each.first, last=each.last) for each in tasks]
