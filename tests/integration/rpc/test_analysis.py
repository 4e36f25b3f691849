"""AnalysisService over a real socket: real results, real logs, and what is said when there is nothing to say."""

import grpc
import pytest

from oodaemon.api.v1 import analysis_pb2, runs_pb2, trades_pb2
from oodaemon.store import imports
from tests.integration.rpc.analysed import a_log, grid_of, hill, put
from tests.integration.rpc.support import Service
from tests.unit.analysis.rows import DAILY, DAYS, file

MAR = runs_pb2.Objective(metric="mar")
LESS_MAR = runs_pb2.Objective(metric="mar", direction=runs_pb2.DIRECTION_MINIMIZE)


def recommend(run, **rest) -> analysis_pb2.RecommendRequest:
    return analysis_pb2.RecommendRequest(run_id=run.run_id[:20], **rest)


async def test_the_top_of_the_hill_is_recommended(service: Service) -> None:
    run = await put(service, grid_of(hill))
    for goal in (analysis_pb2.GOAL_UNSPECIFIED, analysis_pb2.GOAL_RETURNS, analysis_pb2.GOAL_CAPITAL):
        answer = await service.ask(lambda stubs, goal=goal: stubs.analysis.Recommend(recommend(run, goal=goal)))
        assert answer.recommended.candidate.index == 12
        assert answer.goal == (goal or analysis_pb2.GOAL_BALANCED)
    assert dict(answer.recommended.candidate.parameters.items()).keys() == {"delta", "stop_loss"}
    assert sum(part.points for part in answer.recommended.parts) == pytest.approx(answer.recommended.score)
    assert sum(answer.weights.values()) == pytest.approx(1)
    assert (answer.coverage.tasks, answer.coverage.results, answer.coverage.used) == (25, 25, 25)
    assert [each.index for each in answer.pareto] == [12]
    assert answer.recommended.why.startswith("Task 12 (delta=15, stop_loss=300) scores ")
    assert list(answer.notes) == []
    again = await service.ask(lambda stubs: stubs.analysis.Recommend(recommend(run, goal=goal)))
    assert again == answer


async def test_failed_and_accepted_points_are_told(service: Service) -> None:
    points = grid_of(lambda x, y: None if (x, y) == (0, 0) else {**hill(x, y), "mar": 9.0} if (x, y) == (4, 4) else hill(x, y))
    run = await put(service, points, accepted=[24])
    answer = await service.ask(lambda stubs: stubs.analysis.Best(analysis_pb2.BestRequest(run_id=run.run_id, limit=2)))
    assert [(each.index, each.origin) for each in answer.best] == [
        (24, runs_pb2.RESULT_ORIGIN_ACCEPTED),
        (12, runs_pb2.RESULT_ORIGIN_VERIFIED),
    ]
    assert (answer.coverage.tasks, answer.coverage.results, answer.coverage.unproven, answer.matching) == (25, 24, 1, 24)
    assert list(answer.notes) == ["1 of 25 tasks has no figures and cannot be chosen."]
    found = await service.ask(lambda stubs: stubs.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id)))
    assert found.candidate.index == 24
    assert found.cautions[0] == "Its figures were accepted by a user and never proven."
    assert found.neighbourhood.verdict == analysis_pb2.NEIGHBOURHOOD_VERDICT_SPIKE


async def test_best_by_several_figures_under_a_condition(service: Service) -> None:
    run = await put(service, grid_of(hill))
    by = [runs_pb2.Objective(metric="mar"), runs_pb2.Objective(metric="win_percentage", direction=runs_pb2.DIRECTION_MINIMIZE)]
    request = analysis_pb2.BestRequest(run_id=run.run_id, by=by, where="max_drawdown < -12 and delta > 5 and stop_loss <= 200")
    answer = await service.ask(lambda stubs: stubs.analysis.Best(request))
    assert sorted(each.index for each in answer.best) == [5, 6, 10, 15, 16, 20, 21]
    assert all(each.metrics.max_drawdown < -12 and each.parameters["stop_loss"].number_value <= 200 for each in answer.best)
    assert [each.metrics.mar for each in answer.best] == sorted((each.metrics.mar for each in answer.best), reverse=True)
    assert answer.best[0].index == 6
    assert list(answer.notes) == [f"The condition leaves {answer.matching} of 25 results."]
    assert [each.direction for each in answer.by] == [runs_pb2.DIRECTION_MAXIMIZE, runs_pb2.DIRECTION_MINIMIZE]
    worst = await service.ask(lambda s: s.analysis.Best(analysis_pb2.BestRequest(run_id=run.run_id, by=[LESS_MAR], limit=1)))
    assert worst.best[0].index == 0


async def test_figures_of_the_logs_are_read_when_they_are_needed(service: Service) -> None:
    run = await put(service, grid_of(hill, 2), logs={0: a_log(1), 2: a_log(2, mean=90)})
    request = analysis_pb2.BestRequest(run_id=run.run_id, by=[runs_pb2.Objective(metric="sharpe")], where="profit_factor > 0")
    answer = await service.ask(lambda stubs: stubs.analysis.Best(request))
    assert [each.index for each in answer.best] == [2, 0]
    assert answer.best[0].derived["sharpe"] > answer.best[1].derived["sharpe"]
    assert answer.best[0].derived["trades"] == 120
    plain = await service.ask(lambda stubs: stubs.analysis.Best(analysis_pb2.BestRequest(run_id=run.run_id, by=[MAR], limit=1)))
    assert plain.best[0].index == 3
    front = await service.ask(
        lambda stubs: stubs.analysis.Best(
            analysis_pb2.BestRequest(run_id=run.run_id, by=[MAR, runs_pb2.Objective(metric="sharpe")], pareto=True)
        )
    )
    assert [each.index for each in front.best] == [2]


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"where": "mar >"}, "cannot be read: it ends where a name or a number was expected"),
        ({"where": "mra > 1"}, "there is no figure or parameter 'mra'; did you mean mar?"),
        ({"by": [runs_pb2.Objective(metric="starting_capital")]}, "say starting_capital:max or starting_capital:min"),
        (
            {"by": [runs_pb2.Objective(metric="mra", direction=runs_pb2.DIRECTION_MAXIMIZE)]},
            "there is no figure 'mra'; did you mean mar?",
        ),
        ({"by": [runs_pb2.Objective(metric="mra")]}, "did you mean mar? Otherwise say mra:max or mra:min"),
        ({"by": [runs_pb2.Objective()]}, "names no figure"),
        ({"limit": -1}, "-1 is negative"),
        ({"part": "stage 9"}, "the run has no part 'stage 9'; it has only one part"),
    ],
)
async def test_what_is_refused(service: Service, request_, said: str) -> None:
    run = await put(service, grid_of(hill, 2))
    code, status = await service.refusal(lambda s: s.analysis.Best(analysis_pb2.BestRequest(run_id=run.run_id, **request_)))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert said in status.message


async def test_a_run_without_any_figures(service: Service) -> None:
    run = await service.submit(3)
    answer = await service.ask(lambda stubs: stubs.analysis.Recommend(recommend(run)))
    assert not answer.HasField("recommended")
    assert list(answer.notes) == ["The run is running; 0 of 3 tasks have figures so far."]
    best = await service.ask(lambda stubs: stubs.analysis.Best(analysis_pb2.BestRequest(run_id=run.run_id)))
    assert (best.matching, list(best.best)) == (0, [])
    code, status = await service.refusal(lambda stubs: stubs.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id)))
    assert (code, status.message) == (grpc.StatusCode.FAILED_PRECONDITION, f"run {run.run_id} has no result with mar")
    code, _ = await service.refusal(lambda stubs: stubs.analysis.Best(analysis_pb2.BestRequest(run_id="01JD")))
    assert code is grpc.StatusCode.NOT_FOUND


async def test_luck_is_told_from_the_logs(service: Service) -> None:
    run = await put(service, grid_of(hill, 3), logs={n: a_log(n) for n in range(9)})
    request = analysis_pb2.RobustnessRequest(run_id=run.run_id, by=[MAR])
    answer = await service.ask(lambda stubs: stubs.analysis.Robustness(request))
    assert answer.candidate.index == 8
    assert (answer.coverage.logs, answer.coverage.logs_read) == (9, 9)
    assert (answer.deflated_sharpe.trials, answer.deflated_sharpe.days) == (9, 120)
    assert 0 <= answer.deflated_sharpe.probability <= answer.deflated_sharpe.probability_of_one_trial <= 1
    assert (answer.overfitting.trials, answer.overfitting.days, answer.overfitting.splits) == (9, 120, 12_870)
    assert answer.neighbourhood.edges == ["delta", "stop_loss"]
    assert answer.neighbourhood.value == pytest.approx(hill(2, 2)["mar"])
    assert any("daily returns of the account over the 120 days on which any of the 9 logs" in note for note in answer.notes)
    one = await service.ask(lambda s: s.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id, index=4)))
    assert (one.candidate.index, one.neighbourhood.neighbours) == (4, 4)
    code, _ = await service.refusal(lambda s: s.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id, index=99)))
    assert code is grpc.StatusCode.NOT_FOUND


async def test_a_page_that_its_own_log_contradicts_is_told(service: Service) -> None:
    log = a_log(4)
    profit = log.derived["net_profit"]
    page = {"pl": round(profit), "mar": 3.0, "max_drawdown": -0.5, "total_trades": 120, "starting_capital": 100_000}
    run = await put(service, [({"delta": 5}, page)], logs={0: log})
    answer = await service.ask(lambda s: s.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id)))
    found = {each.metric: each for each in answer.recomputed}
    assert (found["pl"].page, found["pl"].agrees) == (round(profit), True)
    assert found["pl"].log == pytest.approx(profit)
    assert not found["max_drawdown"].agrees
    assert any(
        sentence.startswith("The page shows max drawdown -0.5%, but by the rules of the page its trade log gives -")
        for sentence in answer.cautions
    )


async def test_only_some_logs_of_many_are_read(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oodaemon.rpc.analysis.LOGS", 3)
    run = await put(service, grid_of(hill, 3), logs={n: a_log(n) for n in range(9)})
    answer = await service.ask(lambda s: s.analysis.Robustness(analysis_pb2.RobustnessRequest(run_id=run.run_id, index=5)))
    assert (answer.coverage.logs, answer.coverage.logs_read) == (9, 4)
    assert answer.HasField("deflated_sharpe")
    assert answer.deflated_sharpe.trials == 9
    assert "4 of 9 trade logs were read, evenly spread over the tasks, that of the result among them." in answer.notes


async def test_runs_beside_each_other(service: Service) -> None:
    first = await put(service, grid_of(hill, 3), name="first")
    second = await put(service, grid_of(lambda x, y: {**hill(x, y), "mar": hill(x, y)["mar"] + x}, 2), name="second", accepted=[3])
    request = analysis_pb2.CompareRequest(run_ids=[first.run_id, second.run_id])
    answer = await service.ask(lambda stubs: stubs.analysis.Compare(request))
    assert [(row.name, row.best.index, row.coverage.used, row.coverage.unproven) for row in answer.runs] == [
        ("first", 8, 9, 0),
        ("second", 3, 4, 1),
    ]
    assert [each.metric for each in answer.by] == ["mar", "pl", "max_drawdown"]
    assert not answer.runs[0].figures[0].HasField("best_delta")
    assert answer.runs[1].figures[0].best_delta == pytest.approx(4 - 4)
    assert answer.shared == 4
    assert [(figure.index, figure.delta) for figure in answer.points[0].figures] == [(3, 0), (2, 1)]
    assert not answer.points[0].figures[0].HasField("delta")
    assert answer.points[1].figures[1].origin == runs_pb2.RESULT_ORIGIN_ACCEPTED
    for refs, said in (([first.run_id], "1 runs are named"), ([first.run_id] * 2, "the same run is named twice")):
        code, status = await service.refusal(
            lambda stubs, refs=refs: stubs.analysis.Compare(analysis_pb2.CompareRequest(run_ids=refs))
        )
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert said in status.message


async def test_other_courses_of_a_task_and_of_an_import(service: Service) -> None:
    run = await put(service, grid_of(hill, 2), logs={1: a_log(1), 2: a_log(2, contracts=2)})
    of_task = trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id, index=1))
    request = analysis_pb2.MonteCarloRequest(log=of_task, simulations=500, seed=7)
    answer = await service.ask(lambda stubs: stubs.analysis.MonteCarlo(request))
    assert (answer.trades, answer.simulations, answer.starting_capital, answer.ruin) == (120, 500, 100_000, 50)
    assert answer.sizing == analysis_pb2.SIZING_FIXED
    drawdown = next(each for each in answer.distributions if each.figure == "max_drawdown")
    assert drawdown.actual == pytest.approx(answer.log.derived["max_drawdown"])
    assert [each.percent for each in drawdown.percentiles] == [1, 5, 25, 50, 75, 95, 99]
    assert [each.value for each in drawdown.percentiles] == sorted(each.value for each in drawdown.percentiles)
    assert await service.ask(lambda stubs: stubs.analysis.MonteCarlo(request)) == answer
    request.log.task.index = 2
    sized = await service.ask(lambda stubs: stubs.analysis.MonteCarlo(request))
    assert sized.sizing == analysis_pb2.SIZING_COMPOUND
    assert "because the sizes of positions differ" in sized.notes[0]
    imported = await service.parts.store.write(imports.add, a_log(3))
    request = analysis_pb2.MonteCarloRequest(log=trades_pb2.LogRef(import_id=imported.log.import_id), simulations=50)
    unknown = await service.ask(lambda stubs: stubs.analysis.MonteCarlo(request))
    assert not unknown.HasField("starting_capital")
    assert not unknown.HasField("probability_of_ruin")
    assert "The account at the start is not known" in unknown.notes[0]
    request.starting_capital = 5000
    assert (await service.ask(lambda stubs: stubs.analysis.MonteCarlo(request))).HasField("probability_of_ruin")


async def test_courses_that_cannot_be_played(service: Service) -> None:
    run = await put(service, grid_of(hill, 2), logs={1: a_log(1), 2: a_log(2, count=1)})
    log = await service.ask(
        lambda s: s.trades.ImportTradeLog(
            trades_pb2.ImportTradeLogRequest(request_id="x", name="d.csv", content=file(DAILY, *DAYS))
        )
    )
    task = trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id, index=1))
    single = trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id, index=2))
    for request, code, said in (
        ({"log": trades_pb2.LogRef(import_id=log.log.import_id)}, grpc.StatusCode.FAILED_PRECONDITION, "is a daily log"),
        ({"log": single}, grpc.StatusCode.FAILED_PRECONDITION, "has 1 trades; other orders need at least two"),
        ({"log": task, "simulations": 100_001}, grpc.StatusCode.INVALID_ARGUMENT, "is not between 1 and 100,000"),
        ({"log": task, "seed": -1}, grpc.StatusCode.INVALID_ARGUMENT, "is negative"),
        ({"log": task, "ruin": 120}, grpc.StatusCode.INVALID_ARGUMENT, "no drawdown in percent"),
        ({"log": task, "starting_capital": 0}, grpc.StatusCode.INVALID_ARGUMENT, "no account to begin with"),
        ({}, grpc.StatusCode.INVALID_ARGUMENT, "nothing is named"),
        (
            {"log": task, "starting_capital": 1, "sizing": analysis_pb2.SIZING_COMPOUND},
            grpc.StatusCode.FAILED_PRECONDITION,
            "positions cannot be sized as shares of the account",
        ),
    ):
        refused, status = await service.refusal(
            lambda stubs, request=request: stubs.analysis.MonteCarlo(analysis_pb2.MonteCarloRequest(**request))
        )
        assert (refused, said in status.message) == (code, True), status.message
