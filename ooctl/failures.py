"""Failed attempts and their evidence as the client asks for them. Importing this module imports grpc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ooctl.owners import RUN_HINT
from ooctl.pacing import SECONDS
from oodaemon.api.v1 import failures_pb2, failures_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from ooctl.tradelogs import Ask
    from oodaemon.api.v1 import runs_pb2

PATIENCE: Final = 60 * SECONDS
PAGE_SIZE: Final = 200
EVIDENCE_HINT: Final = '"ooctl failures RUN" shows what is kept'


class Failures:
    """The failed attempts that a daemon knows. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = failures_pb2_grpc.FailureServiceStub(channel), ask

    def of_run(
        self, run_id: str, *, index: int | None = None, failure_class: runs_pb2.FailureClass.ValueType | None = None
    ) -> Iterator[failures_pb2.FailedAttempt]:
        """Every failed attempt of a run, or of one task of it: by task, then in their order; of one class, or of all."""
        token = ""
        while True:
            request = failures_pb2.ListFailuresRequest(run_id=run_id, index=index, page_size=PAGE_SIZE, page_token=token)
            if failure_class is not None:
                request.failure_class = failure_class
            page = self._ask(self._stub.ListFailures, request, timeout=PATIENCE, not_found=RUN_HINT)
            yield from page.failures
            token = page.next_page_token
            if not token:
                return

    def evidence(self, attempt_id: int, name: str) -> bytes:
        """The bytes of one piece of evidence."""
        request = failures_pb2.GetEvidenceRequest(attempt_id=attempt_id, name=name)
        return self._ask(self._all, request, timeout=PATIENCE, not_found=EVIDENCE_HINT)

    def _all(
        self,
        request: failures_pb2.GetEvidenceRequest,
        timeout: float | None = None,
        metadata: tuple[tuple[str, str], ...] | None = None,
    ) -> bytes:
        return b"".join(part.chunk for part in self._stub.GetEvidence(request, timeout=timeout, metadata=metadata))
