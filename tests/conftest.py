"""The order of the tests: random, but the files that take longest begin first, so that nobody waits for one of them at the end."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support.order import rank, unit

# No test is timed: a busy machine is no defect. The same examples every time, so that a change is judged by what it changes; with
# OO_FULL new ones are looked for.
settings.register_profile(
    "ours", deadline=None, derandomize="OO_FULL" not in os.environ, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")


@pytest.fixture(scope="module", autouse=True)
def _logs_are_heard_again() -> Iterator[None]:
    """What a file does to the log of this process ends with it: tests of another file may listen."""
    before = _logging()
    yield
    assert _logging() == before


def _logging() -> list[object]:
    config = structlog.get_config()
    return [*config["processors"], config["wrapper_class"], config["logger_factory"]]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front, then those with a test that is marked `slow`; nothing else changes its place."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (rank(item.nodeid), item.path not in slow))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file at a time to each process, but what shares nothing one by one."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

        def _reschedule(self, node: Any) -> None:
            # A process wants to know its next test before it begins one. What else it had would wait behind a long one.
            if not self.workqueue or self._pending_of(self.assigned_work[node]) <= 1:
                super()._reschedule(node)

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
