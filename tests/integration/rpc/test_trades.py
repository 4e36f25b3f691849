"""TradeService over a real socket: importing, paging, analysing, and what is said when that cannot be."""

import grpc
import pytest

from oodaemon.analysis.files import read
from oodaemon.api.v1 import trades_pb2
from oodaemon.model.runs import Run
from oodaemon.rpc.trades import MAX_CONTENT, MEBIBYTE
from oodaemon.store import attempts, journal, leases, trades
from tests.integration.rpc.support import Service, fresh
from tests.integration.store.workbench import proven
from tests.unit.analysis.rows import CLASSIC, DAILY, DAYS, EXPIRED, LIVE, LIVE_DEBIT, STOPPED, file

RAW = file(CLASSIC, STOPPED, EXPIRED)
LIMITS = (("grpc.max_receive_message_length", -1),)


def upload(raw: bytes = RAW, *, name: str = "trade-log.csv", request_id: str = "") -> trades_pb2.ImportTradeLogRequest:
    return trades_pb2.ImportTradeLogRequest(request_id=request_id or fresh(), name=name, content=raw)


def of_task(run: Run, index: int) -> trades_pb2.LogRef:
    return trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id[:20], index=index))


async def finish(service: Service, raw: bytes = RAW) -> None:
    """What a browser does with a task of a run with trades."""
    write = service.parts.store.write
    lease = await write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    assert await write(attempts.intent, lease.token)

    def succeed(tx) -> None:
        attempts.succeed(tx, lease.token, proven(1.5))
        trades.record(tx, lease.run_id, lease.index, attempt_id=lease.token.attempt_id, file=read(raw, "trade-log.csv"))

    await write(succeed)


async def test_an_imported_file_is_listed_read_and_analysed(service: Service) -> None:
    who, head = (("oo-client", "trader@desk"),), service.parts.store.head
    answer = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(upload(), metadata=who))
    (told,) = await service.parts.store.read(journal.read, head, run_id=None)
    assert (told.type, told.body["client"]) == ("log_imported", "trader@desk")
    log = answer.log
    assert not answer.is_known
    assert (log.name, log.kind, log.entries, log.run_id) == ("trade-log.csv", trades_pb2.LOG_KIND_BACKTEST, 2, "")
    assert not log.HasField("index")
    assert log.derived["profit_factor"] == pytest.approx(231.44 / 305.12)
    assert [
        each.import_id for each in (await service.ask(lambda s: s.trades.ListImports(trades_pb2.ListImportsRequest()))).imports
    ] == [log.import_id]
    ref = trades_pb2.LogRef(import_id=log.import_id.lower())
    got = await service.ask(lambda stubs: stubs.trades.GetTradeLog(trades_pb2.GetTradeLogRequest(log=ref)))
    assert (got.content, got.log) == (RAW, log)
    listed = await service.ask(lambda s: s.trades.ListTrades(trades_pb2.ListTradesRequest(import_id=log.import_id)))
    first = listed.trades[0]
    assert (first.opened_at, first.closed_at) == ("2025-11-21T10:15:00", "2025-11-21T11:57:00")
    assert [leg.text for leg in first.legs] == ["1 Nov 21 6650 C STO 3.15", "1 Nov 21 6730 C BTO 0.30"]
    assert (first.premium, first.closing_cost, first.pl, first.fees) == ("275", "575", "-305.12", "5.12")
    assert (first.contracts, first.reason, first.figures["margin"]) == (1, "Stop Loss", "7480")
    assert not first.HasField("index")
    analysis = await service.ask(
        lambda stubs: stubs.trades.GetTradeAnalysis(trades_pb2.GetTradeAnalysisRequest(log=ref, equity=True))
    )
    assert [(part.key, part.trades, part.winners, round(part.pl, 2)) for part in analysis.by_weekday] == [("Friday", 2, 1, -73.68)]
    assert [part.key for part in analysis.by_hour] == ["10:00"]
    assert [part.key for part in analysis.by_reason] == ["Expired", "Stop Loss"]
    assert [(point.at, point.total) for point in analysis.equity] == [
        ("2025-11-21T11:57:00", -305.12),
        ("2025-11-21T16:00:00", -73.68),
    ]


async def test_the_same_bytes_and_the_same_request_change_nothing(service: Service) -> None:
    request = upload(request_id="once")
    first = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(request))
    again = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(request))
    copy = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(upload(name="copy.csv")))
    assert again == first
    assert (copy.log, copy.is_known) == (first.log, True)
    code, _ = await service.refusal(lambda stubs: stubs.trades.ImportTradeLog(upload(name="other.csv", request_id="once")))
    assert code is grpc.StatusCode.ALREADY_EXISTS


async def test_a_repeated_import_is_answered_although_its_file_would_be_refused_now(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = upload()
    first = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(request))
    monkeypatch.setattr("oodaemon.rpc.trades.MAX_CONTENT", 1)
    assert await service.ask(lambda stubs: stubs.trades.ImportTradeLog(request)) == first
    code, _ = await service.refusal(lambda stubs: stubs.trades.ImportTradeLog(upload()))
    assert code is grpc.StatusCode.INVALID_ARGUMENT


async def test_every_kind_of_file(service: Service) -> None:
    for raw in (file(LIVE, LIVE_DEBIT), file(DAILY, *DAYS[:3])):
        await service.ask(lambda stubs, raw=raw: stubs.trades.ImportTradeLog(upload(raw)))
    listed = (await service.ask(lambda s: s.trades.ListImports(trades_pb2.ListImportsRequest()))).imports
    assert {(log.kind, log.entries) for log in listed} == {(trades_pb2.LOG_KIND_LIVE, 1), (trades_pb2.LOG_KIND_DAILY, 3)}
    daily = next(log for log in listed if log.kind == trades_pb2.LOG_KIND_DAILY)
    ref = trades_pb2.LogRef(import_id=daily.import_id)
    analysis = await service.ask(lambda s: s.trades.GetTradeAnalysis(trades_pb2.GetTradeAnalysisRequest(log=ref)))
    assert analysis.log.derived["days"] == 3
    assert not analysis.by_weekday


async def test_trades_of_a_run_come_in_pages(service: Service) -> None:
    run = await service.submit(3)
    for raw in (RAW, file(CLASSIC, EXPIRED), file(CLASSIC, STOPPED, EXPIRED, EXPIRED)):
        await finish(service, raw)
    found, token = [], ""
    while True:
        request = trades_pb2.ListTradesRequest(run_id=run.run_id[:20], page_size=2, page_token=token)
        page = await service.ask(lambda stubs, request=request: stubs.trades.ListTrades(request))
        found += [(trade.index, trade.place) for trade in page.trades]
        token = page.next_page_token
        if not token:
            break
    assert found == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)]
    task = trades_pb2.ListTradesRequest(task=trades_pb2.TaskRef(run_id=run.run_id, index=2), page_size=2)
    page = await service.ask(lambda stubs: stubs.trades.ListTrades(task))
    task.page_token = page.next_page_token
    rest = await service.ask(lambda stubs: stubs.trades.ListTrades(task))
    assert [(trade.index, trade.place) for trade in [*page.trades, *rest.trades]] == [(2, 0), (2, 1), (2, 2)]
    logs = await service.ask(lambda s: s.trades.ListTradeLogs(trades_pb2.ListTradeLogsRequest(run_id=run.run_id, page_size=2)))
    more = await service.ask(
        lambda s: s.trades.ListTradeLogs(trades_pb2.ListTradeLogsRequest(run_id=run.run_id, page_token=logs.next_page_token))
    )
    assert [(log.index, log.entries) for log in [*logs.logs, *more.logs]] == [(0, 2), (1, 1), (2, 3)]
    got = await service.ask(lambda stubs: stubs.trades.GetTradeLog(trades_pb2.GetTradeLogRequest(log=of_task(run, 1))))
    assert got.content == file(CLASSIC, EXPIRED)


async def test_a_file_as_large_as_any_seen(service: Service) -> None:
    """More than the 4 MiB that gRPC allows by itself, there and back."""
    raw = file(CLASSIC, *[STOPPED] * 22_000)
    assert len(raw) > 4 * MEBIBYTE
    answer = await service.ask(lambda stubs: stubs.trades.ImportTradeLog(upload(raw)))
    assert answer.log.entries == 22_000

    def fetch(stubs) -> bytes:
        with grpc.insecure_channel(service.target, options=LIMITS) as channel:
            from tests.integration.rpc.support import Stubs

            ref = trades_pb2.LogRef(import_id=answer.log.import_id)
            return Stubs(channel).trades.GetTradeLog(trades_pb2.GetTradeLogRequest(log=ref)).content

    assert await service.ask(fetch) == raw


async def test_a_file_that_is_too_large_is_refused_with_a_sentence(service: Service) -> None:
    code, status = await service.refusal(lambda s: s.trades.ImportTradeLog(upload(b"x" * (MAX_CONTENT + MEBIBYTE))))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert status.message == "content: has 33.0 MiB; at most 32 MiB can be imported"


async def test_a_malformed_file_names_line_and_column_and_imports_nothing(service: Service) -> None:
    wrong = file(CLASSIC, STOPPED, EXPIRED.replace("231.44", "abc"))
    code, status = await service.refusal(lambda stubs: stubs.trades.ImportTradeLog(upload(wrong)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert status.message == "content: line 3, column \"P/L\": 'abc' is not a number"
    listed = await service.ask(lambda s: s.trades.ListImports(trades_pb2.ListImportsRequest()))
    assert not listed.imports


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        (
            lambda s: s.trades.ListTrades(trades_pb2.ListTradesRequest()),
            grpc.StatusCode.INVALID_ARGUMENT,
            "owner: nothing is named; give a run, a task or an import",
        ),
        (
            lambda s: s.trades.GetTradeLog(trades_pb2.GetTradeLogRequest()),
            grpc.StatusCode.INVALID_ARGUMENT,
            "log: nothing is named; give a task or an import",
        ),
        (
            lambda s: s.trades.ListTrades(trades_pb2.ListTradesRequest(import_id="01J", page_token="7")),
            grpc.StatusCode.INVALID_ARGUMENT,
            "page_token: '7' is no token of this list",
        ),
        (
            lambda s: s.trades.ListTrades(trades_pb2.ListTradesRequest(import_id="01J")),
            grpc.StatusCode.NOT_FOUND,
            "there is no import '01J'",
        ),
        (
            lambda s: s.trades.GetTradeAnalysis(trades_pb2.GetTradeAnalysisRequest(log=trades_pb2.LogRef(import_id=""))),
            grpc.StatusCode.INVALID_ARGUMENT,
            "import_id: is empty; give the id of an import or the beginning of it",
        ),
        (
            lambda s: s.trades.ImportTradeLog(upload(name="")),
            grpc.StatusCode.INVALID_ARGUMENT,
            "name: must have 1 to 255 characters",
        ),
        (
            lambda s: s.trades.ImportTradeLog(trades_pb2.ImportTradeLogRequest(name="x", content=RAW)),
            grpc.StatusCode.INVALID_ARGUMENT,
            "request_id: is empty; make a new id for every new request and keep it for repeats",
        ),
    ],
)
async def test_refusals(service: Service, question, code: grpc.StatusCode, message: str) -> None:
    found, status = await service.refusal(question)
    assert (found, status.message) == (code, message)


async def test_a_task_without_a_log(service: Service) -> None:
    run = await service.submit(1)
    code, status = await service.refusal(lambda s: s.trades.GetTradeLog(trades_pb2.GetTradeLogRequest(log=of_task(run, 0))))
    assert code is grpc.StatusCode.NOT_FOUND
    assert status.message.startswith(f"there is no trade log '{run.run_id}/0'; only runs that were submitted with trades")
