"""The order of the tests: random, but the files that take longest begin first, so that nobody waits for one of them at the end."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with a test that is marked `slow` in front; nothing else changes its place."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
