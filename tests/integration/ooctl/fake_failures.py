"""The failed attempts of the scripted daemon."""

from __future__ import annotations

import grpc
from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp

from oodaemon.api.v1 import failures_pb2, failures_pb2_grpc, runs_pb2
from tests.unit.ooctl.builders import RUN_ID


def an_item(name: str, *, size: int = 5, is_dropped: bool = False) -> failures_pb2.EvidenceItem:
    item = failures_pb2.EvidenceItem(name=name, media_type="text/plain", size_bytes=size, sha256="ab" * 32)
    if is_dropped:
        item.dropped_at.CopyFrom(Timestamp(seconds=1_790_000_600))
    return item


def a_failure(
    attempt_id: int,
    index: int = 0,
    *,
    kind: int = runs_pb2.FAILURE_CLASS_TIMING,
    items: tuple[failures_pb2.EvidenceItem, ...] = (),
    pl: float | None = None,
) -> failures_pb2.FailedAttempt:
    failure = failures_pb2.FailedAttempt(
        attempt_id=attempt_id,
        run_id=RUN_ID,
        index=index,
        parameters={"delta": Value(number_value=12)},
        failure_class=kind,
        message="the spinner stayed",
        failed_at=Timestamp(seconds=1_790_000_000),
        step="run",
        url="https://site.example/test/iron",
        title="Iron",
        causes=["TooSlow: the spinner stayed", "Error: timeout"],
        evidence=items,
        missing={"trace.zip": "the browser is gone"},
    )
    if pl is not None:
        failure.quarantined.metrics.pl = pl
    return failure


class FakeFailures(failures_pb2_grpc.FailureServiceServicer):
    """Answers from `self.state`: its failures, and the bytes of their evidence in small parts."""

    def ListFailures(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        self._find(request.run_id, context)
        found = [
            failure
            for failure in self.state.failures
            if (not request.HasField("index") or failure.index == request.index)
            and request.failure_class in (0, failure.failure_class)
        ]
        failures, token = self._page(found, request.page_token)
        return failures_pb2.ListFailuresResponse(failures=failures, next_page_token=token)

    def GetEvidence(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        content = self.state.evidence.get((request.attempt_id, request.name))
        if content is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"there is no evidence '{request.attempt_id}/{request.name}'")
        for place in range(0, len(content), 2):
            yield failures_pb2.GetEvidenceResponse(chunk=content[place : place + 2])
