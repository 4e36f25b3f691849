"""Flags alone: which kind of run they make, and which of them need others."""

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs.draft import Draft, Objective, Table, WalkForward
from ooctl.specs.flags import Flags, draft_of
from ooctl.sweep import Fixed, LongForm, Range, Sweep

DELTA = Sweep("delta", Range("5", "50", "1"))


def test_one_parameter_is_a_sweep_and_several_are_a_grid():
    one = draft_of(Flags(test="1", assignments=("delta=5..50/1",), fixed=("vix=20",), has_trades=True))
    two = draft_of(Flags(test="1", assignments=("delta=5..50/1", "vix=1,2"), is_fresh=True))
    assert one == Draft(kind="sweep", test="1", swept=(DELTA,), fixed=(Fixed("vix", "20"),), has_trades=True)
    assert two == Draft(kind="grid", test="1", swept=(DELTA, Sweep("vix", ("1", "2"))), is_fresh=True)


def test_a_search():
    flags = Flags(
        test="1",
        assignments=("delta=5..50/1",),
        search="tpe",
        budget=40,
        seed=7,
        optimize_by=("mar", "pl:MAX"),
        where=("max_drawdown >= -15",),
    )
    assert draft_of(flags) == Draft(
        kind="search",
        test="1",
        swept=(DELTA,),
        method="tpe",
        optimize_by=(Objective("mar"), Objective("pl", "max")),
        constraints=("max_drawdown >= -15",),
        budget=40,
        seed=7,
    )


def test_a_walk_forward_of_a_grid():
    found = draft_of(Flags(test="1", assignments=("delta=5..50/1",), walk_forward="1y/3M", optimize_by=("mar",)))
    assert (found.kind, found.walk_forward, found.optimize_by) == ("sweep", WalkForward(12, 3), (Objective("mar"),))


def test_a_table_with_options_of_its_columns():
    table = Table(("delta", "vix"), (("1", "2"),))
    found = draft_of(Flags(test="1", rows="sets.csv", assignments=("delta.side=both",)), table)
    assert found == Draft(kind="list", test="1", table=Table(table.columns, table.rows, {"delta": {"side": "both"}}))


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (Flags(assignments=("delta=1",)), "no test was given"),
        (Flags(test="1"), "no parameter to sweep was given"),
        (Flags(test="1", assignments=("delta=1",), budget=3), "--budget needs --search"),
        (Flags(test="1", assignments=("delta=1",), seed=0), "--seed needs --search"),
        (Flags(test="1", assignments=("delta=1",), where=("x",)), "--where needs --search"),
        (Flags(test="1", assignments=("delta=1",), optimize_by=("mar",)), "--optimize-by needs --search or --walk-forward"),
        (Flags(test="1", assignments=("delta=1",), search="tpe", budget=3), "--search needs --optimize-by"),
        (Flags(test="1", assignments=("delta=1",), search="tpe", optimize_by=("mar",)), "--search needs --budget"),
        (Flags(test="1", assignments=("delta=1",), walk_forward="12m/3m"), "--walk-forward needs --optimize-by"),
        (
            Flags(test="1", assignments=("delta=1",), walk_forward="12/3", optimize_by=("mar",)),
            '--walk-forward: "12" is no number of',
        ),
        (
            Flags(test="1", assignments=("delta=1",), walk_forward="12m/3m", optimize_by=("mar:up",)),
            '--optimize-by: "mar:up" is not',
        ),
        (Flags(test="1", rows="a.csv", search="tpe"), "--from and --search cannot go together"),
        (Flags(test="1", rows="a.csv", long=LongForm("delta", "1", "2")), "--from and --param cannot go together"),
    ],
)
def test_what_is_missing_or_too_much_is_said(flags, said):
    with pytest.raises(ClientError) as caught:
        draft_of(flags)
    assert caught.value.sentence.startswith(said)
    assert caught.value.status is ExitStatus.USAGE


def test_options_of_a_column_that_is_not_there_and_values_beside_a_table():
    table = Table(("delta",), (("1",),))
    for given, said in ((("vix.bound=max",), "has no column vix"), (("delta=1",), "the values come from the file")):
        with pytest.raises(ClientError, match=said):
            draft_of(Flags(test="1", rows="a.csv", assignments=given), table)
