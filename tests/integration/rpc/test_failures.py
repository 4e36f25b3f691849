"""FailureService over a real socket: what is kept of failed attempts, and the bytes of their evidence."""

from functools import partial
from pathlib import Path

import grpc
import pytest

from oodaemon.api.v1 import failures_pb2, runs_pb2
from oodaemon.model.evidence import DOM, SCREENSHOT, Item, Scene
from oodaemon.model.runs import Run
from oodaemon.model.tasks import FailureClass, Figures
from oodaemon.rpc.failures import CHUNK
from oodaemon.store import attempts, failures, leases
from tests.integration.rpc.support import Service, serving, short_folder

LARGE = bytes(range(256)) * (2 * CHUNK // 256 + 3)
SCENE = Scene("run", "https://site.example/test/iron", "Iron", ("TooSlow: no",), {"trace.zip": "hung"})


async def fail(at: Service, failure_class: FailureClass, *, quarantined: Figures | None = None) -> int:
    """The next task fails; the number of its attempt."""
    write, shelf, limits = at.parts.store.write, at.parts.evidence.shelf, at.parts.evidence.limits
    lease = await write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    assert await write(attempts.intent, lease.token)
    number = lease.token.attempt_id
    kept = shelf.put(number, [Item(DOM, LARGE), Item(SCREENSHOT, b"")])
    settle = partial(attempts.fail, token=lease.token, failure_class=failure_class, message="no")
    await write(failures.close, settle, number, failures.Record(SCENE, kept, quarantined), limits)
    return number


async def failed_run(at: Service) -> tuple[Run, list[int]]:
    run = await at.submit(3)
    shown = Figures({"pl": 12.5}, {"Sharpe": "1.2"})
    numbers = [await fail(at, FailureClass.MISMATCH, quarantined=shown), await fail(at, FailureClass.TIMING)]
    return run, numbers


async def listed(at: Service, **request: object) -> failures_pb2.ListFailuresResponse:
    return await at.ask(lambda stubs: stubs.failures.ListFailures(failures_pb2.ListFailuresRequest(**request)))  # type: ignore[arg-type]


async def fetched(at: Service, attempt_id: int, name: str) -> list[bytes]:
    request = failures_pb2.GetEvidenceRequest(attempt_id=attempt_id, name=name)
    return await at.ask(lambda stubs: [part.chunk for part in stubs.failures.GetEvidence(request)])


async def refused(at: Service, attempt_id: int, name: str) -> str:
    request = failures_pb2.GetEvidenceRequest(attempt_id=attempt_id, name=name)
    code, status = await at.refusal(lambda stubs: list(stubs.failures.GetEvidence(request)))
    assert code is grpc.StatusCode.NOT_FOUND
    return status.message


async def test_failures_are_listed_with_everything_that_is_known() -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            run, numbers = await failed_run(at)
            found = (await listed(at, run_id=run.run_id)).failures
            assert [(each.index, each.attempt_id) for each in found] == [(0, numbers[0]), (1, numbers[1])]
            first = found[0]
            assert (first.failure_class, first.message, first.step) == (runs_pb2.FAILURE_CLASS_MISMATCH, "no", "run")
            assert (first.url, first.title, list(first.causes)) == (SCENE.url, "Iron", ["TooSlow: no"])
            assert dict(first.missing) == {"trace.zip": "hung"}
            assert first.parameters["delta"].number_value == 1
            assert [(item.name, item.media_type, item.size_bytes) for item in first.evidence] == [
                (DOM, "text/html", len(LARGE)),
                (SCREENSHOT, "image/png", 0),
            ]
            assert (first.quarantined.metrics.pl, dict(first.quarantined.extra)) == (12.5, {"Sharpe": "1.2"})
            assert not found[1].HasField("quarantined")


async def test_failures_are_listed_by_task_class_and_page() -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            run, numbers = await failed_run(at)
            only = await listed(at, run_id=run.run_id, index=1)
            assert [each.attempt_id for each in only.failures] == [numbers[1]]
            timing = await listed(at, run_id=run.run_id, failure_class=runs_pb2.FAILURE_CLASS_TIMING)
            assert [each.attempt_id for each in timing.failures] == [numbers[1]]
            page = await listed(at, run_id=run.run_id, page_size=1)
            assert page.next_page_token == f"0:{numbers[0]}"
            rest = await listed(at, run_id=run.run_id, page_size=1, page_token=page.next_page_token)
            assert [each.attempt_id for each in rest.failures] == [numbers[1]]


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        ({"run_id": "nothing"}, grpc.StatusCode.NOT_FOUND, "there is no run"),
        ({"run_id": "RUN", "index": 3}, grpc.StatusCode.NOT_FOUND, "the run has tasks 0 to 2"),
        ({"run_id": "RUN", "page_token": "x"}, grpc.StatusCode.INVALID_ARGUMENT, "no token of this list"),
        ({"run_id": "RUN", "failure_class": 99}, grpc.StatusCode.INVALID_ARGUMENT, "99 is no class of failure"),
    ],
)
async def test_a_wrong_question_is_refused_with_a_sentence(request_: dict[str, object], code: grpc.StatusCode, words: str) -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            run = await at.submit(3)
            asked = {**request_, "run_id": run.run_id} if request_["run_id"] == "RUN" else request_
            question = failures_pb2.ListFailuresRequest(**asked)  # type: ignore[arg-type]
            found, status = await at.refusal(lambda stubs: stubs.failures.ListFailures(question))
            assert (found, words in status.message) == (code, True), status.message


async def test_evidence_comes_in_parts_and_whole() -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            _, numbers = await failed_run(at)
            parts = await fetched(at, numbers[0], DOM)
            assert len(parts) == 3
            assert max(map(len, parts)) == CHUNK
            assert b"".join(parts) == LARGE
            assert b"".join(await fetched(at, numbers[0], SCREENSHOT)) == b""


async def test_evidence_that_is_not_there_says_why() -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            _, (first, second) = await failed_run(at)
            assert "the attempt left dom.html, screenshot.png" in await refused(at, first, "trace.zip")
            assert "the attempt left none" in await refused(at, 999, DOM)
            assert "the attempt left" in await refused(at, first, "../../../oodaemon.db")
            (Path(at.parts.evidence.shelf.root) / str(second) / DOM).unlink()
            assert "its file was removed or changed" in await refused(at, second, DOM)
            await at.parts.evidence.sweep()
            assert "to make room" in await refused(at, second, DOM)


async def test_the_newest_failures_are_those_of_all_runs_unless_one_is_named() -> None:
    with short_folder() as folder:
        async with serving(folder) as at:
            run, numbers = await failed_run(at)
            other = await at.submit(2, name="other")
            all_of_them = [each.attempt_id for each in (await listed(at, newest=True)).failures]
            assert all_of_them == sorted(numbers, reverse=True)
            assert [each.attempt_id for each in (await listed(at, newest=True, page_size=1)).failures] == numbers[-1:]
            assert not (await listed(at, newest=True, page_size=1)).next_page_token
            assert len((await listed(at, newest=True, run_id=run.run_id)).failures) == 2
            assert not (await listed(at, newest=True, run_id=other.run_id)).failures
            timing = await listed(at, newest=True, failure_class=runs_pb2.FAILURE_CLASS_TIMING)
            assert [each.attempt_id for each in timing.failures] == numbers[1:]
            request = failures_pb2.ListFailuresRequest(newest=True, index=0)
            code, _ = await at.refusal(lambda stubs: stubs.failures.ListFailures(request))
            assert code is grpc.StatusCode.INVALID_ARGUMENT
