"""Looking again and again: through outages, and only changes are told."""

from itertools import islice

import pytest

from ooctl.exits import ClientError, ExitStatus
from ooctl.polling import INTERVAL, Changes, looks
from tests.unit.ooctl.builders import TestClock

GONE = ClientError("no daemon answers", ExitStatus.UNREACHABLE)


def play(*answers, patience: float = 60):
    """What comes of these answers, one after the other; the last one for ever."""
    clock, steps, notices = TestClock(), list(answers), []

    def ask():
        step = steps.pop(0) if len(steps) > 1 else steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    pacing = clock.pacing()
    return (
        looks(ask, notices.append, pacing=type(pacing)(pacing.clock, pacing.sleep, pacing.jitter, patience=patience)),
        clock,
        notices,
    )


def a_record(run_id, revision=1, *, kinds=(), eta=None):
    conditions = [{"kind": kind, "message": "no", "since": None} for kind in kinds]
    return {"run_id": run_id, "revision": revision, "phase": "RUNNING", "conditions": conditions, "eta_seconds": eta}


def test_the_daemon_is_asked_once_a_second():
    found, clock, notices = play([1], [2])
    assert [next(found), next(found), next(found)] == [[1], [2], [2]]
    assert clock.naps == [INTERVAL] * 2
    assert notices == []


def test_an_outage_after_the_first_answer_is_told_once_and_lived_through():
    found, clock, notices = play([1], GONE, GONE, GONE, [2])
    assert [next(found), next(found)] == [[1], [2]]
    assert notices == ["the connection to the daemon is lost; waiting for it to come back", "the daemon is back"]
    assert clock.naps[1] < clock.naps[2] < clock.naps[3]


@pytest.mark.parametrize("answers", [(GONE,), ([1], GONE), ([1], ClientError("no", ExitStatus.DENIED))])
def test_what_does_not_get_better_is_told(answers):
    found, _, _ = play(*answers)
    with pytest.raises(ClientError):
        list(islice(found, 3))


def test_only_what_changed_is_told_and_estimates_are_no_change():
    changes = Changes()
    one, two = a_record("1"), a_record("2")
    assert changes.among([two, one]) == [one, two]
    assert changes.among([a_record("2", eta=7), one]) == []
    assert changes.among([a_record("2", 2), a_record("1", kinds=["NoBrowser"])]) == [
        a_record("1", kinds=["NoBrowser"]),
        a_record("2", 2),
    ]
    assert changes.among([a_record("3"), a_record("2", 2)]) == [a_record("3")]
