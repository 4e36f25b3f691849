"""What the facts of a page make of a failure: a frozen table, exhaustive over the classes, and the failure that goes with each."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from oodaemon.failures import site
from oodaemon.failures.explain import explain
from oodaemon.failures.facts import NOTHING_KNOWN, VERSION, PageFacts, weigh
from oodaemon.failures.site import SiteFailure, classify, is_of_the_site, slows_down
from oodaemon.model.tasks import FailureClass

T, M, S, B = FailureClass.TIMING, FailureClass.MODAL, FailureClass.SESSION, FailureClass.BROWSER
E, R, D, X = FailureClass.SITE_ERROR, FailureClass.RATE_LIMITED, FailureClass.DRIFT, FailureClass.MISMATCH
F, U = FailureClass.INTERRUPTED, FailureClass.BUG

FACTS: Mapping[str, PageFacts] = {
    "nothing": NOTHING_KNOWN,
    "a plain page": PageFacts(url="/test/abc", banners=("Backtest saved",), is_panel_open=True),
    "sign-in": PageFacts(url="/login", asks_to_sign_in=True),
    "maintenance": PageFacts(maintenance="We are down for maintenance"),
    "429": PageFacts(status=429, retry_after=7),
    "too many, in words": PageFacts(banners=("Too many requests, try again later",)),
    "500": PageFacts(status=500, fault="POST /api was answered 500"),
    "503 and a dialog": PageFacts(status=503, fault="POST /api was answered 503", dialogs=("News",)),
    "a dialog": PageFacts(dialogs=("What is new",)),
    "the panel, without the step's element": PageFacts(is_panel_open=True, is_locator_there=False),
    "no panel, no element": PageFacts(is_locator_there=False),
    "sign-in and everything else": PageFacts(
        status=429, asks_to_sign_in=True, maintenance="down", dialogs=("x",), is_panel_open=True, is_locator_there=False
    ),
    "maintenance and 429": PageFacts(status=429, maintenance="down"),
    "429 and a dialog": PageFacts(status=429, dialogs=("x",)),
}

ORDER = (T, M, S, B, E, R, D, X, F, U)
# Version 1. A row that must change is a new version.
FROZEN: Mapping[str, tuple[FailureClass, ...]] = {
    "nothing": (T, M, S, B, E, R, D, X, F, U),
    "a plain page": (T, M, S, B, E, R, D, X, F, U),
    "sign-in": (S, S, S, B, E, R, S, S, F, U),
    "maintenance": (F, F, S, B, E, R, F, X, F, U),
    "429": (R, R, S, B, E, R, R, X, F, U),
    "too many, in words": (R, R, S, B, E, R, R, X, F, U),
    "500": (T, M, S, B, E, R, D, X, F, U),
    "503 and a dialog": (T, M, S, B, E, R, D, X, F, U),
    "a dialog": (M, M, S, B, E, R, D, X, F, U),
    "the panel, without the step's element": (M, M, S, B, E, R, D, X, F, U),
    "no panel, no element": (T, M, S, B, E, R, D, X, F, U),
    "sign-in and everything else": (S, S, S, B, E, R, S, S, F, U),
    "maintenance and 429": (F, F, S, B, E, R, F, X, F, U),
    "429 and a dialog": (R, R, S, B, E, R, R, X, F, U),
}
ERRORS: Mapping[FailureClass, type[SiteFailure]] = {
    T: site.TooSlow,
    M: site.PanelStuck,
    S: site.SignedOut,
    B: site.BrowserLost,
    E: site.Refused,
    R: site.RateLimited,
    D: site.Drifted,
    X: site.Mismatched,
    F: site.Interrupted,
    U: SiteFailure,
}
ALL = list(itertools.product(FACTS, ORDER))


def test_the_table_is_that_of_this_version_and_has_every_class() -> None:
    assert VERSION == 1
    assert set(ORDER) == set(FailureClass) == set(ERRORS)
    assert set(FROZEN) == set(FACTS)
    assert {found for row in FROZEN.values() for found in row} == set(FailureClass)


@pytest.mark.parametrize(("facts", "believed"), ALL)
def test_a_class_is_weighed_by_the_facts(facts: str, believed: FailureClass) -> None:
    assert weigh(believed, FACTS[facts]) is FROZEN[facts][ORDER.index(believed)]


@pytest.mark.parametrize(("facts", "believed"), ALL)
def test_the_failure_is_of_the_class_that_was_found_and_carries_the_facts(facts: str, believed: FailureClass) -> None:
    error = ERRORS[believed]("the step failed")
    found = explain(error, FACTS[facts], step="run")
    assert classify(found) is classify(error, FACTS[facts]) is FROZEN[facts][ORDER.index(believed)]
    assert found.facts is FACTS[facts]
    if classify(found) is believed and believed is not T:
        assert found is error


@pytest.mark.parametrize(
    ("error", "facts", "words"),
    [
        (site.TooSlow("slow"), "a plain page", "slow; the page is now /test/abc"),
        (site.TooSlow("/test/abc did not open"), "a plain page", "/test/abc did not open"),
        (site.TooSlow("slow"), "500", "slow (POST /api was answered 500)"),
        (site.NothingThere("none"), "500", "none"),
        (site.TooSlow("slow"), "a dialog", "slow; a dialog lies over the page: 'What is new'"),
        (
            site.NeverAppeared("no Run"),
            "the panel, without the step's element",
            "no Run; the New Backtest panel is open without it",
        ),
        (site.Drifted("gone"), "maintenance", "We are down for maintenance"),
        (site.TooSlow("slow"), "sign-in", "the site asked to sign in at the step 'run'"),
        (site.TooSlow("slow"), "429", "the site asks to slow down (429 Too Many Requests), in 7 s at the earliest"),
    ],
)
def test_it_says_what_the_site_said(error: SiteFailure, facts: str, words: str) -> None:
    assert str(explain(error, FACTS[facts], step="run")) == words


def test_the_time_the_site_asked_for_is_kept() -> None:
    found: Any = explain(site.TooSlow("slow"), FACTS["429"], step="run")
    assert found.retry_after == 7
    found = explain(site.TooSlow("slow"), FACTS["too many, in words"], step="run")
    assert found.retry_after is None


@pytest.mark.parametrize("field", ["url", "fault", "banners"])
def test_what_is_told_beside_the_rules_decides_nothing(field: str) -> None:
    told: Any = ("words",) if field == "banners" else "words"
    assert {weigh(believed, replace(NOTHING_KNOWN, **{field: told})) is believed for believed in FailureClass} == {True}


def test_which_failures_speak_of_the_site() -> None:
    errors = [*(kind("x") for kind in ERRORS.values()), site.SiteUnreachable("x"), site.Maintenance("x"), KeyError("x")]
    speaking = {type(error) for error in errors if is_of_the_site(error)}
    assert speaking == {site.TooSlow, site.PanelStuck, site.RateLimited, site.Drifted, site.SiteUnreachable, site.Maintenance}
    assert {type(error) for error in errors if slows_down(error)} == speaking - {site.Drifted}
