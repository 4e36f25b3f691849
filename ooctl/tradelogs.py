"""Trade logs as the client asks for them: one method per request. Importing this module imports grpc."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ooctl.owners import RUN_HINT, Owner
from ooctl.pacing import SECONDS
from oodaemon.api.v1 import trades_pb2, trades_pb2_grpc

if TYPE_CHECKING:
    import grpc

PATIENCE: Final = 120 * SECONDS
"""For a file of many megabytes, on a busy machine."""
PAGE_SIZE: Final = 1000

RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
ResponseT_co = TypeVar("ResponseT_co", covariant=True)
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


class _Method(Protocol[RequestT_contra, ResponseT_co]):
    def __call__(
        self, request: RequestT_contra, timeout: float | None = None, metadata: tuple[tuple[str, str], ...] | None = None
    ) -> ResponseT_co: ...


class Ask(Protocol):
    """Sends a request until there is an answer or no point in trying. Raises ClientError; `not_found` becomes its hint."""

    def __call__(self, method: _Method[RequestT, ResponseT], request: RequestT, /, *, timeout: float, not_found: str) -> ResponseT:
        """The answer."""
        ...


class TradeLogs:
    """The trades that a daemon keeps. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = trades_pb2_grpc.TradeServiceStub(channel), ask

    def trades(self, owner: Owner) -> Iterator[trades_pb2.Trade]:
        """Every trade: by task, then in the order of the file."""
        token = ""
        while True:
            page = self._ask(self._stub.ListTrades, _page_of(owner, token), timeout=PATIENCE, not_found=owner.hint)
            yield from page.trades
            token = page.next_page_token
            if not token:
                return

    def logs(self, run_id: str) -> Iterator[trades_pb2.TradeLog]:
        """The files of a run, by task."""
        token = ""
        while True:
            request = trades_pb2.ListTradeLogsRequest(run_id=run_id, page_size=PAGE_SIZE, page_token=token)
            page = self._ask(self._stub.ListTradeLogs, request, timeout=PATIENCE, not_found=RUN_HINT)
            yield from page.logs
            token = page.next_page_token
            if not token:
                return

    def file(self, owner: Owner) -> trades_pb2.GetTradeLogResponse:
        """One file with its bytes."""
        request = trades_pb2.GetTradeLogRequest(log=_log_of(owner))
        return self._ask(self._stub.GetTradeLog, request, timeout=PATIENCE, not_found=owner.hint)

    def analysis(self, owner: Owner, *, equity: bool) -> trades_pb2.GetTradeAnalysisResponse:
        """What follows from one file."""
        request = trades_pb2.GetTradeAnalysisRequest(log=_log_of(owner), equity=equity)
        return self._ask(self._stub.GetTradeAnalysis, request, timeout=PATIENCE, not_found=owner.hint)

    def add(self, name: str, content: bytes) -> trades_pb2.ImportTradeLogResponse:
        """Import a file: all of it, or nothing."""
        request = trades_pb2.ImportTradeLogRequest(request_id=str(uuid.uuid4()), name=name, content=content)
        return self._ask(self._stub.ImportTradeLog, request, timeout=PATIENCE, not_found="")

    def imports(self, *, limit: int) -> Iterator[trades_pb2.TradeLog]:
        """The newest imports first, at most `limit`; 0 means all."""
        left, token = limit, ""
        while True:
            size = min(left, PAGE_SIZE) if limit else PAGE_SIZE
            request = trades_pb2.ListImportsRequest(page_size=size, page_token=token)
            page = self._ask(self._stub.ListImports, request, timeout=PATIENCE, not_found="")
            found = page.imports[:left] if limit else page.imports
            yield from found
            left -= len(found)
            token = page.next_page_token
            if not token or (limit and left <= 0):
                return


def _log_of(owner: Owner) -> trades_pb2.LogRef:
    if owner.import_id:
        return trades_pb2.LogRef(import_id=owner.import_id)
    return trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=owner.run_id, index=owner.index or 0))


def _page_of(owner: Owner, token: str) -> trades_pb2.ListTradesRequest:
    wire = trades_pb2.ListTradesRequest(page_size=PAGE_SIZE, page_token=token)
    if owner.import_id:
        wire.import_id = owner.import_id
    elif owner.index is None:
        wire.run_id = owner.run_id
    else:
        wire.task.CopyFrom(trades_pb2.TaskRef(run_id=owner.run_id, index=owner.index))
    return wire
