"""The order of the tests: random, but the files that take longest begin first, so that nobody waits for one of them at the end."""

import os

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: a busy machine is no defect. The same examples every time, so that a change is judged by what it changes; with
# OO_FULL new ones are looked for.
settings.register_profile(
    "ours", deadline=None, derandomize="OO_FULL" not in os.environ, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ours")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with a test that is marked `slow` in front; nothing else changes its place."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
