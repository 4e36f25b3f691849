"""Wire messages with everything filled in, and a clock and streams that belong to the test."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import status_pb2

from ooctl.pacing import Pacing
from oodaemon.api.v1 import runs_pb2

RUN_ID = "01JD0F6Q8ZT3V5K7M9N1P2R4S6"
STORE = "store-1"


def stamp(second: float = 0) -> Timestamp:
    moment = Timestamp()
    moment.FromDatetime(datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC))
    moment.FromNanoseconds(moment.ToNanoseconds() + int(second * 1e9))
    return moment


def counts(total: int = 3, *, completed: int = 0, failed: int = 0, skipped: int = 0) -> runs_pb2.TaskCounts:
    pending = total - completed - failed - skipped
    return runs_pb2.TaskCounts(total=total, completed=completed, failed=failed, skipped=skipped, pending=pending)


def a_run(
    phase: runs_pb2.RunPhase = runs_pb2.RUN_PHASE_RUNNING,
    *,
    tasks: runs_pb2.TaskCounts | None = None,
    run_id: str = RUN_ID,
) -> runs_pb2.Run:
    spec = runs_pb2.RunSpec()
    spec.sweep.test = "1"
    spec.sweep.parameter.name = "delta"
    spec.sweep.parameter.range.CopyFrom(runs_pb2.ValueRange(start="5", end="15", step="5"))
    spec.sweep.parameter.options["unit"] = "percent"
    run = runs_pb2.Run(run_id=run_id, name="iron fly delta", revision=4, phase=phase, spec=spec, created_at=stamp())
    run.test.CopyFrom(runs_pb2.TestSummary(test_id="abc", name="Iron fly", url="https://site.test/test/abc"))
    run.tasks.CopyFrom(tasks or counts(3))
    return run


def an_event(
    seq: int,
    kind: runs_pb2.EventType = runs_pb2.EVENT_TYPE_TASK_COMPLETED,
    *,
    task: int | None = None,
    done: int = 0,
    total: int = 3,
) -> runs_pb2.Event:
    event = runs_pb2.Event(seq=seq, occurred_at=stamp(seq), type=kind, run_id=RUN_ID, tasks=counts(total, completed=done))
    if task is not None:
        event.task_index = task
        event.parameters["delta"].CopyFrom(Value(number_value=5 * (task + 1)))
    if kind == runs_pb2.EVENT_TYPE_TASK_COMPLETED:
        event.metrics.CopyFrom(runs_pb2.Metrics(pl=1234, cagr=23.3, winners=0))
        event.actor = "browser/1"
    return event


def phase_event(seq: int, phase: runs_pb2.RunPhase, *, done: int = 0, total: int = 3) -> runs_pb2.Event:
    event = an_event(seq, runs_pb2.EVENT_TYPE_RUN_PHASE_CHANGED, done=done, total=total)
    event.phase = phase
    return event


def cursor(seq: int, *, generation: int = 1) -> runs_pb2.Cursor:
    return runs_pb2.Cursor(store_id=STORE, generation=generation, seq=seq)


def a_result(index: int, **metrics: float) -> runs_pb2.Result:
    result = runs_pb2.Result(
        task_id=f"{RUN_ID}-{index}",
        run_id=RUN_ID,
        index=index,
        status=runs_pb2.TASK_STATUS_COMPLETED,
        attempts=1,
        metrics=runs_pb2.Metrics(**metrics),
        extra={"Avg DIT": "3.2"},
        recorded_at=stamp(index),
    )
    result.parameters["delta"].CopyFrom(Value(number_value=5 * (index + 1)))
    result.parameters["delta.unit"].CopyFrom(Value(string_value="percent"))
    return result


class FakeRpcError(grpc.RpcError, grpc.Call):  # type: ignore[misc]  # as the errors of real calls are made
    """What a stub raises, without a call behind it."""

    def __init__(self, code: grpc.StatusCode, details: str = "", trailing: tuple[tuple[str, bytes], ...] = ()) -> None:
        super().__init__()
        self._code, self._details, self._trailing = code, details, trailing

    def code(self):
        return self._code

    def details(self):
        return self._details

    def trailing_metadata(self):
        return self._trailing

    def initial_metadata(self):
        return ()

    def is_active(self):
        return False

    def time_remaining(self):
        return None

    def cancel(self):
        return False

    def add_callback(self, callback):
        return False


def rich_error(code, text, *details):
    """An error with details of google.rpc."""
    packed = []
    for detail in details:
        packed.append(Any())
        packed[-1].Pack(detail)
    status = status_pb2.Status(code=code.value[0], message=text, details=packed)
    return FakeRpcError(code, text, (("grpc-status-details-bin", status.SerializeToString()),))


class TestClock:
    """Time that passes only when somebody sleeps."""

    __test__ = False

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def pacing(self) -> Pacing:
        return Pacing(clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 1.0)


class Stream(io.StringIO):
    """A text stream that says what it is."""

    def __init__(self, *, is_terminal: bool = False) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal
