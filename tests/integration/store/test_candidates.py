"""Results as decisions read them: their own and reused ones, by part, with and without their logs."""

import pytest

from oodaemon.analysis.metrics import derive
from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun, Run
from oodaemon.model.tasks import FailureClass, Figures, Kept, Origin
from oodaemon.model.trades import LogFile
from oodaemon.store import attempts, candidates, runs
from tests.integration.store.caching import Caching, deltas
from tests.integration.store.workbench import Workbench
from tests.unit.analysis.rows import at, log, trade


def a_file() -> LogFile:
    found = log(trade("100.10", at(2)), trade("-40.05", at(3)), trade("0.05", at(3, "12:00")))
    return LogFile("log.csv", b"bytes", found, derive(found))


def submit(bench: Workbench, *batches: Batch) -> Run:
    return bench.write(runs.submit, NewRun(f"01{'0' * 23}{len(batches)}", "grown", "iron", '{"sweep":{}}', batches))


def succeed(bench: Workbench, pl: float, file: LogFile | None = None) -> None:
    lease = bench.announced()
    bench.write(attempts.succeed, lease.token, Figures({"pl": pl}, proof={"cards": []}), Kept(trade_log=file))


def test_only_tasks_with_figures_each_with_its_part(bench: Workbench) -> None:
    points = [{"delta": n, "delta.unit": "percent"} for n in range(5)]
    run = submit(bench, Batch(points[:2], "stage 1"), Batch(points[2:], "stage 2"))
    succeed(bench, 1.5, a_file())
    bench.fail_next(FailureClass.SITE_ERROR)
    for pl in (2.5, 3.5, 4.5):
        succeed(bench, pl)
    found = bench.read(candidates.of_run, run.run_id, with_derived=False)
    assert [(each.index, each.part, dict(each.metrics), each.origin) for each in found] == [
        (0, "stage 1", {"pl": 1.5}, Origin.VERIFIED),
        (2, "stage 2", {"pl": 2.5}, Origin.VERIFIED),
        (3, "stage 2", {"pl": 3.5}, Origin.VERIFIED),
        (4, "stage 2", {"pl": 4.5}, Origin.VERIFIED),
    ]
    assert found[1].values == {"delta": 2, "delta.unit": "percent"}
    parts = bench.read(candidates.parts, run.run_id)
    assert candidates.sizes(parts, 5) == {"stage 1": 2, "stage 2": 3}
    assert [dict(each.derived) != {} for each in bench.read(candidates.of_run, run.run_id, with_derived=True)] == [
        True,
        False,
        False,
        False,
    ]
    shown = bench.read(candidates.with_derived, found[:2])
    assert shown[run.run_id, 0].derived["trades"] == 3
    assert shown[run.run_id, 2] == found[1]


def test_a_run_of_one_part_has_none(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.succeed_next()
    assert bench.read(candidates.parts, run.run_id) == []
    assert bench.read(candidates.of_run, run.run_id, with_derived=True)[0].part == ""
    assert bench.read(candidates.logs, run.run_id) == {}
    assert bench.read(candidates.span, run.run_id, 0) is None
    assert bench.read(candidates.span, run.run_id, 1) is None


def test_daily_results_of_a_log(bench: Workbench) -> None:
    run = bench.submit(1)
    succeed(bench, 60.1, a_file())
    logs = bench.read(candidates.logs, run.run_id)
    assert list(logs) == [0]
    assert bench.read(candidates.daily, logs[0]) == pytest.approx({"2026-03-02": 100.10, "2026-03-03": -40.0})
    assert bench.read(candidates.trades_in, logs[0]) == 3


def test_chunks_change_nothing(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = bench.submit(5)
    for pl in range(5):
        bench.succeed_next(pl=pl)
    whole = bench.read(candidates.of_run, run.run_id, with_derived=False)
    monkeypatch.setattr("oodaemon.store.candidates._TOGETHER", 2)
    assert bench.read(candidates.of_run, run.run_id, with_derived=False) == whole
    assert [each.metrics["pl"] for each in whole] == [0, 1, 2, 3, 4]


def test_a_reused_result_counts_with_its_log(bench: Workbench) -> None:
    cached = Caching(bench)
    first = cached.submit(deltas(10, 20))
    cached.work(trade_log=a_file())
    again = cached.submit(deltas(10, 20))
    assert cached.hits(again) == 2
    found = bench.read(candidates.of_run, again.run_id, with_derived=True)
    assert [(each.index, each.origin, each.metrics["pl"], each.derived["trades"]) for each in found] == [
        (0, Origin.CACHED, 10, 3),
        (1, Origin.CACHED, 20, 3),
    ]
    assert bench.read(candidates.logs, again.run_id) == bench.read(candidates.logs, first.run_id)
