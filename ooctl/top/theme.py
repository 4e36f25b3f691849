"""The colours of the view: few, and calm."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from ooctl.top.lines import Palette

CALM: Final = Theme(
    name="calm",
    primary="#6f9bc4",
    secondary="#8b98a8",
    accent="#6f9bc4",
    success="#86b38a",
    warning="#d2a75c",
    error="#d0796f",
    foreground="#cfd6df",
    background="#12161b",
    surface="#12161b",
    panel="#1b2129",
    dark=True,
)

COLOURS: Final = Palette(
    good=str(CALM.success),
    busy=str(CALM.primary),
    warn=str(CALM.warning),
    bad=str(CALM.error),
    dim=str(CALM.secondary),
)
PLAIN: Final = Palette(dim="dim")
"""Without colours."""
