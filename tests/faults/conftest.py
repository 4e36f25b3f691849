"""One site and one daemon for the tests that leave both as they were, another pair for those that do not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.daemon import Daemon
from tests.support.standin.site import Site


@contextmanager
def _serving() -> Iterator[Site]:
    site = Site()
    site.up()
    try:
        yield site
    finally:
        site.down()


@contextmanager
def _running(site: Site, browsers: int) -> Iterator[Daemon]:
    daemon = Daemon(site, browsers=browsers)
    left = ["not stopped"]
    try:
        daemon.wait_up()
        yield daemon
    finally:
        left = daemon.stop()
    assert left == []


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A site that is up and keeps its sessions."""
    with _serving() as serving:
        yield serving


@pytest.fixture(scope="session")
def daemon(site: Site) -> Iterator[Daemon]:
    """One browser, so that runs do not meet."""
    with _running(site, 1) as running:
        yield running


@pytest.fixture(scope="module")
def frail_site() -> Iterator[Site]:
    """A site for tests that expire its sessions or take it down."""
    with _serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def pair(frail_site: Site) -> Iterator[Daemon]:
    """Two browsers on the frail site."""
    with _running(frail_site, 2) as running:
        yield running
