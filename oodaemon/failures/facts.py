"""What the page and the site's server showed when a step failed, and what that makes of the failure. Pure."""

from dataclasses import dataclass

from oodaemon.model.tasks import FailureClass

VERSION = 1
"""Of the rules below; kept with every failure that is recorded. A change of what they decide is a new version."""

TOO_MANY, FAULT = 429, 500
TOO_MANY_WORDS = ("too many requests", "rate limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What was known when a step failed.

    `url` is the path of the page. `status` is the refusal of the site's own server that counts (429 before any other), None without
    one; `fault` says which it was, `retry_after` the seconds the site asked for. `banners` are messages beside the page,
    `dialogs` the words of dialogs that are neither the panel nor a sign of a running backtest, `maintenance` the line that says the
    site does not work. `is_locator_there` is about what the step was looking for, None when it looked for nothing by name.
    """

    url: str = ""
    status: int | None = None
    fault: str = ""
    retry_after: float | None = None
    asks_to_sign_in: bool = False
    maintenance: str = ""
    banners: tuple[str, ...] = ()
    dialogs: tuple[str, ...] = ()
    is_panel_open: bool = False
    is_locator_there: bool | None = None

    @property
    def is_limited(self) -> bool:
        """True when the site asked to slow down, by status or in words."""
        said = [banner.casefold() for banner in self.banners]
        return self.status == TOO_MANY or any(words in banner for banner in said for words in TOO_MANY_WORDS)

    @property
    def is_faulty(self) -> bool:
        """True when the server failed at a request of the page."""
        return self.status is not None and self.status >= FAULT


NOTHING_KNOWN = PageFacts()

_T, _M, _D = FailureClass.TIMING, FailureClass.MODAL, FailureClass.DRIFT


def weigh(believed: FailureClass, facts: PageFacts) -> FailureClass:
    """The class of a failure that looked like `believed`, given the facts; the first rule that applies wins.

    Only what is noticed by waiting or looking in vain (timing, modal, drift) can be something else in truth; a mismatch only when
    the page asks to sign in. No progress is `modal` when a dialog lies over the page or the open panel lacks what the step needs,
    and `timing` when the server failed.
    """
    is_doubtful = believed in {_T, _M, _D}
    rules = (
        ((is_doubtful or believed is FailureClass.MISMATCH) and facts.asks_to_sign_in, FailureClass.SESSION),
        (is_doubtful and bool(facts.maintenance), FailureClass.INTERRUPTED),
        (is_doubtful and facts.is_limited, FailureClass.RATE_LIMITED),
        (believed is _T and facts.is_faulty, _T),
        (believed is _T and bool(facts.dialogs), _M),
        (believed is _T and facts.is_panel_open and facts.is_locator_there is False, _M),
    )
    return next((found for applies, found in rules if applies), believed)
