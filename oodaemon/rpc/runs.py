"""RunService: commands go to the desk, questions to the store."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import trio

from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.forecast import Forecaster
from oodaemon.dispatch.runs import Change, Ruling, RunDesk
from oodaemon.errors import InvalidArgument, NotFound
from oodaemon.model.runs import Author, Desired, Mode, Run
from oodaemon.parameters.registry import Registry
from oodaemon.plans.reading import read
from oodaemon.rpc import requests
from oodaemon.rpc.presence import Presence
from oodaemon.rpc.watch import Watch
from oodaemon.store import charts, results, rulings, runs, tasks
from oodaemon.store.rulings import Order, Which
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

RUNS, ROWS = 50, 1000


def _page_of(
    fetch: Callable[..., list[Any]],
) -> Callable[[Snapshot, str, int, int], tuple[str, list[Any]]]:
    def read(db: Snapshot, ref: str, after: int, limit: int) -> tuple[str, list[Any]]:
        run_id = runs.get(db, ref).run_id
        return run_id, fetch(db, run_id, after_index=after, limit=limit)

    return read


_TASKS, _RESULTS = _page_of(tasks.page), _page_of(results.page)


class RunServicer(runs_pb2_grpc.RunServiceServicer):
    """See runs.proto."""

    def __init__(
        self, *, desk: RunDesk, forecaster: Forecaster, store: Store, presence: Presence, watch: Watch, registry: Registry
    ) -> None:
        self._desk, self._forecaster, self._store, self._presence = desk, forecaster, store, presence
        self._watch, self._registry = watch, registry

    async def SubmitRun(self, request: runs_pb2.SubmitRunRequest, context: Any) -> runs_pb2.SubmitRunResponse:
        """See runs.proto."""
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        run = await call_trio(self._desk.answered, identity)
        if run is None:
            spec = await call_trio(self._desk.dated, request.spec)
            submission = await call_trio(trio.to_thread.run_sync, requests.submission, request, self._registry, spec)
            run = await call_trio(self._desk.submit, identity, submission)
        return runs_pb2.SubmitRunResponse(run=self._presence.run(run))

    async def PlanRun(self, request: runs_pb2.PlanRunRequest, context: Any) -> runs_pb2.PlanRunResponse:
        """See runs.proto."""
        sample = requests.sample_size(request.sample)
        spec = await call_trio(self._desk.dated, request.spec)
        plan = await call_trio(trio.to_thread.run_sync, read, spec, self._registry)
        look = partial(self._forecaster.forecast, wants=requests.wants(request.spec), is_fresh=request.spec.fresh, sample=sample)
        found = await call_trio(look, plan)
        return self._presence.forecast(found, self._forecaster.distance)

    async def GetRun(self, request: runs_pb2.GetRunRequest, context: Any) -> runs_pb2.GetRunResponse:
        """See runs.proto."""
        run = await call_trio(self._store.read, runs.get, request.run_id)
        return runs_pb2.GetRunResponse(run=self._presence.run(run))

    async def ListRuns(self, request: runs_pb2.ListRunsRequest, context: Any) -> runs_pb2.ListRunsResponse:
        """See runs.proto."""
        limit = requests.page_size(request.page_size, RUNS)
        wanted = requests.wanted_runs(request)
        found = await call_trio(self._store.read, runs.page, limit=limit, before=request.page_token or None, wanted=wanted)
        token = found[-1].run_id if len(found) == limit else ""
        return runs_pb2.ListRunsResponse(runs=[self._presence.run(run) for run in found], next_page_token=token)

    async def PauseRun(self, request: runs_pb2.PauseRunRequest, context: Any) -> runs_pb2.PauseRunResponse:
        """See runs.proto."""
        return runs_pb2.PauseRunResponse(run=self._presence.run(await self._change(request, context, Desired.PAUSE)))

    async def ResumeRun(self, request: runs_pb2.ResumeRunRequest, context: Any) -> runs_pb2.ResumeRunResponse:
        """See runs.proto."""
        return runs_pb2.ResumeRunResponse(run=self._presence.run(await self._change(request, context, Desired.RUN)))

    async def CancelRun(self, request: runs_pb2.CancelRunRequest, context: Any) -> runs_pb2.CancelRunResponse:
        """See runs.proto."""
        return runs_pb2.CancelRunResponse(run=self._presence.run(await self._change(request, context, Desired.CANCEL)))

    async def WatchRun(self, request: runs_pb2.WatchRunRequest, context: Any) -> None:  # type: ignore[override]
        """See runs.proto. Writes its frames itself: the stubs expect an iterator."""
        await self._watch.stream(request, context)

    async def ListTasks(self, request: runs_pb2.ListTasksRequest, context: Any) -> runs_pb2.ListTasksResponse:
        """See runs.proto."""
        limit, after = requests.page_size(request.page_size, ROWS), requests.after_index(request.page_token)
        _, found = await call_trio(self._store.read, _TASKS, request.run_id, after, limit)
        token = str(found[-1].index) if len(found) == limit else ""
        return runs_pb2.ListTasksResponse(tasks=[self._presence.converter.task(task) for task in found], next_page_token=token)

    async def ListResults(self, request: runs_pb2.ListResultsRequest, context: Any) -> runs_pb2.ListResultsResponse:
        """See runs.proto."""
        limit, after = requests.page_size(request.page_size, ROWS), requests.after_index(request.page_token)
        _, found = await call_trio(self._store.read, _RESULTS, request.run_id, after, limit)
        token = str(found[-1].index) if len(found) == limit else ""
        return runs_pb2.ListResultsResponse(results=[self._presence.converter.result(row) for row in found], next_page_token=token)

    async def GetCharts(self, request: runs_pb2.GetChartsRequest, context: Any) -> runs_pb2.GetChartsResponse:
        """See runs.proto."""
        run = await call_trio(self._store.read, runs.get, request.run_id)
        if not request.HasField("index"):
            return runs_pb2.GetChartsResponse(indexes=await call_trio(self._store.read, charts.tasks_with, run.run_id))
        if not 0 <= request.index < run.counts.total:
            raise NotFound("task", f"{run.run_id}/{request.index}", f"the run has tasks 0 to {run.counts.total - 1}")
        found = await call_trio(self._store.read, charts.of_task, run.run_id, request.index)
        return runs_pb2.GetChartsResponse(charts=[runs_pb2.Chart(name=name, png=png) for name, png in found.items()])

    async def RetryTasks(self, request: runs_pb2.RetryTasksRequest, context: Any) -> runs_pb2.RetryTasksResponse:
        """See runs.proto."""
        which = Which(
            indexes=requests.indexes(request.tasks) if request.tasks else None,
            failure_class=requests.failure_class(request.failure_class),
        )
        ruling = partial(rulings.retry, force=request.force)
        run, changed = await self._rule(request, context, ruling, which)
        return runs_pb2.RetryTasksResponse(run=self._presence.run(run), changed=changed)

    async def SkipTasks(self, request: runs_pb2.SkipTasksRequest, context: Any) -> runs_pb2.SkipTasksResponse:
        """See runs.proto."""
        run, changed = await self._rule(request, context, rulings.skip, _named(request.tasks))
        return runs_pb2.SkipTasksResponse(run=self._presence.run(run), changed=changed)

    async def AcceptTasks(self, request: runs_pb2.AcceptTasksRequest, context: Any) -> runs_pb2.AcceptTasksResponse:
        """See runs.proto."""
        run, changed = await self._rule(request, context, rulings.accept, _named(request.tasks))
        return runs_pb2.AcceptTasksResponse(run=self._presence.run(run), changed=changed)

    async def _rule(self, request: Any, context: Any, ruling: Ruling, which: Which) -> tuple[Run, int]:
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        if_revision = request.if_revision if request.HasField("if_revision") else None
        order = Order(ref=request.run_id, which=which, author=Author(reason=request.reason), if_revision=if_revision)
        return await call_trio(self._desk.rule, identity, ruling, order)

    async def _change(
        self,
        request: runs_pb2.PauseRunRequest | runs_pb2.ResumeRunRequest | runs_pb2.CancelRunRequest,
        context: Any,
        desired: Desired,
    ) -> Run:
        mode = Mode.DRAIN if isinstance(request, runs_pb2.ResumeRunRequest) else requests.mode(request.mode)
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        if_revision = request.if_revision if request.HasField("if_revision") else None
        change = Change(ref=request.run_id, desired=desired, mode=mode, reason=request.reason, if_revision=if_revision)
        return await call_trio(self._desk.change, identity, change)


def _named(ranges: Sequence[runs_pb2.TaskRange]) -> Which:
    """Tasks that must be named one by one, because somebody answers for each of them."""
    if not ranges:
        raise InvalidArgument.of("tasks", "names no task; say which ones")
    return Which(indexes=requests.indexes(ranges))
