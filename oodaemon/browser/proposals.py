"""What a flow that Chrome's Recorder exported says about the recordings: changed locators, as a proposal. Pure."""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oodaemon.browser.recordings import IN_PAGE, ON_ELEMENTS, PLAYABLE
from oodaemon.browser.selectors import for_playwright, is_in_page
from oodaemon.errors import ConfigurationError

IGNORED = frozenset({"setViewport", "customStep", "scroll", "close", "hover", "emulateNetworkConditions"})
"""Steps of an export that say nothing about locators."""

VOLATILE = ("#headlessui", "headlessui-", "[data-v-", '@id="v-', "#v-")
"""Parts of selectors that the site makes up anew at every render."""

Chain = str | Sequence[str]


@dataclass(frozen=True, slots=True)
class Change:
    """New alternatives for one place of the recordings, in the Recorder's syntax; they go before the `old` ones, which stay."""

    place: str
    new: tuple[str, ...]
    old: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Both files as they would be, what changes in them, and steps of the export that match nothing here."""

    flow: Mapping[str, Any]
    named: Mapping[str, Any]
    changes: tuple[Change, ...]
    unmatched: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The proposal for people, as a diff."""
        for change in self.changes:
            yield f"@@ {change.place} @@"
            yield from (f"+ {selector}" for selector in change.new)
            yield from (f"  {selector}" for selector in change.old)
        yield from (f"? {line}" for line in self.unmatched)


def read_export(file: Path) -> list[Mapping[str, Any]]:
    """The steps of an exported flow that can be compared. Raises ConfigurationError: one sentence, what is wrong with it."""
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError([f"cannot read {file}: {error.strerror}"]) from error
    except ValueError as error:
        raise ConfigurationError([f"{file} is no JSON export of Chrome's Recorder: {error}"]) from error
    steps = content.get("steps") if isinstance(content, dict) else None
    if not isinstance(steps, list) or not steps:
        raise ConfigurationError([f"{file} is no JSON export of Chrome's Recorder: it has no list of steps"])
    return [dict(step) for number, step in enumerate(steps, start=1) if _is_of_use(step, number, file)]


def _is_of_use(step: object, number: int, file: Path) -> bool:
    if not isinstance(step, dict) or not isinstance(step.get("type"), str):
        raise ConfigurationError([f"{file}: step {number} is not a step; export the flow again as JSON"])
    if step["type"] in ON_ELEMENTS | {"doubleClick"} and not _is_selectors(step.get("selectors")):
        raise ConfigurationError([f"{file}: step {number} ({step['type']}) has no selectors; export the flow again as JSON"])
    return step["type"] in PLAYABLE and step["type"] not in IGNORED


def _is_selectors(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(c, str) or (isinstance(c, list) and c and all(isinstance(part, str) for part in c)) for c in value)


def propose(flow: Mapping[str, Any], named: Mapping[str, Any], export: Sequence[Mapping[str, Any]]) -> Proposal:
    """Compare an export with the present files, which are not changed.

    Steps are aligned in order: a shared selector or path ties two steps, steps of the same kind between two ties belong together. A
    step whose selectors are all unknown brings new alternatives, also for named locators that share one with the present step.
    """
    new_flow, new_named = copy.deepcopy(dict(flow)), copy.deepcopy(dict(named))
    present = [step for step in new_flow["steps"] if step["type"] in PLAYABLE]
    pairs = align(present, export)
    changes: list[Change] = []
    for mine, theirs in pairs:
        found = _change_step(new_flow, present[mine], export[theirs])
        if found is not None:
            changes.append(found)
            changes += _change_named(new_named, found)
    matched = {theirs for _, theirs in pairs}
    unmatched = tuple(_told(step) for number, step in enumerate(export) if number not in matched and step.get("selectors"))
    return Proposal(new_flow, new_named, tuple(changes), unmatched)


def align(present: Sequence[Mapping[str, Any]], export: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Pairs of positions that belong together, in order, with the greatest sum of likenesses."""
    best = [[0.0] * (len(export) + 1) for _ in range(len(present) + 1)]
    for i in range(len(present) - 1, -1, -1):
        for j in range(len(export) - 1, -1, -1):
            likeness = alike(present[i], export[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + likeness if likeness else 0.0)
    pairs, i, j = [], 0, 0
    while i < len(present) and j < len(export):
        likeness = alike(present[i], export[j])
        if likeness and best[i][j] == best[i + 1][j + 1] + likeness:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def alike(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> float:
    """How much two steps look like one: 0 for different kinds, more for a shared path or selector."""
    if mine["type"] != theirs["type"]:
        return 0.0
    if mine["type"] == "navigate":
        same = _page_kind(mine.get("url", "")) == _page_kind(theirs.get("url", ""))
        return 5.0 if same else 0.0
    if mine["type"] in {"keyDown", "keyUp"}:
        return 1.0 if mine.get("key") == theirs.get("key") else 0.0
    shared = set(_flat(mine)) & set(_flat(theirs))
    return 5.0 if shared else 1.0 + 0.5 * (_secret(mine) == _secret(theirs) != "")


def _page_kind(url: str) -> str:
    """The path of an address without the id of a test."""
    head, _, _ = urlsplit(url).path.strip("/").partition("/") if "/test/" in url else (urlsplit(url).path.strip("/"), "", "")
    return head


def _secret(step: Mapping[str, Any]) -> str:
    """What is typed: an address or a password are told by the selector where the value is hidden."""
    words = " ".join(_flat(step)).lower() + str(step.get("value", "")).lower()
    return "password" if "password" in words else "email" if "email" in words else ""


def _flat(step: Mapping[str, Any]) -> tuple[str, ...]:
    """The alternatives of a step; a chain through shadow roots as one text."""
    return tuple(_joined(chain) for chain in step.get("selectors", ()))


def _joined(chain: Chain) -> str:
    return chain if isinstance(chain, str) else " >> ".join(chain)


def _change_step(flow: Mapping[str, Any], mine: dict[str, Any], theirs: Mapping[str, Any]) -> Change | None:
    old, found = _flat(mine), [selector for selector in _flat(theirs) if not any(part in selector for part in VOLATILE)]
    known = {for_playwright(selector) for selector in old}
    if not found or any(for_playwright(selector) in known for selector in found):
        return None
    mine["selectors"] = [*([selector] for selector in found), *mine["selectors"]]
    return Change(_place(flow, mine), tuple(found), old)


def _place(flow: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    segment, number = "", 0
    for step in flow["steps"]:
        if step["type"] == "customStep" and step.get("name") == "segment":
            segment, number = step["parameters"]["name"], 0
        elif step["type"] in PLAYABLE:
            number += 1
            if step is mine:
                break
    return f"flow {segment}, step {number}: {mine['type']}"


def _change_named(named: dict[str, Any], found: Change) -> Iterator[Change]:
    """Locators of pages that share an alternative with the step that changed."""
    old = {_bare(selector) for selector in found.old}
    for page, names in named["pages"].items():
        for name, alternatives in names.items():
            new = [s for s in found.new if (page, name) not in IN_PAGE or is_in_page(s)]
            if new and old & {_bare(selector) for selector in alternatives}:
                yield Change(f"{page}.{name}", tuple(new), tuple(alternatives))
                names[name] = [*new, *alternatives]


def _bare(selector: str) -> str:
    """The same for a path from the document and from a context node."""
    path = selector.removeprefix("xpath/")
    return path.removeprefix(".").lstrip("/") if path != selector else selector


def _told(step: Mapping[str, Any]) -> str:
    return f"{step['type']} {_flat(step)[0]}: matches no step of the present flow"
