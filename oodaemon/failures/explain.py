"""The failure that the facts make of one that was noticed on the page. Pure."""

from oodaemon.failures.facts import PageFacts
from oodaemon.failures.site import Maintenance, PanelStuck, RateLimited, SignedOut, SiteFailure, TooSlow, classify
from oodaemon.model.tasks import FailureClass


def explain(error: SiteFailure, facts: PageFacts, *, step: str) -> SiteFailure:
    """The failure in the class that `classify(error, facts)` gives it, with the reason that the site said; it carries the facts."""
    found = _translated(error, facts, step)
    found.facts = facts
    return found


def rate_limited(seconds: float | None) -> RateLimited:
    """The failure for an answer 429."""
    when = "" if seconds is None else f", in {seconds:g} s at the earliest"
    return RateLimited(f"the site asks to slow down (429 Too Many Requests){when}", retry_after=seconds)


def _translated(error: SiteFailure, facts: PageFacts, step: str) -> SiteFailure:
    found = classify(error, facts)
    if found is error.failure_class:
        more = _what_was_there(facts, str(error)) if type(error) is TooSlow else ""
        return TooSlow(f"{error}{more}") if more else error
    match found:
        case FailureClass.SESSION:
            return SignedOut(f"the site asked to sign in at the step {step!r}")
        case FailureClass.INTERRUPTED:
            return Maintenance(facts.maintenance)
        case FailureClass.RATE_LIMITED:
            return rate_limited(facts.retry_after)
        case _:
            return PanelStuck(f"{error}; {_in_the_way(facts)}")


def _what_was_there(facts: PageFacts, said: str) -> str:
    if facts.is_faulty:
        return f" ({facts.fault})"
    return f"; the page is now {facts.url}" if facts.url and facts.url not in said else ""


def _in_the_way(facts: PageFacts) -> str:
    return f"a dialog lies over the page: {facts.dialogs[-1]!r}" if facts.dialogs else "the New Backtest panel is open without it"
