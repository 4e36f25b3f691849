"""A deadlock on the virtual clock hangs in real time: show where, and end the run."""

import faulthandler
import sys
from collections.abc import Iterator

import pytest

REAL_SECONDS = 20


@pytest.fixture(autouse=True)
def _deadlock_guard() -> Iterator[None]:
    faulthandler.dump_traceback_later(REAL_SECONDS, exit=True, file=sys.__stderr__)
    yield
    faulthandler.cancel_dump_traceback_later()
