"""Windows of walk-forward runs: whole ones only, none overlapping its out of sample."""

import datetime
import itertools

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.plans.spans import add_months, folds


def rolling(inside: int, outside: int, first: str, last: str) -> runs_pb2.WalkForward:
    window = runs_pb2.RollingWindows(in_sample_months=inside, out_of_sample_months=outside, start_date=first, end_date=last)
    return runs_pb2.WalkForward(rolling=window)


def test_windows_move_on_by_the_out_of_sample_span() -> None:
    told = [f"{fold.in_sample} | {fold.out_of_sample}" for fold in folds(rolling(12, 3, "2022-01-01", "2023-08-31"))]
    assert told == [
        "2022-01-01 to 2022-12-31 | 2023-01-01 to 2023-03-31",
        "2022-04-01 to 2023-03-31 | 2023-04-01 to 2023-06-30",
    ]


def test_a_window_that_ends_on_the_last_day_is_whole() -> None:
    assert len(folds(rolling(12, 3, "2022-01-01", "2023-06-30"))) == 2
    assert len(folds(rolling(12, 3, "2022-01-01", "2023-06-29"))) == 1


def test_out_of_sample_spans_follow_each_other_without_a_gap() -> None:
    found = folds(rolling(6, 1, "2021-01-31", "2024-12-31"))
    for one, other in itertools.pairwise(found):
        assert other.out_of_sample.first == one.out_of_sample.last + datetime.timedelta(days=1)
    assert all(fold.out_of_sample.first == fold.in_sample.last + datetime.timedelta(days=1) for fold in found)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2023-12-15", 12, "2024-12-15"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_one(day: str, months: int, later: str) -> None:
    assert add_months(datetime.date.fromisoformat(day), months).isoformat() == later


def fold(*days: str) -> runs_pb2.Fold:
    names = ("in_sample_start", "in_sample_end", "out_of_sample_start", "out_of_sample_end")
    return runs_pb2.Fold(**dict(zip(names, days, strict=True)))


def listed(*found: runs_pb2.Fold) -> runs_pb2.WalkForward:
    return runs_pb2.WalkForward(folds=runs_pb2.FoldList(folds=found))


def test_folds_can_be_listed() -> None:
    (found,) = folds(listed(fold("2022-01-01", "2022-06-30", "2022-08-01", "2022-08-31")))
    assert (str(found.in_sample), str(found.out_of_sample)) == ("2022-01-01 to 2022-06-30", "2022-08-01 to 2022-08-31")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (runs_pb2.WalkForward(), "no windows are given"),
        (rolling(0, 3, "2022-01-01", "2023-01-01"), "in_sample_months: 0 is no number of months"),
        (rolling(3, -1, "2022-01-01", "2023-01-01"), "out_of_sample_months: -1"),
        (rolling(12, 3, "2022-01-01", "2023-01-01"), "2022-01-01 to 2023-01-01 is shorter than one window of 12 and 3 months"),
        (rolling(1, 1, "2022-01-01", "2023-02-30"), "'2023-02-30' is no day"),
        (rolling(1, 1, "", "2023-02-20"), "rolling_start: no day is given"),
        (rolling(1, 1, "2023-03-01", "2023-02-20"), "ends on 2023-02-20, before its start on 2023-03-01"),
        (rolling(1, 1, "2000-01-01", "2023-02-20"), "make 276 folds; a run has at most 200"),
        (rolling(120_000, 1, "2022-01-01", "2023-01-01"), "beyond every calendar"),
        (listed(), "there is none; give at least one"),
        (listed(fold("2022-01-01", "2022-06-30", "2022-06-30", "2022-07-31")), r"folds\[1\]: out of sample begins on 2022-06-30"),
    ],
)
def test_windows_that_cannot_be_meant_are_refused(asked: runs_pb2.WalkForward, sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        folds(asked)


def test_every_fold_at_fault_is_named() -> None:
    wrong = fold("2022-01-01", "x", "2022-08-01", "2022-08-31")
    with pytest.raises(InvalidArgument, match=r"folds\[1\].*folds\[3\]"):
        folds(listed(wrong, fold("2022-01-01", "2022-06-30", "2022-08-01", "2022-08-31"), wrong))
