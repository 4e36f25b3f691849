"""Conditions: what they keep, and what is said about those that cannot be read."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.analysis import where
from oodaemon.analysis.where import MalformedCondition
from tests.unit.analysis.points import point

GOOD = point(
    0,
    pl=1000,
    max_drawdown=-12.5,
    values={"delta": 10, "delta.unit": "percent", "entry_time": "09:45", "reenter": True, "stop@put-leg": 200},
    derived={"sharpe": 1.5, "max_drawdown": -4000.0},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("max_drawdown > -20", True),
        ("max_drawdown>-12.5", False),
        ("max_drawdown>=-12.5", True),
        ("-20 < max_drawdown", True),
        ("max_drawdown > -15%", True),
        ("sharpe >= 1.5 and pl != 0", True),
        ("pl > 2000 or delta = 10", True),
        ("not pl > 2000", True),
        ("not (pl > 500 and delta == 10)", False),
        ("pl > 1e2 AND NOT delta < 5", True),
        ("pl > 2000 or pl < 500 and delta == 10", False),
        ("delta.unit == 'percent'", True),
        ('delta.unit != "percent"', False),
        ("entry_time < '10:00'", True),
        ("reenter == true", True),
        ("reenter = off", False),
        ("stop@put-leg <= 200", True),
        ("`stop@put-leg` > 200", False),
        ("pl > .5", True),
    ],
)
def test_what_a_condition_keeps(text: str, expected: bool) -> None:
    assert where.read(text).keeps(GOOD) is expected


@pytest.mark.parametrize("text", ["mar > 1", "mar <= 1", "not mar > 1", "mar > 1 and pl > 0", "not (mar > 1 or pl < 0)"])
def test_nobody_knows_about_a_figure_that_is_missing(text: str) -> None:
    assert not where.read(text).keeps(GOOD)


def test_what_is_sure_all_the_same() -> None:
    assert where.read("mar > 1 or pl > 0").keeps(GOOD)
    assert where.read("not (mar > 1 and pl < 0)").keeps(GOOD)


def test_a_figure_of_the_log_never_stands_in_for_that_of_the_page() -> None:
    only_log = point(1, derived={"max_drawdown": -4000.0})
    assert not where.read("max_drawdown < 0").keeps(only_log)


@pytest.mark.parametrize("text", ["delta == 'percent'", "delta.unit > 3", "reenter > false", "delta.unit == reenter"])
def test_different_kinds_are_not_compared(text: str) -> None:
    assert not where.read(text).keeps(GOOD)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pl >", "it ends where a name or a number was expected"),
        ("pl", "it ends where a comparison such as > was expected"),
        ("pl 5", "'5' at character 4 stands where a comparison"),
        ("(pl > 5", "it ends where a ) was expected"),
        ("pl > 5)", "')' at character 7 is not expected here"),
        ("0 < pl < 5", "join comparisons with and"),
        ("pl > 5 and", "it ends where"),
        ("pl > 5; DROP TABLE runs", "';' is neither"),
        ("__import__('os') > 1", "'(' at character 11"),
        ("pl > 10abc", "'10abc' is neither"),
        ("(" * 31 + "pl > 1" + ")" * 31, "nested more than 30"),
        ("not " * 40 + "pl > 1", "nested more than 30"),
        ("pl > 1 " + " " * 1000, "at most 1000"),
    ],
)
def test_what_is_said_about_others(text: str, said: str) -> None:
    with pytest.raises(MalformedCondition) as error:
        where.read(text)
    assert said in str(error.value)


def test_unknown_names_are_told_with_the_nearest() -> None:
    condition = where.read("max_drawdwon > -5 and delta < 3")
    assert condition.unknown(["delta"]) == "there is no figure or parameter 'max_drawdwon'; did you mean max_drawdown?"
    assert where.read("delta.unit == SPXW_").unknown(["delta.unit"]).endswith("text stands in quotes")
    assert where.read("pl > 1 and reenter == true").unknown(["reenter"]) == ""


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(MalformedCondition):
        assert where.read(text).keeps(GOOD) in (True, False)


@given(st.recursive(st.sampled_from(["pl > 2000", "pl < 2000", "mar > 1"]), lambda inner: st.tuples(inner, inner), max_leaves=6))
def test_and_or_and_not_agree(tree) -> None:
    """De Morgan holds also where nobody can tell."""

    def build(node, joint: str) -> str:
        return node if isinstance(node, str) else f"({build(node[0], joint)} {joint} {build(node[1], joint)})"

    def denied(node, joint: str) -> str:
        return f"not {node}" if isinstance(node, str) else f"({denied(node[0], joint)} {joint} {denied(node[1], joint)})"

    assert where.read(f"not {build(tree, 'and')}").keeps(GOOD) == where.read(denied(tree, "or")).keeps(GOOD)
