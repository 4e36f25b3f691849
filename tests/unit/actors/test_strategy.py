from typing import Any

from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Standing, Strategy, plan

S = ChildState


def child(child_id: str, state: ChildState, *needs: str, rank: int = 0, **facts: Any) -> Standing:
    settings: dict[str, Any] = {
        "is_wanted": True,
        "is_stop_asked": False,
        "is_satisfying": state is S.UP,
        "is_due": state is S.DOWN,
        "is_tried": True,
        "is_given_up": False,
        **facts,
    }
    return Standing(id=child_id, rank=rank, needs=frozenset(needs), state=state, **settings)


def decide(*children: Standing, strategy: Strategy = Strategy.REST_FOR_ONE) -> tuple[set[str], tuple[str, ...]]:
    decided = plan(strategy, children)
    return set(decided.stop), decided.start


def test_nothing_is_to_be_done_when_all_is_well():
    assert decide(child("a", S.UP), child("b", S.UP, "a", rank=1)) == (set(), ())


def test_children_start_when_their_needs_are_up():
    assert decide(child("a", S.DOWN), child("b", S.DOWN), child("c", S.DOWN, "a", rank=1)) == (set(), ("a", "b"))
    assert decide(child("a", S.UP), child("b", S.STARTING), child("c", S.DOWN, "a", rank=1)) == (set(), ("c",))
    assert decide(child("a", S.UP), child("b", S.STARTING), child("c", S.DOWN, "a", "b", rank=1)) == (set(), ())


def test_the_highest_rank_stops_first_and_together():
    lost = child("a", S.BACKOFF)
    low = child("b", S.UP, "a", rank=1)

    assert decide(lost, low, child("c", S.UP, "b", rank=2), child("d", S.UP, "a", "b", rank=2))[0] == {"c", "d"}
    assert decide(lost, low, child("c", S.STOPPING, "b", rank=2), child("d", S.DOWN, "b", rank=2))[0] == set()
    assert decide(lost, low, child("c", S.DOWN, "b", rank=2), child("d", S.DOWN, "b", rank=2))[0] == {"b"}


def test_a_child_that_is_still_starting_is_stopped_at_once():
    assert decide(
        child("a", S.BACKOFF), child("x", S.UP, "a", rank=1), child("b", S.STARTING, "a", rank=1), child("c", S.UP, "x", rank=2)
    )[0] == {"b", "c"}


def test_a_sibling_that_needs_nothing_lost_goes_on():
    assert decide(child("a", S.BACKOFF), child("b", S.UP), child("c", S.UP, "b", rank=1)) == (set(), ())


def test_a_child_does_not_start_while_anything_that_needs_it_still_runs():
    assert decide(child("a", S.DOWN), child("b", S.DOWN, "a", rank=1), child("c", S.STOPPING, "b", rank=2)) == (set(), ())
    assert decide(child("a", S.DOWN), child("b", S.DOWN, "a", rank=1), child("c", S.STOPPING, "b", rank=2, is_given_up=True)) == (
        set(),
        ("a",),
    )


def test_a_completed_need_counts_as_met():
    reaper = child("reaper", S.DOWN, is_due=False, is_satisfying=True)

    assert decide(reaper, child("a", S.DOWN, "reaper", rank=1)) == (set(), ("a",))
    assert decide(reaper, child("a", S.UP, "reaper", rank=1)) == (set(), ())


def test_the_reason_names_the_need():
    standings = [child("a", S.QUARANTINED), child("b", S.UP, "a", rank=1)]

    assert plan(Strategy.REST_FOR_ONE, standings).stop == {"b": "it needs a, which is QUARANTINED"}


def test_a_wish_to_stop_takes_a_waiting_child_down():
    for state in (S.BACKOFF, S.QUARANTINED, S.DOWN):
        assert decide(child("a", state, is_stop_asked=True, is_wanted=False)) == ({"a"}, ())
    assert decide(child("a", S.DOWN, is_wanted=False)) == (set(), ())
    assert decide(child("a", S.STOPPING, is_wanted=False)) == (set(), ())


def test_one_for_one_leaves_siblings_alone():
    lost = child("a", S.BACKOFF)

    assert decide(lost, child("b", S.UP, "a", rank=1), strategy=Strategy.ONE_FOR_ONE) == (set(), ())
    assert decide(lost, child("b", S.DOWN, "a", rank=1), strategy=Strategy.ONE_FOR_ONE) == (set(), ("b",))


def test_one_for_one_starts_a_child_after_the_first_try_of_its_needs():
    trying = child("a", S.STARTING, is_tried=False)

    assert decide(trying, child("b", S.DOWN, "a", rank=1), strategy=Strategy.ONE_FOR_ONE) == (set(), ())


def test_one_for_one_stops_all_in_reverse_order_too():
    low, high = child("a", S.UP, is_wanted=False), child("b", S.UP, "a", rank=1, is_wanted=False)

    assert decide(low, high, strategy=Strategy.ONE_FOR_ONE)[0] == {"b"}
