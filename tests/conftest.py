"""The order of the tests: random, but the files that take longest begin first, so that nobody waits for one of them at the end."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: a busy machine is no defect. The same examples every time, so that a change is judged by what it changes; with
# OO_FULL new ones are looked for.
settings.register_profile(
    "ours", deadline=None, derandomize="OO_FULL" not in os.environ, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")

SPREAD = frozenset({"tests/simulation/test_year.py", "tests/crashes/test_crash_points.py"})
"""Their tests take long and share nothing: each may run in another process. All others stay with their file and its fixtures."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with a test that is marked `slow` in front; nothing else changes its place."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file at a time to each process, but the tests of `SPREAD` one by one."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return nodeid if file in SPREAD else file

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
