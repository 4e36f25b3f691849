"""A daemon without a site: a real gRPC server on a unix socket that answers from scripted state."""

from __future__ import annotations

import threading
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path

import grpc
from google.protobuf.any_pb2 import Any
from google.rpc import status_pb2
from grpc_status import rpc_status

from oodaemon.api.v1 import (
    accounts_pb2_grpc,
    analysis_pb2_grpc,
    daemon_pb2,
    daemon_pb2_grpc,
    exports_pb2_grpc,
    failures_pb2,
    failures_pb2_grpc,
    parameters_pb2,
    parameters_pb2_grpc,
    runs_pb2,
    runs_pb2_grpc,
    tests_pb2,
    tests_pb2_grpc,
    trades_pb2,
    trades_pb2_grpc,
)
from tests.integration.ooctl.fake_accounts import FakeAccounts
from tests.integration.ooctl.fake_exports import FakeCourses, FakeExports
from tests.integration.ooctl.fake_failures import FakeFailures
from tests.integration.ooctl.fake_tests import FakeTests
from tests.integration.ooctl.fake_trades import FakeTrades
from tests.unit.ooctl.builders import RUN_ID, a_run, cursor

AT_REST = (runs_pb2.RUN_PHASE_COMPLETED, runs_pb2.RUN_PHASE_NEEDS_REVIEW, runs_pb2.RUN_PHASE_CANCELLED)


@dataclass
class Refusal:
    """What a method answers instead of its response."""

    code: grpc.StatusCode
    text: str
    details: tuple = ()
    times: int = 1_000_000

    def abort(self, context):
        packed = []
        for detail in self.details:
            packed.append(Any())
            packed[-1].Pack(detail)
        status = status_pb2.Status(code=self.code.value[0], message=self.text, details=packed)
        context.abort_with_status(rpc_status.to_status(status))


@dataclass
class State:
    """What survives a restart: the store, and a record of every request."""

    runs: list[runs_pb2.Run] = field(default_factory=lambda: [a_run()])
    journal: list[runs_pb2.Event] = field(default_factory=list)
    snapshot: runs_pb2.Run = field(default_factory=a_run)
    snapshot_seq: int = 0
    oldest_seq: int = 0
    """Cursors before this one are out of range."""
    replayed: int = 0
    """So many old events are offered again to whoever resumes."""
    tasks: list[runs_pb2.Task] = field(default_factory=list)
    results: list[runs_pb2.Result] = field(default_factory=list)
    tests: list[tests_pb2.SavedTest] = field(default_factory=list)
    parameters: list[parameters_pb2.Parameter] = field(default_factory=list)
    status: daemon_pb2.GetStatusResponse = field(default_factory=daemon_pb2.GetStatusResponse)
    trades: list[trades_pb2.Trade] = field(default_factory=list)
    logs: list[trades_pb2.TradeLog] = field(default_factory=list)
    imported: set[str] = field(default_factory=set)
    """Digests of the files that were imported."""
    failures: list[failures_pb2.FailedAttempt] = field(default_factory=list)
    evidence: dict[tuple[int, str], bytes] = field(default_factory=dict)
    exported: list[dict] = field(default_factory=list)
    breaks: Refusal | None = None
    log: list[daemon_pb2.LogLine] = field(default_factory=list)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    requests: list = field(default_factory=list)
    clients: list = field(default_factory=list)
    plan: runs_pb2.PlanRunResponse = field(default_factory=lambda: runs_pb2.PlanRunResponse(tasks=3, planned_tasks=3))
    plans: list = field(default_factory=list)
    """Looks ahead that were asked for; they change nothing and are no part of `requests`."""
    page: int = 2
    """Rows per page, whatever was asked for, so that every list is read in pages."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def append(self, *events: runs_pb2.Event) -> None:
        with self.changed:
            for event in events:
                self.journal.append(event)
                self.runs[0].tasks.CopyFrom(event.tasks)
                if event.phase:
                    self.runs[0].phase = event.phase
            self.changed.notify_all()

    def take(self, request, context):
        """Remember the request; refuse it if that was scripted for its method."""
        self.requests.append(request)
        self.clients.append(dict(context.invocation_metadata()).get("oo-client"))
        self.refuse(request, context)

    def refuse(self, request, context):
        """Refuse the request if that was scripted for its method."""
        refusal = self.refusals.get(type(request).__name__.removesuffix("Request"))
        if refusal is not None and refusal.times > 0:
            refusal.times -= 1
            refusal.abort(context)

    def mutations(self):
        harmless = ("GetRun", "ListRuns", "WatchRun", "ListTasks", "ListResults", "GetStatus", "ListTests", "FindTests", "GetTest")
        return [each for each in self.requests if type(each).__name__.removesuffix("Request") not in harmless]


class FakeDaemon(
    FakeTrades,
    FakeFailures,
    FakeTests,
    FakeExports,
    FakeCourses,
    FakeAccounts,
    runs_pb2_grpc.RunServiceServicer,
    parameters_pb2_grpc.ParameterServiceServicer,
    daemon_pb2_grpc.DaemonServiceServicer,
):
    """One life of the daemon; a context manager. A later life may be given the same state."""

    def __init__(self, socket: Path, state: State) -> None:
        self.socket = socket
        self.state = state
        self.is_stopping = False
        self._pool = futures.ThreadPoolExecutor(8)
        self._server = grpc.server(self._pool)
        runs_pb2_grpc.add_RunServiceServicer_to_server(self, self._server)
        tests_pb2_grpc.add_TestServiceServicer_to_server(self, self._server)
        parameters_pb2_grpc.add_ParameterServiceServicer_to_server(self, self._server)
        daemon_pb2_grpc.add_DaemonServiceServicer_to_server(self, self._server)
        trades_pb2_grpc.add_TradeServiceServicer_to_server(self, self._server)
        failures_pb2_grpc.add_FailureServiceServicer_to_server(self, self._server)
        exports_pb2_grpc.add_ExportServiceServicer_to_server(self, self._server)
        analysis_pb2_grpc.add_AnalysisServiceServicer_to_server(self, self._server)
        accounts_pb2_grpc.add_AccountServiceServicer_to_server(self, self._server)
        self._server.add_insecure_port(f"unix:{socket}")

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        """Cut every call short, as a killed process would."""
        with self.state.changed:
            self.is_stopping = True
            self.state.changed.notify_all()
        self._server.stop(0).wait()
        self._pool.shutdown()

    def SubmitRun(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return runs_pb2.SubmitRunResponse(run=self.state.runs[0])

    def PlanRun(self, request, context):  # noqa: N802 - named by the wire format
        self.state.plans.append(request)
        self.state.refuse(request, context)
        return self.state.plan

    def GetRun(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return runs_pb2.GetRunResponse(run=self._find(request.run_id, context))

    def ListRuns(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        runs, token = self._page(self.state.runs, request.page_token)
        return runs_pb2.ListRunsResponse(runs=runs, next_page_token=token)

    def PauseRun(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.PauseRunResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_PAUSING))

    def ResumeRun(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.ResumeRunResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_RUNNING))

    def CancelRun(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.CancelRunResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_CANCELLING))

    def RetryTasks(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.RetryTasksResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_RUNNING), changed=2)

    def SkipTasks(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.SkipTasksResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_COMPLETED), changed=1)

    def AcceptTasks(self, request, context):  # noqa: N802 - named by the wire format
        return runs_pb2.AcceptTasksResponse(run=self._order(request, context, runs_pb2.RUN_PHASE_PAUSED))

    def ListTasks(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        tasks, token = self._page(self.state.tasks, request.page_token)
        return runs_pb2.ListTasksResponse(tasks=tasks, next_page_token=token)

    def ListResults(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        results, token = self._page(self.state.results, request.page_token)
        return runs_pb2.ListResultsResponse(results=results, next_page_token=token)

    def ListParameters(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return parameters_pb2.ListParametersResponse(parameters=self.state.parameters)

    def GetStatus(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return self.state.status

    def Drain(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return daemon_pb2.DrainResponse(in_flight=2)

    def GetTree(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return daemon_pb2.GetTreeResponse(tree=self.state.status.tree)

    def DumpTasks(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return daemon_pb2.DumpTasksResponse(text="<init>\n  pulse at oodaemon.app.pulse:66")

    def ReadLogs(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        seq = request.cursor.seq
        while True:
            with self.state.changed:
                if request.follow:
                    self.state.changed.wait_for(lambda seq=seq: self.is_stopping or len(self.state.log) > seq)
                if self.is_stopping:
                    return
                lines = self.state.log[seq:]
            seq += len(lines)
            yield daemon_pb2.ReadLogsResponse(lines=lines, cursor=daemon_pb2.LogCursor(log_id="a", seq=seq))
            if not request.follow:
                return

    def WatchRun(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        self._find(request.run_id, context)
        if request.HasField("cursor"):
            if request.cursor.seq < self.state.oldest_seq:
                context.abort(grpc.StatusCode.OUT_OF_RANGE, "the journal no longer reaches back to this cursor")
            seq = max(0, request.cursor.seq - self.state.replayed)
        else:
            seq = self.state.snapshot_seq
            yield runs_pb2.WatchRunResponse(snapshot=runs_pb2.Snapshot(run=self.state.snapshot, cursor=cursor(seq)))
        while True:
            with self.state.changed:
                self.state.changed.wait_for(lambda seq=seq: self.is_stopping or self._later(seq) or self._is_at_rest())
                if self.is_stopping:
                    return
                events = self._later(seq)
            if not events:
                bye = runs_pb2.Bye(reason=runs_pb2.BYE_REASON_RUN_AT_REST, cursor=cursor(seq), run=self.state.runs[0])
                yield runs_pb2.WatchRunResponse(bye=bye)
                return
            seq = events[-1].seq
            yield runs_pb2.WatchRunResponse(events=runs_pb2.EventBatch(events=events, cursor=cursor(seq)))

    def _later(self, seq):
        return [event for event in self.state.journal if event.seq > seq]

    def _is_at_rest(self):
        return self.state.runs[0].phase in AT_REST

    def _find(self, run_id, context):
        for run in self.state.runs:
            if run.run_id.startswith(run_id):
                return run
        context.abort(grpc.StatusCode.NOT_FOUND, f"there is no run {run_id!r}")
        raise AssertionError

    def _order(self, request, context, phase):
        self.state.take(request, context)
        run = runs_pb2.Run()
        run.CopyFrom(self._find(request.run_id, context))
        run.phase = phase
        return run

    def _page(self, rows, token):
        first = int(token or 0)
        last = first + self.state.page
        return rows[first:last], str(last) if last < len(rows) else ""


SHORT_ID = RUN_ID[:8]
