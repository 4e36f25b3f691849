"""The list of runs, searched and filtered: by text, test, phase, kind and day, page by page."""

import datetime

import grpc
import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun, Place, SavedTest
from oodaemon.rpc.convert import timestamp
from oodaemon.store import runs, tests
from tests.integration.rpc.support import IRON, Service, values_of

FLY = SavedTest("fly", "Butterfly 100%", "/test/fly", IRON.last_seen_at)


async def submit(service: Service, name: str, spec: str, test_id: str = "iron") -> str:
    parts = service.parts
    new = NewRun(ulid(parts.desk.now(), parts.rng), name, test_id, spec, (Batch(values_of(1)),))
    return (await parts.store.write(runs.submit, new)).run_id


async def names(service: Service, **wanted: object) -> list[str]:
    request = runs_pb2.ListRunsRequest(**wanted)
    return [run.name for run in (await service.ask(lambda stubs: stubs.runs.ListRuns(request))).runs]


async def three(service: Service) -> list[str]:
    await service.parts.store.write(tests.remember, [FLY])
    return [
        await submit(service, "Sweep of DELTA", '{"sweep":{"test":"iron"}}'),
        await submit(service, "grid_1", '{"grid":{"test":"fly"},"walk_forward":{}}', "fly"),
        await submit(service, "later", '{"search":{"test":"iron"}}'),
    ]


async def test_runs_are_found_by_text_test_kind_and_phase(service: Service) -> None:
    _, second, third = await three(service)
    assert await names(service) == ["later", "grid_1", "Sweep of DELTA"]
    assert await names(service, text="delta") == ["Sweep of DELTA"]
    assert await names(service, text="BUTTERFLY") == ["grid_1"]
    assert await names(service, text=second.lower()) == ["grid_1"]
    assert await names(service, text=second[10:]) == [], "an id is found by its beginning"
    assert await names(service, text="d_1") == ["grid_1"], "an underscore is itself"
    assert await names(service, text="%") == ["grid_1"], "a percent sign is itself: that of the name of its test"
    assert await names(service, test_id="iron") == ["later", "Sweep of DELTA"]
    assert await names(service, kind="sweep") == ["Sweep of DELTA"]
    assert await names(service, kind="walk_forward") == ["grid_1"]
    await service.parts.store.write(runs.set_desired, third, runs.Desired.CANCEL)
    assert await names(service, phases=[runs_pb2.RUN_PHASE_CANCELLED, runs_pb2.RUN_PHASE_PAUSED]) == ["later"]
    assert await names(service, kind="search", phases=[runs_pb2.RUN_PHASE_RUNNING]) == []


async def test_runs_are_found_by_the_alias_of_their_test(service: Service) -> None:
    await three(service)
    await service.parts.store.write(tests.rename, "fly", "Wings", Place.LIST)
    assert await names(service, text="wings") == ["grid_1"]
    assert await names(service, text="butterfly") == []


async def test_runs_are_found_by_the_moment_of_their_submission(service: Service) -> None:
    await three(service)
    found = (await service.ask(lambda stubs: stubs.runs.ListRuns(runs_pb2.ListRunsRequest()))).runs
    middle = found[1].created_at.ToDatetime(datetime.UTC)
    assert await names(service, submitted_from=timestamp(middle)) == ["later", "grid_1"]
    assert await names(service, submitted_before=timestamp(middle)) == ["Sweep of DELTA"]


async def test_pages_of_what_is_wanted_leave_nothing_out(service: Service) -> None:
    await three(service)
    first = await service.ask(lambda stubs: stubs.runs.ListRuns(runs_pb2.ListRunsRequest(test_id="iron", page_size=1)))
    request = runs_pb2.ListRunsRequest(test_id="iron", page_size=1, page_token=first.next_page_token)
    second = await service.ask(lambda stubs: stubs.runs.ListRuns(request))
    assert [run.name for run in (*first.runs, *second.runs)] == ["later", "Sweep of DELTA"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"kind": "no'kind"}, "kind"), ({"phases": [99]}, "phases")],
)
async def test_what_is_not_known_is_refused_by_its_name(service: Service, wanted: dict[str, object], field: str) -> None:
    code, status = await service.refusal(lambda stubs: stubs.runs.ListRuns(runs_pb2.ListRunsRequest(**wanted)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert status.message.startswith(f"{field}: ")
