"""FailureService: failed attempts, and the evidence they left."""

import re
from typing import Any

import trio

from oodaemon.api.v1 import failures_pb2, failures_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.errors import InvalidArgument, NotFound
from oodaemon.model.evidence import CaseFile, KeptItem
from oodaemon.model.tasks import FailureClass, Figures
from oodaemon.rpc import convert, requests
from oodaemon.rpc.convert import Converter
from oodaemon.store import evidence, failures, runs
from oodaemon.store.shelf import Shelf
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

ROWS = 200
CHUNK = 256 * 1024
_TOKEN = re.compile(r"(?P<index>[0-9]{1,9}):(?P<attempt>[0-9]{1,18})")


class FailureServicer(failures_pb2_grpc.FailureServiceServicer):
    """See failures.proto."""

    def __init__(self, store: Store, shelf: Shelf, converter: Converter) -> None:
        self._store, self._shelf, self._converter = store, shelf, converter

    async def ListFailures(self, request: failures_pb2.ListFailuresRequest, context: Any) -> failures_pb2.ListFailuresResponse:
        """See failures.proto."""
        limit, after, wanted = requests.page_size(request.page_size, ROWS), _after(request.page_token), _class(request)
        found = await call_trio(self._store.read, _page, request, wanted, after, limit)
        is_page = len(found) == limit and not request.newest
        token = f"{found[-1].index}:{found[-1].failure.attempt_id}" if is_page else ""
        return failures_pb2.ListFailuresResponse(failures=[self._case(case) for case in found], next_page_token=token)

    async def GetEvidence(self, request: failures_pb2.GetEvidenceRequest, context: Any) -> None:  # type: ignore[override]
        """See failures.proto. Writes its chunks itself: the stubs expect an iterator."""
        kept = await call_trio(self._store.read, evidence.get, request.attempt_id, request.name)
        content = await call_trio(self._content, request.attempt_id, kept)
        for start in range(0, max(1, len(content)), CHUNK):
            await context.write(failures_pb2.GetEvidenceResponse(chunk=content[start : start + CHUNK]))

    async def _content(self, attempt_id: int, kept: KeptItem) -> bytes:
        content = await trio.to_thread.run_sync(self._shelf.read, attempt_id, kept)
        if content is None:
            raise NotFound("evidence", f"{attempt_id}/{kept.name}", "its file was removed or changed")
        return content

    def _case(self, case: CaseFile) -> failures_pb2.FailedAttempt:
        wire = failures_pb2.FailedAttempt(
            attempt_id=case.failure.attempt_id,
            run_id=case.run_id,
            index=case.index,
            parameters=self._converter.values(case.values),
            failure_class=convert.failure_class(case.failure.failure_class),
            message=case.failure.message,
            failed_at=convert.timestamp(case.failure.failed_at),
            step=case.scene.step,
            url=case.scene.url,
            title=case.scene.title,
            causes=case.scene.causes,
            evidence=[_item(item) for item in case.items],
            missing=case.scene.missing,
        )
        if case.quarantined is not None:
            wire.quarantined.CopyFrom(_quarantined(case.quarantined))
        return wire


def _item(item: KeptItem) -> failures_pb2.EvidenceItem:
    wire = failures_pb2.EvidenceItem(name=item.name, media_type=item.media_type, size_bytes=item.size, sha256=item.sha256)
    if item.dropped_at is not None:
        wire.dropped_at.CopyFrom(convert.timestamp(item.dropped_at))
    return wire


def _quarantined(figures: Figures) -> failures_pb2.QuarantinedFigures:
    return failures_pb2.QuarantinedFigures(
        metrics=convert.metrics(figures.metrics), extra=dict(figures.extra), config=convert.test_config(figures.config)
    )


def _after(token: str) -> tuple[int, int]:
    match = _TOKEN.fullmatch(token)
    if token and match is None:
        raise InvalidArgument.of("page_token", f"{token!r} is no token of this list")
    return (int(match["index"]), int(match["attempt"])) if match else (-1, -1)


def _class(request: failures_pb2.ListFailuresRequest) -> FailureClass | None:
    if not request.failure_class:
        return None
    found = next((each for each in FailureClass if convert.failure_class(each) == request.failure_class), None)
    if found is None:
        raise InvalidArgument.of("failure_class", f"{request.failure_class} is no class of failure")
    return found


def _page(
    db: Snapshot, request: failures_pb2.ListFailuresRequest, wanted: FailureClass | None, after: tuple[int, int], limit: int
) -> list[CaseFile]:
    if request.newest:
        if request.HasField("index"):
            raise InvalidArgument.of("index", "the newest failures are those of a run or of all runs, not of one task")
        run_id = runs.get(db, request.run_id).run_id if request.run_id else None
        return failures.newest(db, run_id=run_id, failure_class=wanted, limit=limit)
    run = runs.get(db, request.run_id)
    index = request.index if request.HasField("index") else None
    if index is not None and not 0 <= index < run.counts.total:
        raise NotFound("task", f"{run.run_id}/{index}", f"the run has tasks 0 to {run.counts.total - 1}")
    return failures.page(db, run.run_id, index=index, failure_class=wanted, after=after, limit=limit)
