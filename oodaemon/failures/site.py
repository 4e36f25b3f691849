"""What can go wrong between us and the site, as exceptions; each knows its class and says one sentence for people."""

from collections.abc import Mapping
from typing import Any, ClassVar

from oodaemon.errors import OODaemonError
from oodaemon.failures.facts import NOTHING_KNOWN, PageFacts, weigh
from oodaemon.model.tasks import FailureClass, Figures


class SiteFailure(OODaemonError):
    """An attempt cannot go on. `is_page_dirty`: the page may hold half of something and must be thrown away.

    `facts` are what the page showed then, None where nobody looked.
    """

    failure_class: ClassVar[FailureClass] = FailureClass.BUG
    is_page_dirty: ClassVar[bool] = True
    facts: PageFacts | None = None


class TooSlow(SiteFailure):
    """A step missed its deadline, or the network failed."""

    failure_class = FailureClass.TIMING


class NeverAppeared(TooSlow):
    """What a recorded step waits for did not come to the page."""


class NothingThere(TooSlow):
    """The page at the address of a test stands still and shows none: there is no such test, or the page did not load."""


class SiteUnreachable(SiteFailure):
    """The network or the site does not answer at all. No task's fault: the lease is given back and the site is waited for."""

    failure_class = FailureClass.INTERRUPTED


class NotLetIn(SiteFailure):
    """Signing in did not work, for a reason that passes: the network, the site's server, or too little patience of ours."""

    failure_class = FailureClass.TIMING


class SignInUnclear(NotLetIn):
    """Signing in did not work, and the credentials may be refused or not: nothing to try often."""


class Maintenance(SiteUnreachable):
    """The site says that it does not work for the time being; the message holds its words."""


class PanelStuck(SiteFailure):
    """The panel or a dialog would not open, render or close."""

    failure_class = FailureClass.MODAL


class SignedOut(SiteFailure):
    """The site wants us to sign in again."""

    failure_class = FailureClass.SESSION


class BrowserLost(SiteFailure):
    """The browser, its page or its driver is gone or does not answer."""

    failure_class = FailureClass.BROWSER


class Refused(SiteFailure):
    """The site does not take these parameters; the message is the site's own reason."""

    failure_class = FailureClass.SITE_ERROR


class NotApplicable(Refused):
    """The test has no leg or field that a parameter of the run needs, so no task of the run can do better.

    `saved` is the state of the page of the saved test, where it was read.
    """

    saved: Mapping[str, Any] | None = None


class RateLimited(SiteFailure):
    """The site asked to slow down; `retry_after` is for how many seconds, None when it did not say."""

    failure_class = FailureClass.RATE_LIMITED

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Drifted(SiteFailure):
    """A named locator found nothing, or more than one thing: the site changed or the recording is wrong.

    `locator` is what is called so for people, as `"Profit Target" in "Profit & Loss"`; without one the message stands for it.
    """

    failure_class = FailureClass.DRIFT

    def __init__(self, message: str, *, locator: str = "") -> None:
        self.locator = locator or message
        super().__init__(message)


class Mismatched(SiteFailure):
    """The page shows figures, but does not prove that they belong to the parameters asked for.

    `figures` are those it shows, where they could be read; never a result, but a person may look at them.
    """

    failure_class = FailureClass.MISMATCH

    def __init__(self, message: str, *, figures: Figures | None = None) -> None:
        self.figures = figures
        super().__init__(message)


class Interrupted(SiteFailure):
    """We stopped it ourselves."""

    failure_class = FailureClass.INTERRUPTED


def classify(error: BaseException, facts: PageFacts = NOTHING_KNOWN) -> FailureClass:
    """The class of whatever ended an attempt, by the rules of `facts.VERSION`; what nobody knows is a defect of ours.

    A group counts as its one distinct class, else as a defect. `explain.explain` makes the failure that goes with the class.
    """
    if isinstance(error, SiteFailure):
        return weigh(error.failure_class, facts)
    if isinstance(error, BaseExceptionGroup):
        classes = {classify(inner, facts) for inner in error.exceptions}
        return classes.pop() if len(classes) == 1 else FailureClass.BUG
    return FailureClass.BUG


def is_of_the_site(error: BaseException) -> bool:
    """True for failures that speak of the site, not of one task, of our browsers, or of us: it is slow, stuck, down, or changed."""
    return isinstance(error, SiteUnreachable) or classify(error) in {
        FailureClass.TIMING,
        FailureClass.MODAL,
        FailureClass.RATE_LIMITED,
        FailureClass.DRIFT,
    }


def slows_down(error: BaseException) -> bool:
    """True for failures of the site that asking more slowly may help against: not drift, whose verdict would only come later."""
    return is_of_the_site(error) and classify(error) is not FailureClass.DRIFT
