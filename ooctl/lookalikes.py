"""Text for terminals and pipes that know no Unicode: what looks or means alike, as far as there is something."""

from __future__ import annotations

from typing import Final

NAME: Final = "ooctl.lookalikes"
"""Of the error handler, once it is registered."""
_ALIKE: Final = {
    **dict.fromkeys("─━═╌╴╶", "-"),
    **dict.fromkeys("│┃║╎", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╞╡", "+"),
    **dict.fromkeys("█▇▆▅▄▃▂▁■", "#"),
    **dict.fromkeys("–—−‑", "-"),  # noqa: RUF001 - on purpose
    **dict.fromkeys("•●·", "*"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’", "'"),  # noqa: RUF001 - on purpose
    "…": "...",
    "→": "->",
    "×": "x",  # noqa: RUF001 - on purpose
    "≥": ">=",
    "≤": "<=",
    "Δ": "delta",
    "∞": "inf",
    "\N{NO-BREAK SPACE}": " ",
}
_NO_DOT, _LAST_DOT = 0x2800, 0x28FF
"""Braille, of which curves are made."""


def handle(error: UnicodeError) -> tuple[str, int]:
    """An error handler of codecs: what stands for the characters that an encoding lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_alike, error.object[error.start : error.end])), error.end


def _alike(char: str) -> str:
    if char in _ALIKE:
        return _ALIKE[char]
    if _NO_DOT <= ord(char) <= _LAST_DOT:
        return "." if ord(char) > _NO_DOT else " "
    return char.encode("ascii", "backslashreplace").decode("ascii")
