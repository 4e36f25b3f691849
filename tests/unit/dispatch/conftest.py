"""A deadlock on the virtual clock hangs in real time: show where, and go on with the next test."""

from collections.abc import Iterator

import pytest

from tests.support.deadlock import no_deadlock


@pytest.fixture(autouse=True)
def _deadlock_guard() -> Iterator[None]:
    with no_deadlock():
        yield
