"""Failures of the site: their classes, alone and in groups."""

import pytest

from oodaemon.dispatch.waiting import NotStarted
from oodaemon.errors import OODaemonError, Unavailable
from oodaemon.failures import site
from oodaemon.failures.site import SiteFailure, classify
from oodaemon.model.tasks import FailureClass

CLASSES = {
    site.TooSlow: FailureClass.TIMING,
    site.NothingThere: FailureClass.TIMING,
    site.NeverAppeared: FailureClass.TIMING,
    site.NotLetIn: FailureClass.TIMING,
    site.SignInUnclear: FailureClass.TIMING,
    site.SiteUnreachable: FailureClass.INTERRUPTED,
    site.PanelStuck: FailureClass.MODAL,
    site.SignedOut: FailureClass.SESSION,
    site.BrowserLost: FailureClass.BROWSER,
    site.Refused: FailureClass.SITE_ERROR,
    site.NotApplicable: FailureClass.SITE_ERROR,
    site.Maintenance: FailureClass.INTERRUPTED,
    site.RateLimited: FailureClass.RATE_LIMITED,
    site.Drifted: FailureClass.DRIFT,
    site.Mismatched: FailureClass.MISMATCH,
    site.Interrupted: FailureClass.INTERRUPTED,
    site.SiteFailure: FailureClass.BUG,
}


def test_no_failure_is_forgotten_here() -> None:
    defined = {thing for thing in vars(site).values() if isinstance(thing, type) and issubclass(thing, SiteFailure)}
    assert defined == set(CLASSES)
    assert set(CLASSES.values()) == set(FailureClass)


@pytest.mark.parametrize(("kind", "failure_class"), CLASSES.items(), ids=lambda x: getattr(x, "__name__", str(x)))
def test_a_failure_has_its_class_and_says_its_sentence(kind: type[SiteFailure], failure_class: FailureClass) -> None:
    error = kind("the sentence")
    assert classify(error) is failure_class
    assert str(error) == "the sentence"
    assert isinstance(error, OODaemonError)


def test_a_lease_given_back_is_an_interruption() -> None:
    assert classify(NotStarted("paused")) is FailureClass.INTERRUPTED


@pytest.mark.parametrize("error", [KeyError("x"), RuntimeError("x"), Unavailable("x"), KeyboardInterrupt()], ids=repr)
def test_anything_else_is_a_defect_of_ours(error: BaseException) -> None:
    assert classify(error) is FailureClass.BUG


def group(*errors: BaseException) -> BaseExceptionGroup[BaseException]:
    return BaseExceptionGroup("together", errors)


@pytest.mark.parametrize(
    ("error", "failure_class"),
    [
        (group(site.TooSlow("x")), FailureClass.TIMING),
        (group(site.TooSlow("x"), site.TooSlow("y")), FailureClass.TIMING),
        (group(group(site.BrowserLost("x")), site.BrowserLost("y")), FailureClass.BROWSER),
        (group(site.TooSlow("x"), site.BrowserLost("y")), FailureClass.BUG),
        (group(site.TooSlow("x"), KeyError("y")), FailureClass.BUG),
        (group(group(site.TooSlow("x"), site.SignedOut("y")), site.TooSlow("z")), FailureClass.BUG),
    ],
)
def test_a_group_counts_as_its_one_class_or_as_a_defect(error: BaseException, failure_class: FailureClass) -> None:
    assert classify(error) is failure_class


@pytest.mark.parametrize("kind", CLASSES, ids=lambda k: k.__name__)
def test_a_page_on_which_something_failed_is_not_trusted(kind: type[SiteFailure]) -> None:
    assert kind.is_page_dirty
