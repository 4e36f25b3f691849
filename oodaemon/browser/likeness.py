"""What a saved test is, read from its page and its freshly opened panel, so that an edited one is told from what it was. Pure.

The page alone does not show every field, so the panel counts as well; and the panel does not show what a closed toggle hides, so
what filling it laid open counts too.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from oodaemon.browser.config import read_config
from oodaemon.browser.written import iso_date
from oodaemon.model.config import to_json
from oodaemon.model.reuse import Look

_VERSION = 1
_NOTHING = frozenset({"", "off", "none"})
_DATES = ("start date", "end date")
_FILES = ("csv", "upload", "file")


def look(saved: Mapping[str, Any]) -> Look | None:
    """The look at a saved test that `preparing.prepare` took; None for one whose panel could not be read as a whole, or that rests
    on a file that was uploaded: its content is nowhere to be seen.
    """
    panel = saved.get("panel")
    if not panel:
        return None
    before = panel["before"]
    entries = [tuple(entry[:3]) for entry in before["entries"]]
    dates = [_date_of(entries, label) for label in _DATES]
    if not all(dates) or not before["legs"] or _has_file(entries):
        return None
    config = read_config(saved)
    if (config.start_date or dates[0], config.end_date or dates[1]) != tuple(dates):
        return None  # page and panel tell of different dates
    parts = [_VERSION, to_json(config), entries, before["legs"], before.get("marks")]
    fingerprint = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return Look(fingerprint, *dates)


def laid_open(saved: Mapping[str, Any]) -> str | None:
    """A digest of what filling the panel laid open beside what was asked for, blank or not; None for a panel that was not read."""
    panel = saved.get("panel")
    if not panel:
        return None
    before = Counter(tuple(entry[:3]) for entry in panel["before"]["entries"])
    after = Counter(tuple(entry[:3]) for entry in panel["after"]["entries"] if not entry[3])
    return hashlib.sha256(json.dumps(sorted((after - before).elements())).encode()).hexdigest()


def _date_of(entries: Sequence[tuple[Any, ...]], label: str) -> str:
    found = [str(text) for _, name, text in entries if str(name).strip().casefold() == label]
    return iso_date(found[0]) if len(found) == 1 else ""


def _has_file(entries: Sequence[tuple[Any, ...]]) -> bool:
    return any(_is_file(*map(str, entry)) for entry in entries)


def _is_file(section: str, name: str, text: str) -> bool:
    is_about = any(word in f"{section} {name}".casefold() for word in _FILES)
    return "fakepath" in text.casefold() or (is_about and text.strip().casefold() not in _NOTHING)
