"""The figures of a form, recomputed from its trades."""

from dataclasses import replace

import pytest

from oodaemon.practice.catalog import ALPHABET, SAVED_TESTS
from oodaemon.practice.form import InvalidForm
from oodaemon.practice.truth import figures

BY_NAME = {test.name: test.form for test in SAVED_TESTS.values()}
CONDOR = BY_NAME["Late Morning Iron Condor"]


def test_ids_and_variety_of_the_saved_tests() -> None:
    assert len(SAVED_TESTS) >= 6
    assert all(len(key) == 20 and set(key) <= set(ALPHABET) and key == test.id for key, test in SAVED_TESTS.items())
    shown = {name: figures(form).metrics() for name, form in BY_NAME.items()}
    assert (shown["Opening Straddle (buys)"]["pl"] or 0) < 0
    assert (shown["Late Morning Iron Condor"]["pl"] or 0) > 0
    assert shown["Weekly Put Spread 7DTE"]["avg_minutes_in_trade"] is None
    assert shown["Never Enters"]["mar"] is None


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"Never Enters"}))
def test_formulas(name: str) -> None:
    form = BY_NAME[name]
    result = figures(form)
    lots = [trade.per_contract for trade in result.trades]
    assert result.profit == pytest.approx(sum(trade.profit for trade in result.trades))
    assert result.ending == pytest.approx(form.starting_funds + result.profit)
    assert result.per_lot == pytest.approx(sum(lots) / len(lots))
    assert result.win_rate == pytest.approx(100 * sum(lot > 0 for lot in lots) / len(lots))
    days = (form.end_date - form.start_date).days
    assert result.growth == pytest.approx(100 * ((result.ending / form.starting_funds) ** (365 / days) - 1))
    peak, deepest = form.starting_funds, 0.0
    for worth in result.worth:
        peak = max(peak, worth)
        deepest = min(deepest, worth / peak - 1)
    assert result.drawdown == pytest.approx(100 * deepest)
    assert result.growth_to_drawdown == pytest.approx(result.growth / abs(result.drawdown))


def test_the_same_form_gives_the_same_figures() -> None:
    first = figures(CONDOR)
    figures.cache_clear()
    assert figures(CONDOR) == first


@pytest.mark.parametrize("changes", [{"profit_target": 30.0}, {"stop_loss": 100.0}, {"allocation": 10.0}, {"closing_fees": 2.0}])
def test_changes_are_visible(changes: dict[str, float]) -> None:
    changed = replace(CONDOR, **changes)  # type: ignore[arg-type]  # fields by name
    assert figures(changed).metrics() != figures(CONDOR).metrics()


def test_fields_without_effect_have_none() -> None:
    carried = replace(CONDOR, extras=(("min_gex", "20"), ("use_squeeze", True)))
    assert figures(carried).metrics() == figures(CONDOR).metrics()


def test_a_form_with_problems_has_no_figures() -> None:
    with pytest.raises(InvalidForm, match="allocation"):
        figures(replace(CONDOR, allocation=0.0))
