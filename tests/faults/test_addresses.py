"""Tests that are not where they should be."""

import pytest

from tests.faults.daemon import Daemon
from tests.faults.verdict import check
from tests.support.standin.site import Site

pytestmark = pytest.mark.browser
NOT_FOUND, USAGE = 3, 2


def test_site_redirects_to_the_list_at_first(site: Site, daemon: Daemon) -> None:
    test = site.add()
    assert daemon.ctl("tests", "--refresh").status == 0
    test.redirects = 2
    check(test, daemon.sweep(test.test_id, "profit_target=20"), "profit_target", ("20",))


def test_list_of_cards_without_links(site: Site, daemon: Daemon) -> None:
    """The table with the links is one click away."""
    test = site.add()
    site.is_list_of_cards = True
    try:
        told = daemon.ctl("tests", "--refresh", "-o", "json")
    finally:
        site.is_list_of_cards = False
    assert told.status == 0, told
    assert test.test_id in told.out


@pytest.mark.parametrize("ending", ["y", "x"], ids=["sent-to-the-list", "says-so"])
def test_unknown_test(site: Site, daemon: Daemon, ending: str) -> None:
    site.add()
    told = daemon.ctl("submit", "--test", "f00dabad0123456789a" + ending, "-p", "profit_target=20")
    assert told.status == NOT_FOUND, told
    assert "Traceback" not in told.err


def test_address_on_another_host(site: Site, daemon: Daemon) -> None:
    test = site.add()
    told = daemon.ctl("submit", "--test", f"https://example.org/test/{test.test_id}", "-p", "profit_target=20")
    assert told.status == USAGE, told
    assert "example.org" in told.err
