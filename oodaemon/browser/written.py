"""How pages write things that can be written in several ways. Pure."""

import datetime
from functools import lru_cache

DELTAS = {"∆": "Δ", "δ": "Δ"}
"""Other characters that pages use for the Greek capital delta."""

_DATES = ("%B %d, %Y", "%b %d, %Y", "%m/%d/%Y", "%Y-%m-%d")


@lru_cache(maxsize=4096)
def iso_date(text: str) -> str:
    """A date as pages write it, in ISO 8601; an empty text for anything else."""
    for form in _DATES:
        try:
            return datetime.datetime.strptime(text.strip().rstrip(",;"), form).date().isoformat()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    return ""
