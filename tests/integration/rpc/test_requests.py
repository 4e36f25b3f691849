"""Requests that are carried out: once, whatever is repeated."""

import grpc
import pytest
import trio
from google.protobuf import json_format

from oodaemon import __version__
from oodaemon.api.v1 import daemon_pb2, parameters_pb2, runs_pb2, tests_pb2
from oodaemon.browser.catalog import Listed
from oodaemon.dispatch.site import AUTH_REQUIRED, DRAINING
from oodaemon.errors import Unavailable
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Place
from oodaemon.store import journal, tests
from tests.integration.rpc.support import BASE_URL, Service, Stubs, fresh, sweep


async def test_a_submission_becomes_a_run_with_all_its_tasks(service: Service) -> None:
    def ask(stubs: Stubs) -> runs_pb2.Run:
        request = sweep("5", "10", "2.5", apply_to="put_only")
        request.name = "puts"
        return stubs.runs.SubmitRun(request).run

    run = await service.ask(ask)
    assert (run.name, run.phase) == ("puts", runs_pb2.RUN_PHASE_RUNNING)
    assert (run.tasks.total, run.tasks.pending) == (3, 3)
    assert (run.test.test_id, run.test.url) == ("iron", f"{BASE_URL}/test/iron")
    assert list(run.spec.sweep.parameter.list.values) == ["5", "10", "2.5"]
    assert [condition.kind for condition in run.conditions] == ["NoBrowser"]

    rows = (await service.ask(lambda s: s.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=run.run_id)))).tasks
    assert [(row.task_id, row.status) for row in rows] == [(f"{run.run_id}/{n}", runs_pb2.TASK_STATUS_PENDING) for n in range(3)]
    assert [json_format.MessageToDict(row)["parameters"] for row in rows] == [
        {"delta": value, "delta.apply_to": "put_only"} for value in (5.0, 10.0, 2.5)
    ]
    again = (await service.ask(lambda s: s.runs.GetRun(runs_pb2.GetRunRequest(run_id=run.run_id[:20].lower())))).run
    assert stored(again) == stored(run)


def stored(run: runs_pb2.Run) -> runs_pb2.Run:
    """A run without what is only true at the moment."""
    found = runs_pb2.Run()
    found.CopyFrom(run)
    del found.conditions[:]
    return found


async def test_a_condition_keeps_its_beginning(service: Service) -> None:
    run = await service.submit(1)
    answers = [(await service.ask(lambda s: s.runs.GetRun(runs_pb2.GetRunRequest(run_id=run.run_id)))).run for _ in range(2)]
    assert [condition.kind for condition in answers[0].conditions] == ["NoBrowser"]
    assert answers[0].conditions == answers[1].conditions


async def test_a_range_includes_both_ends(service: Service) -> None:
    request = sweep()
    request.spec.sweep.parameter.range.CopyFrom(runs_pb2.ValueRange(start="5", end="6", step="0.5"))
    run = (await service.ask(lambda s: s.runs.SubmitRun(request))).run
    rows = (await service.ask(lambda s: s.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=run.run_id)))).tasks
    assert [row.parameters["delta"].number_value for row in rows] == [5.0, 5.5, 6.0]


async def test_the_same_request_again_is_the_same_run(service: Service) -> None:
    request = sweep("1", "2")
    first = (await service.ask(lambda s: s.runs.SubmitRun(request))).run
    again = (await service.ask(lambda s: s.runs.SubmitRun(request))).run
    assert stored(again) == stored(first)
    assert len((await service.ask(lambda s: s.runs.ListRuns(runs_pb2.ListRunsRequest()))).runs) == 1


async def test_the_same_request_at_once_is_one_run(service: Service) -> None:
    request, answers = sweep("1", "2"), []

    async def put() -> None:
        answers.append((await service.ask(lambda s: s.runs.SubmitRun(request))).run.run_id)

    async with trio.open_nursery() as nursery:
        for _ in range(8):
            nursery.start_soon(put)
    assert len(set(answers)) == 1
    assert len((await service.ask(lambda s: s.runs.ListRuns(runs_pb2.ListRunsRequest()))).runs) == 1


async def test_a_command_again_changes_nothing_more(service: Service) -> None:
    run = await service.submit(2)
    request = runs_pb2.PauseRunRequest(run_id=run.run_id, request_id=fresh(), if_revision=run.revision, reason="lunch")
    paused = (await service.ask(lambda s: s.runs.PauseRun(request))).run
    assert (paused.phase, paused.revision) == (runs_pb2.RUN_PHASE_PAUSED, run.revision + 1)
    head = service.parts.store.head
    assert (await service.ask(lambda s: s.runs.PauseRun(request))).run == paused
    assert service.parts.store.head == head


async def test_pages_follow_each_other_without_a_gap(service: Service) -> None:
    runs = [await service.submit(1) for _ in range(5)]

    def everything(stubs: Stubs) -> list[str]:
        found: list[str] = []
        token = ""
        while True:
            answer = stubs.runs.ListRuns(runs_pb2.ListRunsRequest(page_size=2, page_token=token))
            found += [run.run_id for run in answer.runs]
            if not (token := answer.next_page_token):
                return found

    assert await service.ask(everything) == sorted((run.run_id for run in runs), reverse=True)


async def test_results_carry_the_figures_that_were_recorded(service: Service) -> None:
    run = await service.submit(3)
    await service.work(2)
    answer = await service.ask(lambda s: s.runs.ListResults(runs_pb2.ListResultsRequest(run_id=run.run_id)))
    assert [(row.index, row.metrics.pl, row.metrics.HasField("cagr")) for row in answer.results] == [
        (0, 1.5, False),
        (1, 2.5, False),
    ]


async def test_the_status_tells_what_the_daemon_is(service: Service) -> None:
    await service.submit(1)
    status = await service.ask(lambda s: s.daemon.GetStatus(daemon_pb2.GetStatusRequest()))
    assert (status.version, status.boot, status.base_url) == (__version__, 1, BASE_URL)
    assert (status.active_runs, status.in_flight, status.is_draining, status.http_address) == (1, 0, False, "")
    assert [actor.path for actor in status.tree.children] == ["api"]


async def test_the_tree_and_the_tasks_can_be_looked_at(service: Service) -> None:
    answer = await service.ask(lambda s: s.daemon.GetTree(daemon_pb2.GetTreeRequest()))
    (api,) = answer.tree.children
    assert (answer.tree.path, api.path, api.pid, api.HasField("next_retry_in")) == ("root", "api", 0, False)
    text = (await service.ask(lambda s: s.daemon.DumpTasks(daemon_pb2.DumpTasksRequest()))).text
    assert "run_server at oodaemon.rpc.server" in text


async def test_once_the_daemon_stops_reading_goes_on_and_commands_are_to_be_repeated(service: Service) -> None:
    run = await service.submit(1)
    service.parts.gate.close("the daemon is shutting down")
    assert (await service.ask(lambda s: s.runs.GetRun(runs_pb2.GetRunRequest(run_id=run.run_id)))).run.run_id == run.run_id
    with pytest.raises(grpc.RpcError) as caught:
        await service.ask(lambda s: s.runs.PauseRun(runs_pb2.PauseRunRequest(request_id=fresh(), run_id=run.run_id)))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE  # type: ignore[attr-defined]  # a call is an error too


async def test_draining_is_a_condition_everybody_sees(service: Service) -> None:
    request, who = daemon_pb2.DrainRequest(request_id=fresh()), (("oo-client", "trader@desk"),)
    head = service.parts.store.head
    answer = await service.ask(lambda s: s.daemon.Drain(request, metadata=who))
    assert answer.in_flight == 0
    (told,) = await service.parts.store.read(journal.read, head, run_id=None)
    assert (told.type, told.body["kind"], told.body["client"]) == ("site_condition_changed", "DaemonDraining", "trader@desk")
    status = await service.ask(lambda s: s.daemon.GetStatus(daemon_pb2.GetStatusRequest()))
    assert status.is_draining
    assert "DaemonDraining" in [condition.kind for condition in status.conditions]


async def test_parameters_are_described(service: Service) -> None:
    found = (await service.ask(lambda s: s.parameters.ListParameters(parameters_pb2.ListParametersRequest()))).parameters
    delta = next(parameter for parameter in found if parameter.name == "delta")
    assert delta.value.kind == parameters_pb2.FIELD_KIND_FLOAT
    assert [option.name for option in delta.options] == ["apply_to", "side", "leg"]


class FakeTab:
    """Answers what a tab would read from the site."""

    async def list_tests(self) -> list[Listed]:
        return [Listed("iron", "Iron condor", "/test/iron"), Listed("fly1234", "Butterfly", "/test/fly1234")]

    async def look_up(self, path: str) -> Listed | None:
        return Listed("shared1", "Of a friend", path) if path == "/test/shared1" else None


class DatedTab(FakeTab):
    """Tells the days of every test as well."""

    async def look_up(self, path: str) -> Listed | None:
        return Listed("iron", "Iron condor", path, TestConfig("SPX", "2022-05-16", "2025-10-31"))


async def errands(service: Service, tab: FakeTab | None = None) -> None:
    while True:
        errand = await service.parts.desk.next_errand()
        errand.settle(await errand.work(tab or FakeTab()))


async def test_a_repeated_submission_gets_its_run_whatever_stands_against_it_now(service: Service) -> None:
    """The answer was lost; since then nobody is signed in, the test has another name, and nothing new is started."""
    request = sweep("1", "2", test="Iron condor")
    request.spec.walk_forward.rolling.in_sample_months = 12
    request.spec.walk_forward.rolling.out_of_sample_months = 6
    request.spec.walk_forward.optimize_by.add(metric="pl")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(errands, service, DatedTab())
        first = (await service.ask(lambda s: s.runs.SubmitRun(request))).run
        nursery.cancel_scope.cancel()
    desk = service.parts.desk
    desk.impose(AUTH_REQUIRED, AUTH_REQUIRED, "nobody is signed in")
    code, _ = await service.refusal(lambda s: s.runs.SubmitRun(sweep("1")))
    assert code is grpc.StatusCode.UNAUTHENTICATED
    desk.impose(DRAINING, DRAINING, "it drains")
    await service.parts.store.write(tests.rename, "iron", "Tin condor", Place.SITE)
    again = (await service.ask(lambda s: s.runs.SubmitRun(request))).run
    assert (again.run_id, again.spec) == (first.run_id, first.spec)
    assert len((await service.ask(lambda s: s.runs.ListRuns(runs_pb2.ListRunsRequest()))).runs) == 1
    request.name = "another content"
    code, status = await service.refusal(lambda s: s.runs.SubmitRun(request))
    assert code is grpc.StatusCode.ALREADY_EXISTS
    assert "use a new request id" in status.message


async def test_a_repeated_resume_is_answered_while_nothing_new_is_started(service: Service) -> None:
    run = await service.submit(1)
    await service.ask(lambda s: s.runs.PauseRun(runs_pb2.PauseRunRequest(run_id=run.run_id, request_id=fresh())))
    request = runs_pb2.ResumeRunRequest(run_id=run.run_id, request_id=fresh())
    resumed = (await service.ask(lambda s: s.runs.ResumeRun(request))).run
    service.parts.desk.impose(DRAINING, DRAINING, "it drains")
    again = (await service.ask(lambda s: s.runs.ResumeRun(request))).run
    assert (again.run_id, again.revision, again.phase) == (run.run_id, resumed.revision, runs_pb2.RUN_PHASE_RUNNING)
    request.request_id = fresh()
    code, _ = await service.refusal(lambda s: s.runs.ResumeRun(request))
    assert code is grpc.StatusCode.UNAVAILABLE


async def test_a_test_the_store_does_not_know_is_looked_up_at_the_site(service: Service) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(errands, service)
        by_name = (await service.ask(lambda s: s.runs.SubmitRun(sweep("1", test="butterfly")))).run
        by_url = (await service.ask(lambda s: s.runs.SubmitRun(sweep("1", test=f"{BASE_URL}/test/shared1")))).run
        assert (by_name.test.test_id, by_url.test.test_id) == ("fly1234", "shared1")
        code, status = await service.refusal(lambda s: s.runs.SubmitRun(sweep("1", test="Buterfly")))
        assert code is grpc.StatusCode.NOT_FOUND
        assert "did you mean 'Butterfly'" in status.message
        listed = (await service.ask(lambda s: s.tests.ListTests(tests_pb2.ListTestsRequest(refresh=True)))).tests
        assert {row.test.test_id for row in listed} == {"iron", "fly1234", "shared1"}
        assert [row.number for row in listed] == [1, 2, 3]
        nursery.cancel_scope.cancel()


async def test_a_site_that_cannot_be_asked_is_not_available_now(service: Service) -> None:
    reason = "the site could not be asked: it is down"
    async with trio.open_nursery() as nursery:

        async def give_up() -> None:
            (await service.parts.desk.next_errand()).settle(error=Unavailable(reason))

        nursery.start_soon(give_up)
        code, status = await service.refusal(lambda s: s.tests.ListTests(tests_pb2.ListTestsRequest(refresh=True)))
        assert (code, status.message) == (grpc.StatusCode.UNAVAILABLE, reason)
