"""Settings of the site."""

import pytest

from oodaemon.practice.behaviour import Behaviour, InvalidBehaviour


def test_partial_updates_keep_the_rest() -> None:
    changed = Behaviour(captcha=True).updated({"run_seconds": [0, 2], "stale": "heading"})
    assert changed == Behaviour(captcha=True, run_seconds=(0.0, 2.0), stale="heading")


def test_its_own_json_changes_nothing() -> None:
    assert Behaviour().updated(Behaviour().as_json()) == Behaviour()


def test_unknown_settings_are_all_named() -> None:
    with pytest.raises(InvalidBehaviour, match="unknown settings: hydratoin, popups; known are blocked_seconds, captcha"):
        Behaviour().updated({"popups": True, "hydratoin": 1, "captcha": True})


@pytest.mark.parametrize(
    "change",
    [
        {"run_seconds": [2, 1]},
        {"run_seconds": 1},
        {"run_seconds": [-1, 1]},
        {"popup_delay": "1"},
        {"popup_delay": float("nan")},
        {"hydration": -0.1},
        {"session_seconds": True},
        {"captcha": 1},
        {"stale": "all"},
    ],
)
def test_nonsense_names_the_setting(change: dict[str, object]) -> None:
    [name] = change
    with pytest.raises(InvalidBehaviour, match=name):
        Behaviour().updated(change)
