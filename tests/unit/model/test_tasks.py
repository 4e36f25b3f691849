"""The states of a task: every legal move, and that there are no others."""

import itertools

import pytest

from oodaemon.model.tasks import IN_FLIGHT, METRICS, OPEN_STATES, PUBLIC_STATUS, WAITING, Move, TaskState, TaskStatus, move

LEGAL = {
    "ready": {"lease": "leased", "cancel": "cancelled", "adopt": "succeeded", "reuse": "cached", "reuse_refusal": "invalid"},
    "retry_wait": {
        "lease": "leased",
        "cancel": "cancelled",
        "excuse": "ready",
        "adopt": "succeeded",
        "reuse": "cached",
        "reuse_refusal": "invalid",
    },
    "leased": {
        "intent": "submitted",
        "retry_later": "retry_wait",
        "retry_now": "ready",
        "hold": "held",
        "refuse": "invalid",
        "cancel": "cancelled",
        "adopt": "succeeded",
    },
    "submitted": {
        "succeed": "succeeded",
        "retry_later": "retry_wait",
        "retry_now": "ready",
        "hold": "held",
        "refuse": "invalid",
        "cancel": "cancelled",
        "adopt": "succeeded",
    },
    "held": {
        "cancel": "cancelled",
        "excuse": "ready",
        "reopen": "ready",
        "skip": "invalid",
        "accept": "succeeded",
        "adopt": "succeeded",
    },
    "succeeded": {},
    "cached": {},
    "invalid": {"reopen": "ready"},
    "cancelled": {},
}


@pytest.mark.parametrize(("state", "what"), list(itertools.product(TaskState, Move)), ids=str)
def test_a_task_moves_as_the_table_says_and_in_no_other_way(state: TaskState, what: Move) -> None:
    target = LEGAL[state.value].get(what.value)
    if target is None:
        with pytest.raises(ValueError, match=f"a task that is {state.value} cannot {what.value}"):
            move(state, what)
    else:
        assert move(state, what) is TaskState(target)


def test_a_result_needs_the_announcement_of_the_run_click() -> None:
    assert [state for state in TaskState if LEGAL[state.value].get("succeed")] == [TaskState.SUBMITTED]


def test_every_state_has_its_public_word() -> None:
    assert {state.value: status.value for state, status in PUBLIC_STATUS.items()} == {
        "ready": "pending",
        "retry_wait": "pending",
        "leased": "running",
        "submitted": "running",
        "held": "failed",
        "succeeded": "completed",
        "cached": "completed",
        "invalid": "skipped",
        "cancelled": "cancelled",
    }
    assert set(PUBLIC_STATUS) == set(TaskState)
    assert set(PUBLIC_STATUS.values()) == set(TaskStatus)


def test_the_sets_of_states_agree_with_the_public_words() -> None:
    assert {s for s in TaskState if PUBLIC_STATUS[s] is TaskStatus.PENDING} == WAITING
    assert {s for s in TaskState if PUBLIC_STATUS[s] is TaskStatus.RUNNING} == IN_FLIGHT
    assert WAITING | IN_FLIGHT == OPEN_STATES


def test_there_are_eighteen_figures_of_different_names() -> None:
    assert len(METRICS) == len(set(METRICS)) == 18
