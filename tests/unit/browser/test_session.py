"""Addresses of saved tests, addresses below the site, and credentials that are never shown."""

import logging
from pathlib import Path

import pytest

from oodaemon.browser.recordings import load
from oodaemon.browser.session import Credentials, Site
from oodaemon.browser.session import test_path as path_in

ID = "aB3dE5gH7jK9mN1pQ2rS"


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        (f"https://optionomega.com/test/{ID}", f"/test/{ID}"),
        (f"https://optionomega.com/test/{ID}/", f"/test/{ID}"),
        (f"https://optionomega.com/test/{ID}?tab=log#x", f"/test/{ID}"),
        (f"http://127.0.0.1:8460/share/{ID}", f"/share/{ID}"),
        (f"/test/{ID}", f"/test/{ID}"),
        (f"/share/{ID}", f"/share/{ID}"),
    ],
)
def test_the_path_of_a_saved_test_is_found_in_its_address(reference: str, path: str) -> None:
    assert path_in(reference) == path


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "/",
        ID,
        f"test/{ID}",
        "/test/",
        "/test",
        "https://optionomega.com/",
        "/dashboard/tests",
        f"/portfolio/{ID}",
        f"/test/{ID}/edit",
        f"/x/test/{ID}",
    ],
)
def test_other_addresses_have_none(reference: str) -> None:
    assert path_in(reference) == ""


def test_an_address_that_cannot_be_read_has_none() -> None:
    assert path_in(f"https://[optionomega.com/test/{ID}") == ""


@pytest.mark.parametrize("base_url", ["https://optionomega.com", "https://optionomega.com/"])
@pytest.mark.parametrize("path", ["/test/x", "test/x"])
def test_an_address_below_the_site_is_made_of_both(base_url: str, path: str) -> None:
    site = Site(base_url, load(Path(__file__).parents[3] / "recordings"))
    assert site.url(path) == "https://optionomega.com/test/x"


def test_credentials_are_not_shown_however_they_are_written() -> None:
    secret = Credentials("me@example.com", "s3cret-password")
    written = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r}",
        str([secret]),
        logging.Formatter().format(logging.LogRecord("x", 10, "x", 1, "%s %r", (secret, secret), None)),
    ]
    assert all("s3cret" not in text and "example.com" not in text for text in written)
