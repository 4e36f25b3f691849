"""Faults on purpose: names, chances, counting."""

import pytest

from oodaemon.practice.behaviour import Behaviour, InvalidBehaviour
from oodaemon.practice.faults import FAULTS, Draws, InvalidFault, parse_faults
from oodaemon.practice.site import Site


def test_faults_are_written_as_name_and_probability() -> None:
    assert parse_faults(["stale_page=0.2", "late_popup"]) == {"stale_page": 0.2, "late_popup": 1.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stale_pgae=0.2", "there is no fault 'stale_pgae'; did you mean stale_page"),
        ("qqq", "there is no fault 'qqq'; known are late_hydration, "),
        ("stale_page=often", "the probability of the fault stale_page must be a number from 0 to 1, not 'often'"),
        ("stale_page=1.5", "from 0 to 1, not 1.5"),
        ("stale_page=nan", "from 0 to 1, not nan"),
    ],
)
def test_what_is_none_is_told_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(InvalidFault) as caught:
        parse_faults([text])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"faults": {"stale": 1.0}},
        {"faults": {"stale_page": "often"}},
        {"faults": ["stale_page"]},
        {"renamed": {"Profit Tagret": "Target"}},
        {"renamed": {"Profit Target": ""}},
        {"moved": {"Profit Target": "Miscellaneous"}},
        {"stale_parts": "half"},
        {"blocked_seconds": -1},
    ],
)
def test_settings_of_faults_are_checked(change: dict[str, object]) -> None:
    [name] = change
    with pytest.raises(InvalidBehaviour, match=name):
        Behaviour().updated(change)


def test_the_seed_decides_and_faults_do_not_disturb_each_other() -> None:
    def series(seed: int, *, with_others: bool = False) -> list[bool]:
        draws, found = Draws(seed), []
        for _ in range(40):
            if with_others:
                draws.strikes("late_popup", 0.5)
            found.append(draws.strikes("stale_page", 0.3))
        return found

    assert series(1) == series(1, with_others=True) != series(2)
    assert 4 <= sum(series(1)) <= 20


def test_every_fault_is_counted_and_listed() -> None:
    site = Site(Behaviour(faults={"slow_list": 1.0}))
    assert [site.strikes("slow_list"), site.strikes("stale_page")] == [True, False]
    told = site.draws.counts(site.behaviour.faults)
    assert list(told) == list(FAULTS)
    assert {key: told["slow_list"][key] for key in ("probability", "drawn", "struck")} == {
        "probability": 1.0,
        "drawn": 1,
        "struck": 1,
    }
    assert told["stale_page"]["drawn"] == 0
    site.reset()
    assert site.draws.counts({})["slow_list"]["struck"] == 0
