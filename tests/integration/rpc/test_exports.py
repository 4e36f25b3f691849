"""ExportService over a real socket: every settled task and every trade, as ListResults and ListTrades show them."""

import datetime
import json
from typing import Any

import grpc
import pytest

from ooctl.exports import Exports
from ooctl.records import result_record
from ooctl.trade_records import trade_record
from ooctl.writers.cells import exact
from ooctl.writers.table import Kind, Role, Table
from oodaemon.analysis.files import read
from oodaemon.api.v1 import exports_pb2, runs_pb2, trades_pb2
from oodaemon.clock import utc_now
from oodaemon.ids import ulid
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Author, NewRun, Run
from oodaemon.model.tasks import METRICS, FailureClass, Figures
from oodaemon.plans.plan import Batch
from oodaemon.rpc import export_columns, exports
from oodaemon.store import attempts, leases, rulings, runs, trades
from oodaemon.store.rulings import Order, Which
from tests.integration.rpc.support import Service
from tests.support import filled
from tests.unit.analysis.rows import CLASSIC, EXPIRED, LIVE, LIVE_DEBIT, STOPPED, file

ODD = '=cmd|" /c calc"!A1, "two"\nlines'


async def export(service: Service, run_id: str, *, of_trades: bool = False) -> list[dict[str, Any]]:
    return (await whole(service, run_id, of_trades=of_trades))[1]


async def whole(
    service: Service, run_id: str, *, of_trades: bool = False, to_write: bool = False
) -> tuple[Table, list[dict[str, Any]]]:
    """The table as ooctl reads it, and its rows."""

    def put(stubs: Any) -> tuple[Table, list[dict[str, Any]]]:
        with grpc.insecure_channel(service.target) as channel:

            def ask(method: Any, request: Any, **_: Any) -> Any:
                return method(request)

            def explain(error: grpc.RpcError) -> Any:
                return error

            found = Exports(channel, ask, explain)
            table = found.trades(run_id) if of_trades else found.results(run_id, to_write=to_write)
            return table, list(table.records())

    return await service.ask(put)


async def lease_next(service: Service) -> Any:
    write = service.parts.store.write
    lease = await write(leases.lease, "site/oo/browser/1", 1)
    assert lease is not None
    assert await write(attempts.intent, lease.token)
    return lease


async def succeed(service: Service, raw: bytes | None = None, **numbers: float) -> None:
    lease = await lease_next(service)
    figures = Figures(dict(numbers), {"Avg DIT": "3.2", "Odd": ODD}, {"cards": []}, TestConfig("SPX", "2022-05-16", "2025-11-21"))

    def store(tx: Any) -> None:
        attempts.succeed(tx, lease.token, figures)
        if raw is not None:
            file_ = read(raw, "trade-log.csv")
            trades.record(tx, lease.run_id, lease.index, attempt_id=lease.token.attempt_id, file=file_)

    await service.parts.store.write(store)


async def fail(service: Service, failure_class: FailureClass, message: str) -> None:
    """A task that fails at once: refused by the site, or held with the figures that were not believed."""
    lease = await lease_next(service)
    await service.parts.store.write(attempts.fail, lease.token, failure_class, message)
    if failure_class is FailureClass.MISMATCH:
        values = (lease.token.attempt_id, '{"pl": 77.5, "winners": 3}', '{"underlying": "SPY"}')
        insert = "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, '{}', '{}', ?)"
        await service.parts.store.write(lambda tx: tx.note(insert, values))


async def mixed(service: Service) -> Run:
    """A run with every kind of row: figures, few of them, a log, refused, accepted, skipped, held, and one that waits."""
    run = await service.submit(7)
    await succeed(service, file(CLASSIC, STOPPED, EXPIRED), **{name: 1.5 + place for place, name in enumerate(METRICS)})
    await succeed(service, pl=-3.0, cagr=0.1 + 0.2)
    await fail(service, FailureClass.SITE_ERROR, "Entry time must be before exit time")
    for _ in range(3):
        await fail(service, FailureClass.MISMATCH, "=another number")
    for index, rule in ((3, rulings.accept), (4, rulings.skip)):
        author = Author("trader@desk", "looked at it")
        await service.parts.store.write(rule, Order(ref=run.run_id, which=Which(indexes=(index,)), author=author))
    return run


async def listed(service: Service, run_id: str) -> list[dict[str, Any]]:
    """What ListResults says, as ooctl shows it."""
    answer = await service.ask(lambda stubs: stubs.runs.ListResults(runs_pb2.ListResultsRequest(run_id=run_id)))
    return [result_record(each) for each in answer.results]


async def test_every_settled_task_is_exported_as_it_is_listed(service: Service) -> None:
    run = await mixed(service)
    rows, shown = await export(service, run.run_id[:20]), await listed(service, run.run_id)
    assert [row["index"] for row in rows] == [0, 1, 2, 3, 4, 5]
    assert [row["status"] for row in rows] == ["COMPLETED", "COMPLETED", "SKIPPED", "COMPLETED", "SKIPPED", "FAILED"]
    assert [row["origin"] for row in rows] == ["VERIFIED", "VERIFIED", None, "ACCEPTED", None, None]
    for row, record in zip(rows, shown, strict=True):
        assert {name: row[name] for name in METRICS} == record["metrics"]
        for name in ("run_id", "index", "status", "origin", "attempts", "trade_count"):
            assert row[name] == record[name], name
        assert (row["reason"] or "") == record["reason"]
        assert json.loads(row["extra"] or "{}") == record["extra"]
        config, ruling = record["config"] or {}, record["ruling"] or {}
        for name in ("underlying", "start_date", "end_date"):
            assert row[name] == (config.get(name) or None), name
        assert (row["ruling_client"], row["ruling_reason"]) == (ruling.get("client"), ruling.get("reason"))
        assert {name: row[name] for name in record["parameters"]} == record["parameters"]
        for column in export_columns.OF_TRADE_LOG:
            assert row[column.name] == record["derived"].get(column.name.removeprefix("derived_")), column.name
        assert set(record["derived"]) <= {column.name.removeprefix("derived_") for column in export_columns.OF_TRADE_LOG}
        assert _same_moment(row["recorded_at"], record["recorded_at"])
    assert any(row["derived_profit_factor"] for row in rows)


def _same_moment(one: str, other: str) -> bool:
    return datetime.datetime.fromisoformat(one) == datetime.datetime.fromisoformat(other)


async def test_columns_say_what_they_are(service: Service) -> None:
    run = await mixed(service)
    table, _ = await whole(service, run.run_id)
    names = [column.name for column in table.columns]
    assert names[:5] == ["run_id", "index", "part", "delta", "status"], "options at their default go without saying"
    assert len(names) == len(set(names))
    by_name = {column.name: column for column in table.columns}
    assert (by_name["delta"].kind, by_name["delta"].role) == (Kind.NUMBER, Role.PARAMETER)
    assert (by_name["pl"].unit, by_name["max_drawdown"].unit, by_name["mar"].unit) == ("USD", "%", "")
    assert (table.run["run_id"], table.run["name"], table.run["test"]["name"]) == (run.run_id, "sweep", "Iron condor")


async def test_a_run_without_trade_logs_has_no_columns_for_them(service: Service) -> None:
    run = await service.submit(1)
    await succeed(service, pl=1.0)
    table, rows = await whole(service, run.run_id)
    assert not [column.name for column in table.columns if column.name.startswith("derived_")]
    assert rows[0]["trade_count"] is None


async def test_values_of_every_kind_and_tasks_with_different_ones(service: Service) -> None:
    """Lists and stages: a parameter that only some tasks have, text among numbers, a name that is taken, options that tell."""
    values = (
        {"delta": 10, "delta.apply_to": "both", "weekday": "Monday", "status": 1},
        {"delta": 12.5, "delta.apply_to": "put_only", "weekday": "Friday"},
        {"vix": "off", "use_vix": True, "delta.apply_to": "both"},
        {"vix": 17, "use_vix": False},
    )
    new = NewRun(
        ulid(utc_now(), service.parts.rng), "list", "iron", '{"list":{}}', (Batch(values[:2], "first"), Batch(values[2:], "second"))
    )
    run = await service.parts.store.write(runs.submit, new)
    for _ in range(4):
        await succeed(service, pl=1.0)
    table, rows = await whole(service, run.run_id)
    parameters = [(column.name, column.kind) for column in table.columns if column.role is Role.PARAMETER]
    kinds = [Kind.NUMBER, Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.TEXT, Kind.TEXT]
    assert parameters == list(zip(["delta", "delta.apply_to", "parameter_status", "use_vix", "vix", "weekday"], kinds, strict=True))
    assert [row["delta"] for row in rows] == [10, 12.5, None, None]
    assert [row["delta.apply_to"] for row in rows] == ["both", "put_only", "both", None]
    assert [row["use_vix"] for row in rows] == [None, None, True, False]
    assert [row["vix"] for row in rows] == [None, None, "off", "17"]
    assert [row["part"] for row in rows] == ["first", "first", "second", "second"]
    assert [row["parameter_status"] for row in rows] == [1, None, None, None]


async def test_many_rows_come_in_batches_in_order_with_gaps(service: Service) -> None:
    def store(tx: Any) -> Run:
        axes = {"delta": range(1, 51), "profit_target": range(1, 61)}
        return filled.fill(tx, ulid(utc_now(), service.parts.rng), "iron", axes, every=2, stop_loss=100)

    run = await service.parts.store.write(store)
    rows = await export(service, run.run_id)
    assert len(rows) == 1500
    assert exports.ROWS < 3000
    assert [row["index"] for row in rows] == list(range(0, 3000, 2))
    assert all(row["delta"] == 1 + row["index"] // 60 and row["profit_target"] == 1 + row["index"] % 60 for row in rows)
    for row in rows[::97]:
        shown = filled.metrics_of({name: row[name] for name in ("delta", "profit_target", "stop_loss")})
        assert {name: row[name] for name in shown} == shown
    assert all(row["avg_days_in_trade"] is None for row in rows)


async def test_tasks_that_come_after_the_header_are_not_in_it(service: Service) -> None:
    """The columns are those of the tasks there were; a run that grows is exported as it was."""
    run = await service.submit(3)
    for _ in range(2):
        await succeed(service, pl=1.0)
    add = "INSERT INTO tasks (run_id, idx, state, \"values\") VALUES (?, 3, 'succeeded', '{\"other\": 1}')"
    await service.parts.store.write(lambda tx: tx.note(add, (run.run_id,)))
    table, rows = await whole(service, run.run_id)
    await service.parts.store.write(lambda tx: tx.note("DELETE FROM tasks WHERE run_id = ? AND idx = 3", (run.run_id,)))
    assert [row["index"] for row in rows] == [0, 1]
    assert "other" not in {column.name for column in table.columns}


async def test_trades_of_a_run_as_they_are_listed(service: Service) -> None:
    run = await service.submit(5)
    await succeed(service, file(CLASSIC, STOPPED, EXPIRED), pl=1.0)
    await succeed(service, pl=1.0)
    await succeed(service, file(LIVE, LIVE_DEBIT), pl=1.0)
    await succeed(service, file(CLASSIC, *[EXPIRED] * (exports.ROWS + 7)), pl=1.0)
    await succeed(service, file(CLASSIC, EXPIRED, STOPPED), pl=1.0)
    _, rows = await whole(service, run.run_id, of_trades=True)
    shown: list[dict[str, Any]] = []
    token = ""
    while True:
        request = trades_pb2.ListTradesRequest(run_id=run.run_id, page_token=token)
        page = await service.ask(lambda stubs, request=request: stubs.trades.ListTrades(request))
        shown += [trade_record(each) for each in page.trades]
        token = page.next_page_token
        if not token:
            break
    assert [(row["index"], row["place"]) for row in rows] == [(each["index"], each["place"]) for each in shown]
    assert len(rows) == 3 + exports.ROWS + 7 + 2
    for row, record in zip(rows, shown, strict=True):
        for name in ("premium", "closing_cost", "fees", "pl", *export_columns.TRADE_NUMBERS):
            assert (None if row[name] is None else exact(row[name])) == pytest.approx(record[name]), name
        for name in ("opened_at", "closed_at", "contracts"):
            assert row[name] == record[name], name
        for name in ("legs", "reason", "strategy", "underlying"):
            assert (row[name] or "") == record[name], name
        assert json.loads(row["extra"] or "{}") == record["extra"]


async def test_a_run_without_rows(service: Service) -> None:
    run = await service.submit(2)
    table, rows = await whole(service, run.run_id)
    assert (rows, [column.name for column in table.columns][3]) == ([], "delta")
    assert await export(service, run.run_id, of_trades=True) == []


@pytest.mark.parametrize("method", ["ExportResults", "ExportTrades"])
async def test_a_run_that_there_is_not(service: Service, method: str) -> None:
    request = getattr(exports_pb2, f"{method}Request")(run_id="01ZZ")
    code, status = await service.refusal(lambda stubs: list(getattr(stubs.exports, method)(request)))
    assert (code, status.message) == (grpc.StatusCode.NOT_FOUND, "there is no run '01ZZ'")


async def test_a_client_that_leaves_in_the_middle_harms_nobody(service: Service) -> None:
    def store(tx: Any) -> Run:
        return filled.fill(tx, ulid(utc_now(), service.parts.rng), "iron", {"delta": range(6000)})

    run = await service.parts.store.write(store)

    def leave(stubs: Any) -> None:
        stream = stubs.exports.ExportResults(exports_pb2.ExportResultsRequest(run_id=run.run_id))
        next(stream)
        stream.cancel()

    for _ in range(5):
        await service.ask(leave)
    assert len(await export(service, run.run_id)) == 6000


async def test_figures_are_packed_only_for_those_who_ask_and_are_the_same(service: Service) -> None:
    def store(tx: Any) -> Run:
        return filled.fill(tx, ulid(utc_now(), service.parts.rng), "iron", {"delta": range(30)})

    run = await service.parts.store.write(store)

    def batches(stubs: Any, *, takes_packed: bool) -> list[exports_pb2.ExportBatch]:
        request = exports_pb2.ExportResultsRequest(run_id=run.run_id, takes_packed=takes_packed)
        return [frame.batch for frame in stubs.exports.ExportResults(request) if frame.HasField("batch")]

    (plain,) = await service.ask(lambda stubs: batches(stubs, takes_packed=False))
    (packed,) = await service.ask(lambda stubs: batches(stubs, takes_packed=True))
    assert not plain.HasField("packed")
    numbers, width = json.loads(f"[{packed.packed.numbers.decode()}]"), len(packed.packed.columns)
    assert len(numbers) == 30 * width == 30 * len(filled.metrics_of({}))
    for place, column in enumerate(packed.packed.columns):
        assert numbers[place::width] == list(plain.columns[column].numbers) * (30 if plain.columns[column].is_same else 1)
        assert not packed.columns[column].numbers
    for to_write in (False, True):
        _, rows = await whole(service, run.run_id, to_write=to_write)
        assert [row["pl"] for row in rows] == list(plain.columns[packed.packed.columns[0]].numbers)
