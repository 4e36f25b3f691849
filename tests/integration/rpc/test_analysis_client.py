"""The commands that decide, against the real service: what they print, and what they say when they cannot."""

import csv
import io
import json
from collections.abc import Awaitable, Callable

import pytest
import trio

from ooctl.__main__ import main
from oodaemon.store import imports
from tests.integration.rpc.analysed import a_log, grid_of, hill, put
from tests.integration.rpc.support import Service

Ooctl = Callable[..., Awaitable["tuple[int, str, str]"]]


@pytest.fixture
def ooctl(service: Service, capsys: pytest.CaptureFixture[str], tmp_path) -> Ooctl:
    """Runs one command in a thread: its exit code, standard output and standard error."""

    async def run(*args: str) -> tuple[int, str, str]:
        env = {"OOCTL_DAEMON": service.target, "XDG_STATE_HOME": str(tmp_path)}
        status = await trio.to_thread.run_sync(main, args, env)
        shown = capsys.readouterr()
        return int(status), shown.out, shown.err

    return run


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


async def test_recommend(service: Service, ooctl: Ooctl) -> None:
    def spike(x: int, y: int) -> dict[str, float]:
        return {**hill(x, y), "cagr": 300.0, "mar": 20.0, "max_drawdown": -5.0} if (x, y) == (0, 4) else hill(x, y)

    run = await put(service, grid_of(spike), accepted=[13])
    status, out, err = await ooctl("recommend", run.run_id, "--goal", "returns", "--limit", "3")
    shown = lines(out)
    assert (status, err) == (0, "")
    assert shown[0].startswith("Task 12 (delta=15, stop_loss=300) scores ")
    assert "part of the score weight value points" in shown
    assert any(line.startswith("Task 13 (delta=15, stop_loss=400)") and "never proven" in line for line in shown)
    assert any(line.startswith("Task 4 (delta=5, stop_loss=500)") and "it is a spike" in line for line in shown)
    assert shown[-1] == "note: 1 of the results were accepted by a user without proof; they are marked."
    record = json.loads((await ooctl("recommend", run.run_id, "-o", "json"))[1])
    assert record["goal"] == "BALANCED"
    assert record["recommended"]["parameters"] == {"delta": 15, "stop_loss": 300}
    assert sum(part["points"] for part in record["recommended"]["parts"]) == pytest.approx(record["recommended"]["score"])
    assert [each["index"] for each in record["avoid"]] == [4]
    _, out, err = await ooctl("recommend", run.run_id, "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["role"], row["index"], row["origin"]) for row in rows[:2]] == [
        ("recommended", "12", "VERIFIED"),
        ("alternative", "7", "VERIFIED"),
    ]
    assert ("alternative", "13", "ACCEPTED") in [(row["role"], row["index"], row["origin"]) for row in rows]
    assert rows[0]["mar"] == "4"
    assert "accepted by a user" in err


async def test_best(service: Service, ooctl: Ooctl) -> None:
    run = await put(service, grid_of(hill), accepted=[7])
    status, out, err = await ooctl("best", run.run_id, "--by", "mar", "--where", "max_drawdown < -10", "--limit", "4")
    shown = lines(out)
    assert status == 0
    assert shown[0] == "# delta stop_loss mar pl cagr max drawdown win percentage total trades origin"
    assert shown[1] == "7 10 300 3.5 $4,400 34% -12% 79% 300 accepted, never proven"
    assert [line.split()[0] for line in shown[1:]] == ["7", "11", "13", "17"]
    assert err == "note: The condition leaves 24 of 25 results.\n"
    front = json.loads((await ooctl("best", run.run_id, "--by", "cagr", "--by", "fees:min", "--pareto", "-o", "json"))[1])
    assert front == []
    rows = json.loads((await ooctl("best", run.run_id, "--by", "mar:min", "--limit", "1", "-o", "json"))[1])
    assert (rows[0]["index"], rows[0]["task_id"], rows[0]["origin"]) == (0, f"{run.run_id}/0", "VERIFIED")
    status, out, err = await ooctl("best", run.run_id, "--where", "mar >> 1")
    assert (status, out) == (2, "")
    assert "where: 'mar >> 1' cannot be read: '>' at character 6 stands where a name or a number was expected" in err
    status, _, err = await ooctl("best", run.run_id, "--by", "mar:up")
    assert status == 2
    assert '--by: "mar:up" is not METRIC, METRIC:max or METRIC:min' in err


async def test_compare(service: Service, ooctl: Ooctl) -> None:
    one = await put(service, grid_of(hill, 3), name="one")
    two = await put(service, grid_of(lambda x, y: {**hill(x, y), "mar": hill(x, y)["mar"] - x}, 2), name="two", accepted=[2])
    status, out, err = await ooctl("compare", one.run_id, two.run_id, "--by", "mar")
    shown = lines(out)
    assert (status, err) == (0, "")
    assert shown[0] == "run name test results best task best mar median mar"
    assert shown[1] == f"{one.run_id} one Iron condor 9/9 8 4 3"
    assert shown[2] == f"{two.run_id} two Iron condor 4/4 1 2.5 2"
    assert shown[4] == "mar where runs share all values:"
    assert shown[6:8] == ["10 100 2.5 1.5* (-1)", "10 200 3 2 (-1)"]
    record = json.loads((await ooctl("compare", one.run_id, two.run_id, "-o", "json"))[1])
    assert [each["metric"] for each in record["by"]] == ["mar", "pl", "max_drawdown"]
    assert record["runs"][1]["figures"][0]["best_delta"] == -1.5
    assert (await ooctl("compare", one.run_id))[0] == 2


async def test_robustness_and_monte_carlo(service: Service, ooctl: Ooctl) -> None:
    run = await put(service, grid_of(hill, 3), logs={n: a_log(n) for n in range(8)})
    status, out, err = await ooctl("robustness", run.run_id, "4")
    shown = lines(out)
    assert (status, err) == (0, "")
    assert shown[0].startswith("# delta stop_loss mar pl")
    assert "looks like a plateau" in shown
    assert any(line.startswith("deflated Sharpe ratio") for line in shown)
    assert any(line.startswith("probability of overfitting") for line in shown)
    assert not any(line.startswith("figure page trade log") for line in shown), "300 trades on the page, 120 in the log"
    record = json.loads((await ooctl("robustness", f"{run.run_id}/8", "-o", "json"))[1])
    assert record["recomputed"] == []
    assert (record["candidate"]["index"], record["deflated_sharpe"]) == (8, None)
    assert record["neighbourhood"]["edges"] == ["delta", "stop_loss"]
    assert record["overfitting"]["trials"] == 8
    status, out, _ = await ooctl("montecarlo", run.run_id, "4", "--simulations", "200", "--seed", "5")
    shown = lines(out)
    assert shown[0] == "log-4.csv: 120 trades in other orders, each with its dollars, 200 times (seed 5)"
    assert shown[2] == "figure as it came rank mean 1% 5% 25% 50% 75% 95% 99%"
    assert [line.split()[:2] for line in shown[3:7]] == [
        ["max", "drawdown"],
        ["max", "drawdown"],
        ["net", "profit"],
        ["longest", "losing"],
    ]
    assert any(line.startswith("falls by 50% or more") for line in shown)
    again = await ooctl("montecarlo", run.run_id, "4", "--simulations", "200", "--seed", "5")
    assert lines(again[1]) == shown
    imported = await service.parts.store.write(imports.add, a_log(9))
    args = (
        "montecarlo",
        "--import",
        imported.log.import_id,
        "--capital",
        "50000",
        "--bootstrap",
        "--simulations",
        "50",
        "-o",
        "json",
    )
    record = json.loads((await ooctl(*args))[1])
    assert (record["resampling"], record["starting_capital"], record["import_id"]) == ("BOOTSTRAP", 50_000, imported.log.import_id)
    assert list(record["distributions"][0]["percentiles"]) == ["1", "5", "25", "50", "75", "95", "99"]
    status, _, err = await ooctl("montecarlo", run.run_id)
    assert status == 2
    assert "name one TASK of the run" in err
    status, _, err = await ooctl("montecarlo", run.run_id, "8")
    assert status == 3
    assert "there is no trade log" in err


async def test_walk_forward(service: Service, ooctl: Ooctl) -> None:
    def at(delta: int, year: int):
        return {"delta": delta, "start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}

    points = [
        (at(5, 2021), {"mar": 1.0, "cagr": 10.0, "pl": 100.0}),
        (at(10, 2021), {"mar": 2.0, "cagr": 20.0, "pl": 200.0}),
        (at(5, 2022), {"mar": 3.0, "cagr": 30.0, "pl": 300.0}),
        (at(10, 2022), None),
        (at(10, 2022), {"mar": 0.5, "cagr": 15.0, "pl": 150.0}),
        (at(5, 2023), {"mar": 2.0, "cagr": 25.0, "pl": 250.0}),
    ]
    run = await put(service, points, accepted=[4])
    status, _, err = await ooctl("walkforward", run.run_id)
    assert status == 6
    assert "is no walk-forward run; submit with --walk-forward to make one" in err
    parts = [("fold 1 in-sample", 0), ("fold 2 in-sample", 2), ("fold 1 out-of-sample", 4), ("fold 2 out-of-sample", 5)]
    run = await put(service, points, accepted=[4], parts=parts)
    status, out, err = await ooctl("walkforward", run.run_id)
    shown = lines(out)
    assert (status, err) == (0, "")
    assert shown[0] == "2 of 2 folds earn money out of sample, at 80% of the growth that was seen in-sample: the choice holds up."
    assert "cagr 25% 20% 5% 80% 2" in shown
    assert shown[-4:-2] == ["fold 1 delta=10 2 1 4 (accepted) 2 0.5 $150", "fold 2 delta=5 1 2 5 3 2 $250"]
    assert shown[-1] == "note: 1 of 6 tasks has no figures and cannot be chosen."
    record = json.loads((await ooctl("walkforward", run.run_id, "-o", "json"))[1])
    assert [fold["without_figures"] for fold in record["folds"]] == [0, 1]
    assert (record["out_of_sample_pl"], record["profitable_folds"]) == (400, 2)
    status, out, err = await ooctl("best", run.run_id, "--part", "fold 1 in-sample", "-o", "json")
    assert [each["index"] for each in json.loads(out)] == [1, 0]
    record = json.loads((await ooctl("robustness", run.run_id, "-o", "json"))[1])
    assert record["candidate"]["index"] == 2
    assert 'only its part "fold 2 in-sample" is looked at' in " ".join(record["notes"])
    status, _, err = await ooctl("best", run.run_id, "--part", "fold 3")
    assert "it has fold 1 in-sample, fold 2 in-sample" in err


async def test_help_needs_no_wire_format(ooctl: Ooctl) -> None:
    for command in ("recommend", "best", "compare", "robustness", "montecarlo", "walkforward"):
        status, out, _ = await ooctl(command, "--help")
        assert status == 0
        assert "ooctl" in out
