"""The list of hosts that browsers do not ask."""

import json
from pathlib import Path

import pytest

from oodaemon.browser import blocking
from oodaemon.browser.blocking import NOTHING, Blocked
from oodaemon.errors import ConfigurationError

SHIPPED = Path(__file__).parents[3] / "recordings"
SITE = "https://optionomega.com"
NEEDED = (
    SITE,
    "https://www.optionomega.com/",
    "https://firestore.googleapis.com/google.firestore.v1.Firestore/Listen/channel",
    "https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword",
    "https://securetoken.googleapis.com/v1/token",
    "https://content-firebaseappcheck.googleapis.com/v1/projects",
    "https://www.google.com/recaptcha/enterprise.js",
    "https://www.gstatic.com/recaptcha/releases/x/recaptcha__en.js",
)
"""What the site works with, as far as it is known."""


def written(folder: Path, hosts: object) -> Path:
    (folder / blocking.FILE).write_text(json.dumps({"hosts": hosts}), "utf-8")
    return folder


def test_the_list_that_is_shipped_covers_the_trackers_of_the_site_and_nothing_it_needs() -> None:
    found = blocking.load(SHIPPED, SHIPPED, SITE)
    for asked in (
        "https://www.googletagmanager.com/gtm.js?id=GTM-1",
        "https://region1.google-analytics.com/g/collect",
        "https://connect.facebook.net/en_US/fbevents.js",
        "https://www.facebook.com/tr?id=1",
        "https://widget.prefinery.com/widget/v2/x.js",
        "https://cdn.firstpromoter.com/fpr.js",
        "https://fonts.gstatic.com/s/inter.woff2",
    ):
        assert found.covers(asked), asked
    assert [url for url in NEEDED if found.covers(url)] == []
    assert all(json.loads((SHIPPED / blocking.FILE).read_text("utf-8"))["hosts"].values()), "each with its reason"


def test_a_host_stands_for_itself_and_what_is_below_it_never_for_a_name_that_only_ends_alike() -> None:
    found = Blocked(("hotjar.com",))
    assert found.covers("https://hotjar.com/x")
    assert found.covers("wss://ws.hotjar.com:443/x")
    assert not found.covers("https://nothotjar.com/x")
    assert not found.covers("https://optionomega.com/?from=https://hotjar.com/")
    assert not found.covers("")


def test_chromium_is_told_names_that_do_not_exist_and_the_site_that_does() -> None:
    assert Blocked(("a.io",), "optionomega.com").arguments() == [
        "--host-resolver-rules=MAP a.io ~NOTFOUND,MAP *.a.io ~NOTFOUND,EXCLUDE optionomega.com"
    ]
    assert NOTHING.arguments() == []


def test_a_folder_without_a_list_has_the_one_that_is_shipped_and_an_empty_list_blocks_nothing(tmp_path: Path) -> None:
    assert blocking.load(tmp_path, SHIPPED, SITE) == blocking.load(SHIPPED, SHIPPED, SITE)
    assert blocking.load(written(tmp_path, {}), SHIPPED, SITE).arguments() == []
    assert blocking.load(tmp_path / "none", tmp_path / "neither", SITE) == NOTHING


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ({"optionomega.com": ""}, "the site itself"),
        ({"api.optionomega.com": ""}, "the site itself"),
        ({"com": ""}, "no name of a host"),
        ({"a.io ~NOTFOUND,MAP *": ""}, "no name of a host"),
        ({"https://a.io": ""}, "no name of a host"),
        (["a.io"], "an object"),
    ],
)
def test_a_list_that_cannot_be_meant_is_refused_with_its_file(tmp_path: Path, hosts: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        blocking.load(written(tmp_path, hosts), SHIPPED, SITE)
    assert said in refused.value.problems[0]
    assert str(tmp_path / blocking.FILE) in refused.value.problems[0]


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / blocking.FILE).write_text("{", "utf-8")
    with pytest.raises(ConfigurationError):
        blocking.load(tmp_path, SHIPPED, SITE)
