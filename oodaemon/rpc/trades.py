"""TradeService: the trades of finished backtests, and files that users exported themselves."""

import json
import re
from typing import Any

import trio

from oodaemon.analysis import breakdowns, outcomes
from oodaemon.analysis.files import read
from oodaemon.analysis.sheet import MalformedLog
from oodaemon.api.v1 import trades_pb2, trades_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.runs import Request
from oodaemon.errors import InvalidArgument
from oodaemon.model.runs import Author
from oodaemon.model.trades import LogFile, StoredLog, StoredTrade, Trade
from oodaemon.rpc import requests, tradelogs
from oodaemon.store import imports, runs, trades
from oodaemon.store.requests import known, once
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot, Transaction, to_json

ROWS, IMPORTS = 1000, 50
MEBIBYTE = 1024 * 1024
MAX_CONTENT = 32 * MEBIBYTE
MAX_NAME = 255
_TOKEN = re.compile(r"(?P<index>[0-9]{1,9}):(?P<place>[0-9]{1,9})")


class TradeServicer(trades_pb2_grpc.TradeServiceServicer):
    """See trades.proto."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ListTrades(self, request: trades_pb2.ListTradesRequest, context: Any) -> trades_pb2.ListTradesResponse:
        """See trades.proto."""
        limit, after = requests.page_size(request.page_size, ROWS), _after(request.page_token)
        owner, found = await call_trio(self._store.read, _page, request, after, limit)
        token = f"{found[-1].index or 0}:{found[-1].place}" if len(found) == limit else ""
        return trades_pb2.ListTradesResponse(trades=[tradelogs.trade(each, index=owner) for each in found], next_page_token=token)

    async def ListTradeLogs(self, request: trades_pb2.ListTradeLogsRequest, context: Any) -> trades_pb2.ListTradeLogsResponse:
        """See trades.proto."""
        limit, after = requests.page_size(request.page_size, ROWS), requests.after_index(request.page_token)
        found = await call_trio(self._store.read, _logs, request.run_id, after, limit)
        token = str(found[-1].index) if len(found) == limit else ""
        return trades_pb2.ListTradeLogsResponse(logs=[tradelogs.log(each) for each in found], next_page_token=token)

    async def GetTradeLog(self, request: trades_pb2.GetTradeLogRequest, context: Any) -> trades_pb2.GetTradeLogResponse:
        """See trades.proto."""
        log, content = await call_trio(self._store.read, _file, request.log)
        return trades_pb2.GetTradeLogResponse(log=tradelogs.log(log), content=content)

    async def GetTradeAnalysis(
        self, request: trades_pb2.GetTradeAnalysisRequest, context: Any
    ) -> trades_pb2.GetTradeAnalysisResponse:
        """See trades.proto."""
        log, found = await call_trio(self._store.read, _outline, request.log)
        by_hour = breakdowns.by_hour(found) if log.has_times else []
        return trades_pb2.GetTradeAnalysisResponse(
            log=tradelogs.log(log),
            by_weekday=[tradelogs.part(each) for each in breakdowns.by_weekday(found)],
            by_hour=[tradelogs.part(each) for each in by_hour],
            by_reason=[tradelogs.part(each) for each in breakdowns.by_reason(found)],
            equity=[tradelogs.point(each) for each in outcomes.equity(found)] if request.equity else [],
        )

    async def ImportTradeLog(self, request: trades_pb2.ImportTradeLogRequest, context: Any) -> trades_pb2.ImportTradeLogResponse:
        """See trades.proto."""
        identity = requests.identity(request, request.request_id, requests.client_of(context))
        imported = await call_trio(self._store.read, _imported, identity)
        if imported is None:
            _check_upload(request)
            imported = await call_trio(self._import, identity, request.name, request.content)
        return trades_pb2.ImportTradeLogResponse(log=tradelogs.log(imported.log), is_known=not imported.is_new)

    async def ListImports(self, request: trades_pb2.ListImportsRequest, context: Any) -> trades_pb2.ListImportsResponse:
        """See trades.proto."""
        limit = requests.page_size(request.page_size, IMPORTS)
        found = await call_trio(self._store.read, imports.page, limit=limit, before=request.page_token or None)
        token = found[-1].import_id if len(found) == limit else ""
        return trades_pb2.ListImportsResponse(imports=[tradelogs.log(each) for each in found], next_page_token=token)

    async def _import(self, identity: Request, name: str, content: bytes) -> imports.Imported:
        try:
            file = await trio.to_thread.run_sync(read, content, name)
        except MalformedLog as error:
            raise InvalidArgument.of("content", str(error)) from error
        return await self._store.write(_add, identity, file)


def _check_upload(request: trades_pb2.ImportTradeLogRequest) -> None:
    if not request.name or len(request.name) > MAX_NAME:
        raise InvalidArgument.of("name", f"must have 1 to {MAX_NAME} characters")
    if len(request.content) > MAX_CONTENT:
        size = len(request.content) / MEBIBYTE
        raise InvalidArgument.of("content", f"has {size:.1f} MiB; at most {MAX_CONTENT // MEBIBYTE} MiB can be imported")


def _after(token: str) -> tuple[int, int]:
    match = _TOKEN.fullmatch(token)
    if token and match is None:
        raise InvalidArgument.of("page_token", f"{token!r} is no token of this list")
    return (int(match["index"]), int(match["place"])) if match else (-1, -1)


def _page(
    db: Snapshot, request: trades_pb2.ListTradesRequest, after: tuple[int, int], limit: int
) -> tuple[int | None, list[StoredTrade]]:
    match request.WhichOneof("owner"):
        case "run_id":
            run_id = runs.get(db, request.run_id).run_id
            return None, trades.page_of_run(db, run_id, after=after, limit=limit)
        case "task":
            log = _of_task(db, request.task)
        case "import_id":
            log = imports.get(db, request.import_id)
        case _:
            raise InvalidArgument.of("owner", "nothing is named; give a run, a task or an import")
    return log.index, trades.page(db, log.log_id, after_place=after[1], limit=limit)


def _logs(db: Snapshot, ref: str, after: int, limit: int) -> list[StoredLog]:
    return trades.of_run(db, runs.get(db, ref).run_id, after_index=after, limit=limit)


def _of_task(db: Snapshot, task: trades_pb2.TaskRef) -> StoredLog:
    return trades.of_task(db, runs.get(db, task.run_id).run_id, task.index)


def _log(db: Snapshot, ref: trades_pb2.LogRef) -> StoredLog:
    match ref.WhichOneof("owner"):
        case "task":
            return _of_task(db, ref.task)
        case "import_id":
            return imports.get(db, ref.import_id)
        case _:
            raise InvalidArgument.of("log", "nothing is named; give a task or an import")


def _file(db: Snapshot, ref: trades_pb2.LogRef) -> tuple[StoredLog, bytes]:
    log = _log(db, ref)
    return log, trades.raw(db, log.log_id)


def _outline(db: Snapshot, ref: trades_pb2.LogRef) -> tuple[StoredLog, list[Trade]]:
    log = _log(db, ref)
    return log, trades.outline(db, log.log_id)


def _imported(db: Snapshot, identity: Request) -> imports.Imported | None:
    """What a repeated request was answered with: the file may be none that is taken now."""
    answer = known(db, identity.request_id, identity.method, identity.digest)
    return None if answer is None else _read_answer(db, answer)


def _add(tx: Transaction, identity: Request, file: LogFile) -> imports.Imported:
    def produce() -> str:
        imported = imports.add(tx, file, author=Author(identity.client))
        return to_json([imported.log.import_id, imported.is_new])

    return _read_answer(tx.db, once(tx, identity.request_id, identity.method, identity.digest, produce))


def _read_answer(db: Snapshot, answer: str) -> imports.Imported:
    import_id, is_new = json.loads(answer)
    return imports.Imported(imports.get(db, import_id), is_new)
