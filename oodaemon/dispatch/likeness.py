"""Which saved tests a few words may mean. Pure; what is not certain is left to a person."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from oodaemon.model.runs import SavedTest

NEAR = 65.0
"""Names from this score on (of 100, by rapidfuzz's WRatio) are worth showing to somebody who mistyped one."""

SHOWN = 5
BEGINNING = 3
"""So many letters stand for a word that begins with them."""

_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The one test that some words mean, or those that they may mean, best first: they fit all of these, or are similar at most."""

    certain: SavedTest | None
    candidates: tuple[SavedTest, ...] = ()
    fits: bool = False


def likeness(reference: str, known: Sequence[SavedTest]) -> Likeness:
    """What part of a name, or a name with a slip, means among `known`.

    Certain is a test only when it alone has all the words of the reference: whole ones in any order, or beginnings of them. Words
    with digits must be whole: `v1` is not `v12`. A name that is merely similar is a candidate and never certain, because the
    one that was meant may not be there: `Thursday Condor` is close to `Tuesday Condor`.
    """
    words = _words(reference)
    if not words:
        return Likeness(None)
    for fits in (_are_all, _are_whole, _are_beginnings):
        found = [test for test in known if any(fits(words, _words(name)) for name in {test.called, test.name})]
        if len(found) == 1:
            return Likeness(found[0])
        if found:
            return Likeness(None, tuple(found), fits=True)
    return Likeness(None, _similar(reference, known))


def _words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())


def _are_all(words: list[str], name: list[str]) -> bool:
    """The same name but for case, spaces and signs."""
    return words == name


def _are_whole(words: list[str], name: list[str]) -> bool:
    return all(word in name for word in words)


def _are_beginnings(words: list[str], name: list[str]) -> bool:
    return all(word in name or (_may_begin(word) and any(other.startswith(word) for other in name)) for word in words)


def _may_begin(word: str) -> bool:
    return word.isalpha() and len(word) >= BEGINNING


def _similar(reference: str, known: Sequence[SavedTest]) -> tuple[SavedTest, ...]:
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - only a name that is not known needs it

    names = [test.called for test in known]
    found = process.extract(reference, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=NEAR, limit=SHOWN)
    return tuple(known[place] for _, _, place in found)
