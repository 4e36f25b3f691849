"""What each class of failure costs: a table, written a second time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.failures.policy import POLICIES, Decision, decide, is_counted
from oodaemon.model.tasks import FailureClass, Move, TaskState, move

# class: strikes before the task is given up (None: never), how it is given up, shortest and longest wait before the next try
TABLE = {
    FailureClass.TIMING: (6, Move.HOLD, 2, 300),
    FailureClass.MODAL: (3, Move.HOLD, 30, 30),
    FailureClass.SESSION: (None, None, 0, 0),
    FailureClass.BROWSER: (2, Move.HOLD, 0, 0),
    FailureClass.SITE_ERROR: (0, Move.REFUSE, None, None),
    FailureClass.RATE_LIMITED: (None, None, 30, 30),
    FailureClass.DRIFT: (1, Move.HOLD, 5, 5),
    FailureClass.MISMATCH: (0, Move.HOLD, None, None),
    FailureClass.INTERRUPTED: (None, None, 0, 0),
    FailureClass.BUG: (2, Move.HOLD, 5, 5),
}
BUDGETED = [(c, row[0], row[1]) for c, row in TABLE.items() if row[0] is not None]
RETRIED = [(c, row) for c, row in TABLE.items() if row[2] is not None]


class Longest(random.Random):
    """Always the end of the interval."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_every_class_has_a_policy() -> None:
    assert set(POLICIES) == set(TABLE) == set(FailureClass)


@pytest.mark.parametrize(("failure_class", "budget", "given_up"), BUDGETED)
def test_a_task_is_given_up_with_the_strike_after_its_budget(failure_class: FailureClass, budget: int, given_up: Move) -> None:
    moves = [decide(failure_class, strikes, random.Random(1)).move for strikes in range(budget + 3)]
    assert moves[budget:] == [given_up] * 3
    assert not {Move.HOLD, Move.REFUSE} & set(moves[:budget])


@pytest.mark.parametrize(("failure_class", "budget", "given_up"), BUDGETED)
def test_a_task_that_is_given_up_waits_for_nothing(failure_class: FailureClass, budget: int, given_up: Move) -> None:
    assert decide(failure_class, budget, random.Random(1)) == Decision(given_up, 0.0)


def test_only_lost_browsers_are_counted_by_incarnation_and_the_third_is_poison() -> None:
    assert {c for c, policy in POLICIES.items() if policy.by_incarnation} == {FailureClass.BROWSER}
    assert POLICIES[FailureClass.BROWSER].verdict.startswith("poison")
    assert {policy.verdict for c, policy in POLICIES.items() if c is not FailureClass.BROWSER} == {""}


@pytest.mark.parametrize("failure_class", [c for c, row in TABLE.items() if row[0] is None])
def test_a_free_class_never_gives_a_task_up(failure_class: FailureClass) -> None:
    assert not is_counted(failure_class)
    for strikes in (0, 1, 10, 1000):
        assert decide(failure_class, strikes, random.Random(1)).move in {Move.RETRY_NOW, Move.RETRY_LATER}


def test_the_classes_that_count_are_those_with_a_budget() -> None:
    assert {c for c in FailureClass if is_counted(c)} == {c for c, row in TABLE.items() if row[0] is not None}


@pytest.mark.parametrize(("failure_class", "row"), RETRIED)
@given(seed=st.integers(0, 2**32), strikes=st.integers(0, 2000))
def test_the_wait_is_within_its_bounds(
    failure_class: FailureClass, row: tuple[int | None, Move, int, int], seed: int, strikes: int
) -> None:
    budget, _, shortest, longest = row
    decision = decide(failure_class, strikes if budget is None else strikes % budget, random.Random(seed))
    assert shortest <= decision.delay <= longest
    assert decision.move is (Move.RETRY_LATER if longest else Move.RETRY_NOW)


def test_waiting_for_time_grows_twofold_up_to_its_cap() -> None:
    longest = [decide(FailureClass.TIMING, strikes, Longest()).delay for strikes in range(6)]
    assert longest == [4, 8, 16, 32, 64, 128]


def test_the_jitter_is_drawn_and_not_fixed() -> None:
    rng = random.Random(1)
    assert len({decide(FailureClass.TIMING, 4, rng).delay for _ in range(20)}) > 10


@pytest.mark.parametrize("failure_class", list(FailureClass))
@pytest.mark.parametrize("state", [TaskState.LEASED, TaskState.SUBMITTED])
def test_whatever_is_decided_is_a_legal_move_of_a_task_in_flight(failure_class: FailureClass, state: TaskState) -> None:
    for strikes in range(10):
        move(state, decide(failure_class, strikes, random.Random(1)).move)
