"""The commands for trades, against a real gRPC server."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import trades_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, Refusal
from tests.integration.ooctl.fake_trades import IMPORT_ID, a_log, a_trade
from tests.unit.ooctl.builders import RUN_ID

pytestmark = pytest.mark.usefixtures("daemon")


@pytest.fixture
def state(state):
    """Three trades of two tasks, read in two pages."""
    state.trades = [a_trade(0), a_trade(1, pl="231.44", reason="Expired"), a_trade(0, index=1, pl="1000.5")]
    state.logs = [a_log(0), a_log(1, name="../../etc/passwd")]
    return state


def test_trades_of_a_run_as_a_table(ooctl, state):
    done = ooctl("trades", SHORT_ID)

    assert done.status is ExitStatus.OK
    same = "2025-11-21 10:15 2025-11-21 11:57 1 Nov 21 6650 C STO 3.15 | 1 Nov 21 6730 C BTO 0.30 1 $275 $191.67"
    assert [" ".join(line.split()) for line in done.out.splitlines()] == [
        "task opened closed legs contracts premium closing cost P/L reason",
        f"0 {same} -$305.12 Stop Loss",
        f"0 {same} $231.44 Expired",
        f"1 {same} $1,000.50 Stop Loss",
    ]
    assert [request.run_id for request in state.requests] == [SHORT_ID, SHORT_ID]


@pytest.mark.parametrize("args", [(RUN_ID, "3"), (f"{RUN_ID}/3",)])
def test_trades_of_a_task(ooctl, state, args):
    assert ooctl("trades", *args).status is ExitStatus.OK
    assert state.requests[0].task == trades_pb2.TaskRef(run_id=RUN_ID, index=3)


def test_trades_as_json_and_csv(ooctl):
    record = ooctl("trades", SHORT_ID, "0", "-o", "json").json[0]
    rows = list(csv.DictReader(io.StringIO(ooctl("trades", SHORT_ID, "-o", "csv").out)))

    assert (record["pl"], record["premium"], record["contracts"], record["margin"]) == (-305.12, 275, 1, 7480)
    assert (record["closing_cost"], record["pl_percent"], record["gap"]) == (191.6666666667, 98.5647058824, None)
    assert record["closed_at"] == "2025-11-21T11:57:41.410984"
    assert [row["pl"] for row in rows] == ["-305.12", "231.44", "1000.5"]
    assert rows[0]["legs"] == "1 Nov 21 6650 C STO 3.15 | 1 Nov 21 6730 C BTO 0.30"


def test_the_analysis_of_a_task(ooctl):
    done = ooctl("trades", SHORT_ID, "0", "--analysis", "--equity")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]

    assert lines[0] == "trade-log.csv: 2 trades of a backtest"
    assert {"net profit -$73.68", "profit factor 0.7585", "Sharpe -1.5", "new_figure 3"} <= set(lines)
    assert "weekday trades winners P/L per trade" in lines
    assert "Friday 2 1 -$73.68 -$36.84" in lines
    assert lines[-2:] == ["closed P/L so far", "2025-11-21 11:57 -$305.12"]


def test_the_analysis_of_a_run_has_a_row_per_task(ooctl):
    done = ooctl("trades", SHORT_ID, "--analysis")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]

    assert lines[0].startswith("task trades net profit profit factor expectancy Kelly Sharpe")
    assert lines[1].startswith("0 2 -$73.68 0.7585 \N{EN DASH} \N{EN DASH} -1.5")
    assert [record["index"] for record in ooctl("trades", SHORT_ID, "--analysis", "-o", "jsonl").jsonl] == [0, 1]


def test_the_analysis_of_an_import(ooctl, state):
    record = ooctl("trades", "--import", IMPORT_ID[:8], "--analysis", "-o", "json").json

    assert state.requests[0].log.import_id == IMPORT_ID[:8]
    assert (record["import_id"], record["run_id"], record["index"], record["kind"]) == (IMPORT_ID, None, None, "BACKTEST")
    assert record["by_reason"] == [{"key": "Friday", "trades": 2, "winners": 1, "pl": -73.68}]
    assert record["equity"] == []


def test_one_file_as_it_came(ooctl, tmp_path: Path):
    done = ooctl("trades", SHORT_ID, "0", "--raw", str(tmp_path / "x.csv"))

    assert (done.status, done.out) == (ExitStatus.OK, "")
    assert (tmp_path / "x.csv").read_bytes() == b"\xef\xbb\xbfraw\r\n"


def test_all_files_as_they_came_and_none_outside_the_folder(ooctl, tmp_path: Path):
    folder = tmp_path / "a" / "logs"
    done = ooctl("trades", SHORT_ID, "--export", str(folder))

    names = [f"{RUN_ID}-00000-trade-log.csv", f"{RUN_ID}-00001-passwd"]
    assert done.out.splitlines() == [str(folder / name) for name in names]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert done.err == "2 files written\n"


def test_a_file_that_cannot_be_written(ooctl, tmp_path: Path):
    done = ooctl("trades", SHORT_ID, "0", "--raw", str(tmp_path / "no" / "x.csv"))

    assert done.status is ExitStatus.FAILED
    assert done.err == f"error: {tmp_path}/no/x.csv cannot be written: No such file or directory\n"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "name a RUN, or an imported file with --import ID"),
        ((SHORT_ID, "--import", "01J"), "name a RUN, or an imported file with --import ID"),
        ((SHORT_ID, "--raw", "x"), "--raw writes one file: name a TASK, or use --export DIR for all of them"),
        ((SHORT_ID, "0", "--equity"), "--equity goes with --analysis of one task or one import"),
        ((SHORT_ID, "--analysis", "--equity"), "--equity goes with --analysis of one task or one import"),
        ((SHORT_ID, "0", "--analysis", "--raw", "x"), "--analysis, --raw and --export exclude each other"),
    ],
)
def test_what_does_not_go_together(ooctl, state, args, sentence):
    done = ooctl("trades", *args)

    assert done.status is ExitStatus.USAGE
    assert done.err.startswith(f"error: {sentence}")
    assert state.requests == []


def test_a_task_without_trades(ooctl):
    done = ooctl("trades", SHORT_ID, "7", "--analysis")

    assert done.status is ExitStatus.NOT_FOUND
    assert done.err.splitlines() == [f"error: there is no trade log '{SHORT_ID}/7'", 'hint: "ooctl list" shows the runs']


def test_importing_several_files(ooctl, state, tmp_path: Path):
    good, copy = tmp_path / "good.csv", tmp_path / "good (1).csv"
    good.write_bytes(b"good")
    copy.write_bytes(b"good")
    done = ooctl("import", "trades", str(good), str(copy))

    assert done.status is ExitStatus.OK
    assert done.out.splitlines() == [
        f"{good}: imported as {IMPORT_ID}, 2 trades of a backtest",
        f"{copy}: known as {IMPORT_ID}, 2 trades of a backtest",
    ]
    assert [(request.name, request.content) for request in state.requests] == [("good.csv", b"good"), ("good (1).csv", b"good")]
    assert len({request.request_id for request in state.requests}) == 2


def test_a_wrong_file_does_not_keep_the_others_out(ooctl, state, tmp_path: Path):
    bad, good, gone, big = (tmp_path / name for name in ("bad.csv", "good.csv", "gone.csv", "big.csv"))
    bad.write_bytes(b"bad")
    good.write_bytes(b"good")
    with big.open("wb") as file:
        file.truncate(32 * 1024 * 1024 + 1)
    details = error_details_pb2.BadRequest()
    details.field_violations.add(field="content", description="line 17, column \"P/L\": 'abc' is not a number")
    refusal = Refusal(
        grpc.StatusCode.INVALID_ARGUMENT, "content: line 17, column \"P/L\": 'abc' is not a number", (details,), times=0
    )
    state.refusals["ImportTradeLog"] = refusal
    args = ("import", "trades", *map(str, (bad, gone, big, good)))
    done = ooctl(*args)
    records = ooctl(*args, "-o", "json").json

    assert done.status is ExitStatus.FAILED
    assert done.out == f"{good}: imported as {IMPORT_ID}, 2 trades of a backtest\n"
    assert done.err.splitlines() == [
        f"error: {bad}: line 17, column \"P/L\": 'abc' is not a number; nothing of it was imported",
        f"error: {gone}: cannot be read: No such file or directory; nothing of it was imported",
        f"error: {big}: has 32.0 MiB; at most 32 MiB can be imported; nothing of it was imported",
    ]
    assert [record["error"] is None for record in records] == [False, False, False, True]
    assert len({tuple(record) for record in records}) == 1


def test_without_a_daemon_no_file_is_blamed(ooctl, daemon, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"x")
    daemon.stop()

    assert ooctl("import", "trades", str(file)).status is ExitStatus.UNREACHABLE


def test_imports(ooctl, state):
    state.logs = [a_log(), a_log(name="p.csv", kind=trades_pb2.LOG_KIND_DAILY), a_log(kind=trades_pb2.LOG_KIND_LIVE)]
    lines = [" ".join(line.split()) for line in ooctl("imports").out.splitlines()]

    assert lines[0] == "import name kind rows net profit imported"
    assert lines[2] == f"{IMPORT_ID} p.csv daily 2 -$73.68 2026-09-21T14:13:20Z"
    assert len(lines) == 4
    assert [record["kind"] for record in ooctl("imports", "--limit", "3", "-o", "json").json] == ["BACKTEST", "DAILY", "LIVE"]
