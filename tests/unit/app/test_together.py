"""Trials that share a backtest touch different controls, and every trial has its turn."""

from collections.abc import Sequence

import pytest

from oodaemon.app.expected import Unreachable, expected_state
from oodaemon.app.together import MOST, Trial, batch_of, shares, values_of
from oodaemon.parameters.registry import Registry, discover
from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.form import Form
from oodaemon.practice.truth import figures

TESTS: Sequence[SavedTest] = [test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread"]


@pytest.fixture(scope="module")
def registry() -> Registry:
    return discover([])


def trial(registry: Registry, name: str, value: str, **options: str) -> Trial:
    parameter = registry.get(name)
    assert parameter is not None
    return Trial(parameter, value, options)


def test_what_touches_different_controls_shares_a_backtest_that_trades(registry: Registry) -> None:
    trials = [trial(registry, "profit_target", "35"), trial(registry, "stop_loss", "120"), trial(registry, "max_open", "2")]
    (shared,) = shares([trials], TESTS, registry)
    assert [*shared] == trials
    batch = batch_of(shared, TESTS, registry)
    state = expected_state(batch.test.form.to_state(), registry.actions(batch.values))
    assert (state["profit_target"], state["stop_loss"], state["max_open"]) == ("35", "120", "2")
    assert figures(Form.from_state(state)).trades


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("profit_target", "35", {}), ("profit_target", "40", {})),
        (("delta", "15", {}), ("delta", "25", {"apply_to": "put_only"})),
        (("start_date", "2025-08-15", {}), ("profit_target", "35", {})),
        (("vix", "1", {"bound": "max"}), ("profit_target", "35", {})),
    ],
    ids=["the same control", "the same legs", "dates are tried alone", "no trades together"],
)
def test_what_cannot_share_has_a_backtest_of_its_own(registry: Registry, one: tuple, other: tuple) -> None:
    trials = [trial(registry, name, value, **options) for name, value, options in (one, other)]
    assert shares([trials], TESTS, registry) == [(trials[0],), (trials[1],)]


def test_every_trial_has_its_turn_in_its_round(registry: Registry) -> None:
    names = (
        "profit_target",
        "stop_loss",
        "max_open",
        "allocation",
        "opening_fees",
        "closing_fees",
        "entry_slippage",
        "exit_slippage",
    )
    rounds = [
        [trial(registry, name, value) for name in (*names, "entry_time")[: None if value == "1" else -1]] for value in ("1", "2")
    ]
    rounds[0][-1] = trial(registry, "entry_time", "10:15")
    found = shares(rounds, TESTS, registry)
    assert sorted(map(id, (each for share in found for each in share))) == sorted(map(id, rounds[0] + rounds[1]))
    assert all(len(share) <= MOST for share in found)
    assert not any({*map(id, share)} & {*map(id, rounds[0])} and {*map(id, share)} & {*map(id, rounds[1])} for share in found)


def test_a_trial_that_suits_no_test_is_told_so(registry: Registry) -> None:
    with pytest.raises(Unreachable, match="no test of the practice site suits it"):
        batch_of((trial(registry, "premium", "1.5"),), TESTS, registry)


def test_the_date_that_makes_it_quick_is_beside_all_but_dates(registry: Registry) -> None:
    assert values_of([trial(registry, "profit_target", "35")], registry)["start_date"] == "2025-05-12"
    assert values_of([trial(registry, "end_date", "2025-09-30")], registry).get("start_date") is None
