"""What can go wrong on the site on purpose: the names, how they are asked for, and when each of them strikes."""

import difflib
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping

FAULTS: Mapping[str, str] = {
    "late_hydration": "the fields of the panel come late_seconds later",
    "panel_never_renders": "the panel opens and never gets any fields",
    "stuck_panel": "Run, Cancel and Esc do nothing",
    "late_popup": "the previous page stays and the running popup comes late_seconds later",
    "endless_popup": "the running popup never leaves",
    "error_toast": "the run ends with an error message and without a result",
    "redirect_to_list": "opening a test, or a run that is half done, ends at the list of tests",
    "late_redirect": "the page of a test gives way to the list of tests a moment after it was shown",
    "signed_out_mid_run": "the session ends when a run is half done",
    "http_429": "a page, or a run, is refused with 429 and Retry-After",
    "http_503": "a page, or a run, is refused with 503",
    "connection_reset": "the connection is cut while a page, or the answer to Run, is awaited",
    "maintenance_text": "instead of a result the page says that tests cannot be completed",
    "announcement": "a dialog of news lies over the page of a test until it is closed",
    "blocked_script": "a script of the page blocks it for blocked_seconds, after opening a test or after Run",
    "renamed_label": "labels of the panel read otherwise: see renamed",
    "moved_field": "fields stand in another section: see moved",
    "count_up": "the figures of a result run up to their values",
    "failed_export": "exporting the trade log fails",
    "slow_list": "the rows of the list of tests come late_seconds later",
    "stale_page": "the figures of the previous run stay for stale_seconds: see stale_parts",
    "sign_in_cut": "the connection is cut while signing in, and the form says auth/network-request-failed",
    "sign_in_503": "signing in is refused with 503, and the form says that it failed",
    "sign_in_unclear": "signing in does not work, and the form says only that it failed",
    "sign_in_limited": "signing in is refused as if the account had been tried too often, with Retry-After",
    "cached_test": "without a session the page of a test is drawn all the same, without what needs one",
    "alert_icon": "the header of a test has an icon of alerts that never stands still",
}


class InvalidFault(ValueError):
    """A fault that cannot be asked for; the text says why."""


def near(word: str, words: Iterable[str]) -> str:
    """ "; did you mean ...?" for a misspelt word, else nothing."""
    found = difflib.get_close_matches(word, list(words), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def probability(name: str, value: object) -> float:
    """The checked probability of a fault. Raises InvalidFault for unknown names and for what is none."""
    if name not in FAULTS:
        known = ", ".join(FAULTS)
        raise InvalidFault(f"there is no fault {name!r}{near(name, FAULTS) or f'; known are {known}'}")
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= 1:
        return float(value)
    raise InvalidFault(f"the probability of the fault {name} must be a number from 0 to 1, not {value!r}")


def parse_faults(texts: Iterable[str]) -> dict[str, float]:
    """Faults as they are written on a command line: `stale_page=0.2`, or a name alone for always.

    Raises InvalidFault.
    """
    faults = {}
    for text in texts:
        name, equals, number = text.partition("=")
        try:
            value = float(number) if equals else 1.0
        except ValueError:
            raise InvalidFault(f"the probability of the fault {name} must be a number from 0 to 1, not {number!r}") from None
        faults[name.strip()] = probability(name.strip(), value)
    return faults


class Draws:
    """Decides when faults strike, each by a sequence of its own from one seed, and counts them."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn: Counter[str] = Counter()
        self._struck: Counter[str] = Counter()

    def strikes(self, name: str, chance: float) -> bool:
        """Whether the fault strikes on this occasion. Occasions of a chance of 0 are not counted."""
        if chance <= 0:
            return False
        self._drawn[name] += 1
        struck = random.Random(f"{self._seed}:{name}:{self._drawn[name]}").random() < chance  # noqa: S311  # not a secret
        self._struck[name] += struck
        return struck

    def counts(self, chances: Mapping[str, float]) -> dict[str, dict[str, object]]:
        """Every fault with its probability, how often it could have struck, how often it did, and what it does."""
        return {
            name: {
                "probability": chances.get(name, 0.0),
                "drawn": self._drawn[name],
                "struck": self._struck[name],
                "about": about,
            }
            for name, about in FAULTS.items()
        }
