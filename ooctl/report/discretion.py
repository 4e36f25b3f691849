"""What a page that is sent to others must not tell: addresses of people and machines, and places on a disk."""

from __future__ import annotations

import re
from typing import Final

_SECRETS: Final = (
    (re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE), "(link)"),
    (re.compile(r"\S+@\S+"), "(address)"),
    (re.compile(r"\b[A-Za-z]:\\\S+|\\\\\S+"), "(path)"),
    (re.compile(r"(?<![\w.)])(?:~|\.{1,2})?(?:/[\w.+@-]+){2,}/?|~/\S+"), "(path)"),
    (
        re.compile(
            r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\blocalhost(?::\d+)?\b|\[[0-9a-f:]*:[0-9a-f:]*\](?::\d+)?", re.IGNORECASE
        ),
        "(host)",
    ),
    (
        re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|local|lan|internal|example|test|home)\b(?::\d+)?", re.IGNORECASE),
        "(host)",
    ),
)


def discreet(text: str) -> str:
    """The text without e-mail addresses, links, hosts and paths; a word in brackets stands for each."""
    for pattern, word in _SECRETS:
        text = pattern.sub(word, text)
    return text
