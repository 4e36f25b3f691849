"""Connections of the client."""

import threading
from typing import Any, cast

import pytest

from ooctl import channels


class Stuck:
    """A channel that closes when it is let, or much too late."""

    def __init__(self) -> None:
        self.let, self.is_closed = threading.Event(), False

    def close(self) -> None:
        self.let.wait(5)
        self.is_closed = True


def test_a_channel_is_closed_before_it_is_left() -> None:
    channel = Stuck()
    channel.let.set()
    channels.close(cast("Any", channel))
    assert channel.is_closed


def test_one_that_does_not_close_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "CLOSE", 0.05)
    channel = Stuck()
    channels.close(cast("Any", channel))
    assert not channel.is_closed
    channel.let.set()
