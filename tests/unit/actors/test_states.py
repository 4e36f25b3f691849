from itertools import product

import pytest

from oodaemon.actors.errors import IllegalTransition
from oodaemon.actors.states import TRANSITIONS, ChildState, Lifecycle

S = ChildState

LEGAL = {
    (S.DOWN, S.STARTING),
    (S.STARTING, S.UP),
    (S.STARTING, S.STOPPING),
    (S.STARTING, S.BACKOFF),
    (S.STARTING, S.QUARANTINED),
    (S.STARTING, S.DOWN),
    (S.UP, S.STOPPING),
    (S.UP, S.BACKOFF),
    (S.UP, S.QUARANTINED),
    (S.UP, S.DOWN),
    (S.STOPPING, S.DOWN),
    (S.BACKOFF, S.STARTING),
    (S.BACKOFF, S.DOWN),
    (S.QUARANTINED, S.STARTING),
    (S.QUARANTINED, S.DOWN),
}

ROUTES = {
    S.DOWN: [],
    S.STARTING: [S.STARTING],
    S.UP: [S.STARTING, S.UP],
    S.STOPPING: [S.STARTING, S.STOPPING],
    S.BACKOFF: [S.STARTING, S.BACKOFF],
    S.QUARANTINED: [S.STARTING, S.QUARANTINED],
}


@pytest.mark.parametrize(("source", "target"), list(product(S, S)))
def test_only_the_steps_of_the_table_are_possible(source, target):
    lifecycle = Lifecycle("site/oo")
    for step in ROUTES[source]:
        lifecycle.move(step)

    if (source, target) in LEGAL:
        assert lifecycle.move(target) is source
        assert lifecycle.state is target
    else:
        with pytest.raises(IllegalTransition, match=f"site/oo: {source} -> {target}"):
            lifecycle.move(target)
        assert lifecycle.state is source


def test_the_table_names_every_state():
    assert TRANSITIONS.keys() == set(S)


def test_the_state_cannot_be_assigned():
    with pytest.raises(AttributeError):
        Lifecycle("x").state = S.UP  # type: ignore[misc] # that it has no setter is the point
