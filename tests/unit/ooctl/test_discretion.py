"""What a page for others must not tell."""

from __future__ import annotations

import pytest

from ooctl.report.discretion import discreet


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask me@example.com, please", "ask (address) please"),
        ("accepted by trader@desk", "accepted by (address)"),
        ("see https://optionomega.com/test/abc?x=1 for it", "see (link) for it"),
        ("file:///home/me/x.png", "(link)"),
        ("log in /home/me/state/log.txt.", "log in (path)"),
        ("~/runs/a.csv and ../x/y", "(path) and (path)"),
        (r"C:\Users\me\x.csv and \\nas\share", "(path) and (path)"),
        ("at 10.0.0.7:8080, localhost:9464 or [::1]:80", "at (host), (host) or (host)"),
        ("connect to build7.local failed", "connect to (host) failed"),
        ("optionomega.com refused", "(host) refused"),
    ],
)
def test_addresses_links_hosts_and_paths_go(text, found):
    assert discreet(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "delta x profit_target of Late Morning Iron Condor",
        "P/L and S/L ratio, put/call spread, 09:45, 2022-05-16, -5.5 %, 1/2",
        "stage 2 of 3: profit_target",
        "Entry time must be before exit time",
        "delta.apply_to put_only",
        "fold 2 in-sample (12m/3m)",
        "Iron fly v1.2.3",
    ],
)
def test_what_traders_write_stays(text):
    assert discreet(text) == text
