"""One attempt: every way it can end is recorded, once."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.browser.backtest import Outcome
from oodaemon.browser.exports import Export
from oodaemon.dispatch.attempt import Attempt, order_of
from oodaemon.dispatch.pace import MANNERS, Pace
from oodaemon.failures.site import Mismatched, NotApplicable
from oodaemon.model.runs import Desired, Wants
from oodaemon.model.tasks import Figures, Lease, Token
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Float
from oodaemon.parameters.form import Action, Bullet, Expectation, LegFilter, LegValues, SetField, SetLegs, SetToggle
from oodaemon.parameters.registry import PluginError, Registry, discover
from oodaemon.store import attempts, charts, runs, tests, trades
from tests.unit.dispatch.bench import IRON, Bench, FakeTab, open_bench, outcome


class MaxVix(Parameter):
    """A parameter behind a toggle."""

    name = "max_vix"
    description = "Max VIX"
    section = "Entry Conditions"
    requires_toggle = "Use VIX"
    value = Float(minimum=1, maximum=200)

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        return (SetField(section=self.section, label="Max VIX", text=setting.text),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        return (Bullet(prefix="VIX: Max", number=None, text=setting.text),)


def a_lease(values: dict[str, Any]) -> Lease:
    return Lease(Token(1, 1, "a", 1), "run", 0, IRON.test_id, IRON.name, IRON.path, values, 1, {})


def attempt_of(bench: Bench, lease: Lease, *, is_stopping: Callable[[], bool] = lambda: False) -> tuple[Attempt, Any]:
    return Attempt(lease, bench.shop, is_stopping=is_stopping), FakeTab(bench.site)


def test_an_order_sets_and_expects_what_the_values_say() -> None:
    order = order_of(a_lease({"delta": 12.5, "delta.side": "short_only", "delta.apply_to": "both"}), discover([]))
    legs = LegFilter(unit="Δ", side="sell")
    assert order.actions == (SetLegs(legs=legs, text="12.5"),)
    (expectation,) = order.expectations
    assert isinstance(expectation, LegValues)
    assert (expectation.legs, str(expectation.number)) == (legs, "12.5")


def test_a_toggle_that_is_required_is_switched_on_first() -> None:
    order = order_of(a_lease({"max_vix": 20}), Registry([MaxVix()]))
    assert order.actions == (
        SetToggle(section="Entry Conditions", caption="Use VIX", is_on=True),
        SetField(section="Entry Conditions", label="Max VIX", text="20"),
    )


def test_an_order_of_several_parameters_is_all_of_them() -> None:
    values = {"profit_target": 55, "profit_target.unit": "%", "stop_loss": 2, "stop_loss.unit": "$"}
    order = order_of(a_lease(values), discover([]))
    assert [action.label for action in order.actions if isinstance(action, SetField)] == ["Profit Target", "Stop Loss"]
    assert [str(expectation) for expectation in order.expectations] == ["Profit Target: 55%", "Stop Loss: 2"]


def test_a_parameter_that_is_gone_makes_no_order() -> None:
    with pytest.raises(PluginError, match="'max_vix' of this run is not installed"):
        order_of(a_lease({"max_vix": 20}), discover([]))


async def test_a_verified_result_is_stored_once(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("run", outcome(42.5))
        await attempt.run(tab)
        (result,) = await bench.results(run)
        assert result.figures is not None
        assert result.figures.metrics == {"pl": 42.5}
        assert await bench.states(run) == ["succeeded"]
        assert (await bench.news()).count("task_completed") == 1
        assert await bench.store.read(attempts.in_flight) == 0
        assert tab.paths == [IRON.path]


async def test_what_the_page_of_the_test_says_is_kept(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(2)
        for _ in range(2):
            attempt, tab = attempt_of(bench, await bench.lease())
            await attempt.run(tab)
        config = await bench.store.read(tests.config_of, IRON.test_id)
        assert config is not None
        assert (config.underlying, [card.title for card in config.cards]) == ("SPX", ["Entry"])


async def test_a_parameter_that_cannot_apply_burns_one_task(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(3)
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("prepare", NotApplicable("the test has no leg priced in Δ"))
        with pytest.raises(NotApplicable):
            await attempt.run(tab)
        assert await bench.states(run) == ["invalid", "cancelled", "cancelled"]
        assert (await bench.store.read(runs.get, run.run_id)).desired is Desired.CANCEL


async def test_charts_are_read_only_when_they_are_wanted(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        plain = await bench.lease()
        await attempt_of(bench, plain)[0].run(FakeTab(bench.site))
        wanted = dataclasses.replace(await bench.lease(), wants=Wants(charts=True))
        bench.site.next("charts", {"line-chart": b"png"})
        await attempt_of(bench, wanted)[0].run(FakeTab(bench.site))
        assert bench.site.steps() == ["prepare", "run", "prepare", "run", "charts"]
        assert await bench.store.read(charts.of_task, run.run_id, wanted.index) == {"line-chart": b"png"}


HEADER = b"Date Opened,Time Opened,Premium,Avg. Closing Cost,P/L,No. of Contracts,Reason For Close\r\n"
ONE_TRADE = b"2025-11-21,10:15:00,275,75,200,1,Profit Target\r\n"
DAILY = b"Date,Net Liquidity,Current Funds,Withdrawn,Trading Funds,P/L,P/L %,Drawdown %\n2022-05-17,10,10,0,10,0,0,0\n"
ONE_WINNER = Outcome(Figures({"pl": 200, "total_trades": 1, "winners": 1}, proof={"cards": []}), [["P/L", "$200", 0]])


async def test_a_trade_log_that_agrees_is_kept_with_its_result(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        lease = dataclasses.replace(await bench.lease(), wants=Wants(trades=True))
        bench.site.next("run", ONE_WINNER)
        bench.site.next("trade_log", Export("trade-log.csv", HEADER + ONE_TRADE))
        await attempt_of(bench, lease)[0].run(FakeTab(bench.site))
        (result,) = await bench.results(run)
        assert (result.trade_count, result.derived["net_profit"], result.derived["trades"]) == (1, 200, 1)
        assert (await bench.store.read(trades.of_task, run.run_id, 0)).name == "trade-log.csv"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            HEADER + b"2025-11-24,10:15:00,75,75,0,1,Expired\r\n" + ONE_TRADE,
            "is not that of the page: .*1 trades?, the trade log 2",
        ),
        (HEADER + ONE_TRADE.replace(b"75,200", b"70,205"), r"is not that of the page: .*\$200.*\$205"),
        (HEADER + ONE_TRADE.replace(b",200,", b",201,"), "cannot be believed: line 2"),
        (HEADER, "is not that of the page"),
        (b"<html>Too many requests</html>", "cannot be believed: line 1"),
        (b"", "cannot be believed"),
        (
            b"Date,Net Liquidity,Current Funds,Withdrawn,Trading Funds,P/L,P/L %,Drawdown %\n2022-05-17,10,10,0,10,0,0,0\n",
            "daily log",
        ),
    ],
    ids=["another-row", "other-sums", "wrong-row", "no-rows", "no-log", "empty", "daily"],
)
async def test_a_trade_log_that_does_not_agree_is_a_mismatch(autojump_clock, tmp_path: Path, content: bytes, reason: str) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        lease = dataclasses.replace(await bench.lease(), wants=Wants(trades=True))
        bench.site.next("run", ONE_WINNER)
        bench.site.next("trade_log", Export("trade-log.csv", content))
        with pytest.raises(Mismatched, match=reason):
            await attempt_of(bench, lease)[0].run(FakeTab(bench.site))
        (result,) = await bench.results(run)
        assert (result.figures, await bench.states(run)) == (None, ["held"])


async def test_a_result_without_trades_has_no_log(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit()
        lease = dataclasses.replace(await bench.lease(), wants=Wants(trades=True))
        bench.site.next("run", outcome(0))
        await attempt_of(bench, lease)[0].run(FakeTab(bench.site))
        assert bench.site.steps() == ["prepare", "run"]


async def test_the_intent_is_stored_before_the_run_click(autojump_clock, tmp_path: Path) -> None:
    """A crash after the click must find that the site was asked."""
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        seen: list[list[str]] = []

        def look(step: str, answer: Any) -> None:
            async def play() -> Any:
                seen.append(await bench.states(run))
                return answer

            bench.site.next(step, play)

        look("prepare", None)
        look("run", outcome(1))
        await attempt.run(tab)
        assert seen == [["leased"], ["submitted"]]
        assert bench.site.steps() == ["prepare", "run"]


async def test_the_figures_of_earlier_results_are_suspects_of_later_ones(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(3)
        tab: Any = None
        for pl in (1, 2, 3):
            attempt, tab = attempt_of(bench, await bench.lease())
            bench.site.next("run", outcome(pl))
            await attempt.run(tab)
        assert [cards[0][1] for cards in tab.suspects[0]] == ["$1", "$2"]


async def test_the_duration_is_counted_from_the_lease(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())

        async def slow() -> Any:
            await trio.sleep(42)
            return outcome(1)

        bench.site.next("run", slow)
        await attempt.run(tab)
        tally = bench.shop.tally.statistics()
        assert dict(tally.outcomes) == {"succeeded": 1}
        assert tally.durations.seconds == 42
        assert await bench.states(run) == ["succeeded"]


async def test_the_pace_is_kept_before_the_page_and_before_the_click(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path, manners=MANNERS[Pace.POLITE]) as bench:
        await bench.submit(2)
        for _ in range(2):
            attempt, tab = attempt_of(bench, await bench.lease())
            await attempt.run(tab)
        assert bench.site.times("prepare") == pytest.approx([0.5, 1.5])
        assert bench.site.times("run") == pytest.approx([1, 7])
