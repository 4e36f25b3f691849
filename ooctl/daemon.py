"""The daemon as the client sees it: one method per request, with deadlines, retries and readable errors.

Importing this module imports grpc; `Session.connect` does so when a command needs it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

import grpc

from ooctl import newest, refusals
from ooctl.channels import close, open_channel
from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import RUN_HINT
from ooctl.pacing import RETRIES_AFTER_LOSS, RETRIES_WITHOUT_DAEMON, SECONDS, Pacing
from ooctl.parts import Parts
from ooctl.refusals import Outage
from ooctl.requests import RequestJournal
from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType
    from typing import Self

    from ooctl.access import Access
    from ooctl.address import Address
    from ooctl.following import View
    from ooctl.records import Record
    from ooctl.specs.asked import Submission
    from oodaemon.api.v1 import daemon_pb2, parameters_pb2

DEADLINE: Final = 10 * SECONDS
SITE_DEADLINE: Final = 120 * SECONDS
"""For requests for which the daemon may have to look something up on the site."""
PAGE_SIZE: Final = 500


class _Hints(NamedTuple):
    """What to tell the user when something was not found, or when the answer was lost."""

    not_found: str = ""
    lost: str = ""


_NO_HINTS: Final = _Hints()
_RUN_HINTS: Final = _Hints(not_found=RUN_HINT)

_TESTS_HINT: Final = '"ooctl tests --refresh" reads the saved tests from the site'

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")
RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
ResponseT_co = TypeVar("ResponseT_co", covariant=True)


class _Call(Protocol[RequestT_contra, ResponseT_co]):
    def __call__(
        self, request: RequestT_contra, timeout: float | None = None, metadata: tuple[tuple[str, str], ...] | None = None
    ) -> ResponseT_co: ...


class Daemon(Parts):
    """A connection to one daemon; a context manager, closed at its end.

    Every method raises ClientError for anything the daemon refuses and for a daemon that does not answer. A request
    whose answer was lost is sent again with the same request id, so that nothing happens twice.
    """

    def __init__(
        self,
        address: Address,
        *,
        pacing: Pacing | None = None,
        client: str = "",
        journal: RequestJournal | None = None,
        timeout: float | None = None,
        access: Access | None = None,
    ) -> None:
        """Connects on the first request, not before. With `access` over TLS.

        `client` is who asks, as user@host; `timeout` is for everything together.
        """
        self.address = address
        self._metadata = (("oo-client", client),) if client else ()
        self._journal = journal or RequestJournal(Path(os.devnull), address.target)
        self.request_id = ""
        """The id of the submission that was sent last."""
        self._pacing = pacing or Pacing()
        self._channel = open_channel(address, access)
        self._until = None if timeout is None else self._pacing.clock() + timeout
        self._runs = runs_pb2_grpc.RunServiceStub(self._channel)
        self._has_answered = False
        self._latest = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        close(self._channel)

    def submit(self, submission: Submission) -> runs_pb2.Run:
        """The accepted run."""
        request = runs_pb2.SubmitRunRequest(request_id=submission.request_id, spec=submission.spec, name=submission.name)
        if submission.request_id:
            self.request_id = submission.request_id
            return self._submit(request)
        with self._journal.pending(request) as request.request_id:
            self.request_id = request.request_id
            return self._submit(request)

    def plan(self, spec: runs_pb2.RunSpec, *, sample: int) -> Record:
        """What a specification would run, with so many of its first tasks."""
        request = runs_pb2.PlanRunRequest(spec=spec, sample=sample)
        from ooctl.plan_records import plan_record  # noqa: PLC0415

        return plan_record(self._call(self._runs.PlanRun, request, timeout=SITE_DEADLINE, hints=_Hints(not_found=_TESTS_HINT)))

    def _submit(self, request: runs_pb2.SubmitRunRequest) -> runs_pb2.Run:
        lost = f"it may have been accepted; repeat it, or give --request-id {request.request_id}, and it runs only once"
        hints = _Hints(not_found=_TESTS_HINT, lost=lost)
        return self._call(self._runs.SubmitRun, request, timeout=SITE_DEADLINE, hints=hints).run

    def run(self, run_id: str) -> runs_pb2.Run:
        """One run, by its id or an unambiguous beginning of it."""
        return self._call(self._runs.GetRun, runs_pb2.GetRunRequest(run_id=run_id), hints=_RUN_HINTS).run

    def runs(self, *, limit: int) -> Iterator[runs_pb2.Run]:
        """The newest runs first, at most `limit`; 0 means all."""
        left, token = limit, ""
        while True:
            size = min(left, PAGE_SIZE) if limit else PAGE_SIZE
            page = self._call(self._runs.ListRuns, runs_pb2.ListRunsRequest(page_size=size, page_token=token))
            runs = page.runs[:left] if limit else page.runs
            yield from runs
            left -= len(runs)
            token = page.next_page_token
            if not token or (limit and left <= 0):
                return

    def tasks(self, run_id: str) -> Iterator[runs_pb2.Task]:
        """Every task of a run, by index."""
        token = ""
        while True:
            request = runs_pb2.ListTasksRequest(run_id=run_id, page_size=PAGE_SIZE, page_token=token)
            page = self._call(self._runs.ListTasks, request, hints=_RUN_HINTS)
            yield from page.tasks
            token = page.next_page_token
            if not token:
                return

    def results(self, run_id: str) -> Iterator[runs_pb2.Result]:
        """Every settled task of a run, by index."""
        token = ""
        while True:
            request = runs_pb2.ListResultsRequest(run_id=run_id, page_size=PAGE_SIZE, page_token=token)
            page = self._call(self._runs.ListResults, request, hints=_RUN_HINTS)
            yield from page.results
            token = page.next_page_token
            if not token:
                return

    def tasks_with_charts(self, run_id: str) -> list[int]:
        """The indexes of the tasks of a run that have charts."""
        return list(self._call(self._runs.GetCharts, runs_pb2.GetChartsRequest(run_id=run_id), hints=_RUN_HINTS).indexes)

    def charts(self, run_id: str, index: int) -> dict[str, bytes]:
        """The charts of a task as PNG by name."""
        request = runs_pb2.GetChartsRequest(run_id=run_id, index=index)
        return {chart.name: chart.png for chart in self._call(self._runs.GetCharts, request, hints=_RUN_HINTS).charts}

    def parameters(self) -> list[parameters_pb2.Parameter]:
        """Every parameter that can be swept, by name."""
        from oodaemon.api.v1 import parameters_pb2, parameters_pb2_grpc  # noqa: PLC0415

        stub = parameters_pb2_grpc.ParameterServiceStub(self._channel)
        return list(self._call(stub.ListParameters, parameters_pb2.ListParametersRequest()).parameters)

    def status(self) -> daemon_pb2.GetStatusResponse:
        """The daemon itself."""
        return self.itself.status()

    def tree(self) -> daemon_pb2.Actor:
        """The supervision tree with all that is known of it."""
        return self.itself.tree()

    def dump(self) -> str:
        """The tasks of the daemon, one line each."""
        return self.itself.dump()

    def drain(self) -> int:
        """Start nothing new; the number of backtests still in flight."""
        return self.itself.drain()

    def follow(self, run_id: str, view: View, *, timeout: float | None = None, until: frozenset[str] = frozenset()) -> Record:
        """Follow a run until it is at rest, or in a phase of `until`; see Follower.follow."""
        from ooctl.following import Follower  # noqa: PLC0415

        follower = Follower(self._watch, self._explain_stream, view, pacing=self._pacing)
        run_id = self.newest_run() if newest.is_latest(run_id) else run_id
        return follower.follow(run_id, timeout=self._left(timeout), has_contact=self._has_answered, until=until)

    def _ask(
        self, method: _Call[RequestT, ResponseT], request: RequestT, /, *, timeout: float = DEADLINE, not_found: str = ""
    ) -> ResponseT:
        return self._call(method, request, timeout=timeout, hints=_Hints(not_found=not_found))

    def _send(
        self,
        method: _Call[Any, ResponseT],
        request: Any,  # noqa: ANN401 - any request with an id
        /,
        *,
        timeout: float = DEADLINE,
        not_found: str = "",
        lost: str = "",
    ) -> ResponseT:
        """Journal a request that changes something, and send it; the answer."""
        hints = _Hints(not_found=not_found or _RUN_HINTS.not_found, lost=lost)
        newest.settle(request, self.newest_run)  # before it is journalled: the same words may mean another run tomorrow
        with self._journal.pending(request) as request.request_id:
            return self._call(method, request, timeout=timeout, hints=hints)

    def newest_run(self) -> str:
        """The id of the newest run, the same as long as this connection lives."""
        if not self._latest:
            found = list(self.runs(limit=1))
            if not found:
                raise ClientError("there is no newest run: nothing was run yet", ExitStatus.NOT_FOUND, hint="`ooctl run` makes one")
            self._latest = found[0].run_id
        return self._latest

    def _watch(self, request: runs_pb2.WatchRunRequest, timeout: float | None) -> Generator[runs_pb2.WatchRunResponse, None, None]:
        call = self._runs.WatchRun(request, timeout=timeout)
        try:
            yield from call
        finally:
            call.cancel()

    def _explain_stream(self, error: grpc.RpcError) -> ClientError:
        return self._explain(error, _RUN_HINTS, is_lost=False)

    def _call(
        self,
        call: _Call[RequestT_contra, ResponseT_co],
        request: RequestT_contra,
        *,
        timeout: float = DEADLINE,
        hints: _Hints = _NO_HINTS,
    ) -> ResponseT_co:
        """Try until there is an answer or no point in trying; `timeout` is for each try."""
        newest.settle(request, self.newest_run)
        tries, limit = 0, RETRIES_WITHOUT_DAEMON
        is_lost = False
        for delay in self._pacing.delays():
            left = self._left(timeout)
            try:
                response = call(request, timeout=left, metadata=self._metadata)
            except grpc.RpcError as error:
                stuck = refusals.outage(error)
                is_lost = is_lost or stuck is Outage.CUT_OFF
                limit = RETRIES_AFTER_LOSS if is_lost else limit
                tries += 1
                if stuck in (None, Outage.REFUSED) or tries > limit:
                    raise self._explain(error, hints, is_lost=is_lost) from None
            else:
                self._has_answered = True
                return response
            self._pacing.sleep(delay)
        raise AssertionError("the delays have no end")

    def _left(self, timeout: float | None) -> float | None:
        """Seconds for what comes next: `timeout`, or what is left of that of the command. Raises ClientError when nothing is."""
        if self._until is None:
            return timeout
        left = self._until - self._pacing.clock()
        if left <= 0:
            raise ClientError(f"the daemon at {self.address} did not do it in the time of --timeout", ExitStatus.TIMED_OUT)
        return left if timeout is None else min(timeout, left)

    def _explain(self, error: grpc.RpcError, hints: _Hints, *, is_lost: bool) -> ClientError:
        code = refusals.code_of(error)
        if code is grpc.StatusCode.NOT_FOUND:
            return refusals.explain(error, self.address, hint=hints.not_found)
        # A daemon that goes down while it answers says UNAVAILABLE too, and may have carried the request out.
        is_open = code is grpc.StatusCode.DEADLINE_EXCEEDED or refusals.outage(error) is Outage.REFUSED
        if is_lost or is_open:
            explained = refusals.explain(error, self.address, hint=hints.lost)
            explained.may_have_happened = True
            return explained
        return refusals.explain(error, self.address)
