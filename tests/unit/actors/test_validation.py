import re

import pytest

from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.errors import SpecError
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.validation import ranks, validate, validate_tree
from oodaemon.clock import utc_now
from tests.unit.actors.support import Actor, Recorder, live, surroundings


def spec(child_id: str, *needs: str, **fields) -> ChildSpec:
    fields.setdefault("start", Actor(live()).start)
    return ChildSpec(id=child_id, needs=frozenset(needs), **fields)


def supervisor(path: str, *specs: ChildSpec) -> Supervisor:
    return Supervisor(path, specs, surroundings=surroundings(Recorder(), wall_clock=utc_now))


def problems(*specs: ChildSpec) -> tuple[str, ...]:
    with pytest.raises(SpecError) as refused:
        validate(specs)
    return refused.value.problems


def test_specs_that_fit_together_are_ranked():
    specs = [spec("pulse", "api", "store"), spec("api", "store"), spec("store"), spec("metrics")]
    validate(specs)

    assert ranks(specs) == {"store": 0, "metrics": 0, "api": 1, "pulse": 2}


def test_every_problem_is_named():
    assert problems(spec("a"), spec("a"), spec("b", "stroe")) == (
        "there are 2 children called 'a'",
        "child 'b' needs 'stroe', which is not one of its siblings (a, b)",
    )


@pytest.mark.parametrize(
    ("specs", "circle"),
    [
        ([spec("a", "b"), spec("b", "a")], "a -> b -> a"),
        ([spec("x", "a"), spec("a", "c"), spec("b", "a"), spec("c", "b")], "a -> c -> b -> a"),
    ],
)
def test_a_circle_is_shown(specs, circle):
    assert problems(*specs) == (f"children need each other in a circle: {circle}",)


def test_each_circle_is_shown_once():
    assert problems(spec("a", "b"), spec("b", "a"), spec("c", "d"), spec("d", "c", "a"), spec("e", "d")) == (
        "children need each other in a circle: a -> b -> a",
        "children need each other in a circle: c -> d -> c",
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"child_id": "/"}, "a child needs an id"),
        ({"child_id": "a", "needs": frozenset({"a"})}, "child 'a' needs itself"),
        ({"child_id": "a", "start_timeout": 0.0}, "start_timeout must be more than 0 s, not 0"),
        ({"child_id": "a", "stop_timeout": -1.0}, "stop_timeout must be more than 0 s, not -1"),
        ({"child_id": "a", "mailbox_capacity": 0}, "mailbox_capacity must be at least 1, not 0"),
    ],
)
def test_a_spec_that_makes_no_sense_by_itself_is_refused(fields, problem):
    with pytest.raises(SpecError, match=re.escape(problem)):
        ChildSpec(id=fields.pop("child_id"), start=Actor(live()).start, **fields)


def test_a_supervisor_refuses_impossible_specs():
    with pytest.raises(SpecError, match="circle"):
        supervisor("", spec("a", "b"), spec("b", "a"))


def burst(limit: int) -> Budget:
    return Budget(burst=Window(limit, 60.0))


@pytest.mark.parametrize(("limits", "is_allowed"), [((5, 5, 2), True), ((5, 5, 5), False), ((0, 10, 10), False)])
def test_the_product_of_burst_budgets_along_a_path_is_limited(limits, is_allowed):
    top, middle, bottom = limits
    pool = supervisor("site/oo", spec("browser/1", budget=burst(bottom)))
    site = supervisor("site/oo", spec("pool", start=pool.run, budget=burst(middle)))
    root = supervisor("", spec("site/oo", start=site.run, budget=burst(top)), spec("store"))

    if is_allowed:
        validate_tree(root)
    else:
        with pytest.raises(SpecError, match=r"the way to 'site/oo/browser/1' allow \d+ restarts, more than 50"):
            validate_tree(root)


def test_a_path_used_twice_is_refused():
    pool = supervisor("", spec("store"))

    with pytest.raises(SpecError, match="2 children have the path 'store'"):
        validate_tree(supervisor("", spec("store"), spec("pool", start=pool.run)))


def test_a_supervisor_as_a_child_gets_the_time_its_children_may_take():
    pool = supervisor("pool", spec("a", start_timeout=5, stop_timeout=3), spec("b", stop_timeout=4), spec("c", "a", stop_timeout=2))

    assert (pool.start_bound(), pool.stop_bound()) == (60, 6)
    assert (spec("pool", start=pool.run).start_bound(), spec("pool", start=pool.run).stop_bound()) == (61, 7)
    assert spec("pool", start=pool.run, stop_timeout=2.0).stop_bound() == 2
    assert (spec("leaf").start_bound(), spec("leaf").stop_bound()) == (30, 10)
