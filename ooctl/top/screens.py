"""What lies over the view for a moment: a question, the details of a run, the help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

HELP: Final = (
    ("up, down", "select a run, or a failure"),
    ("tab", "go to the other list"),
    ("enter", "all about the selected run"),
    ("p", "pause it, once what runs is done"),
    ("r", "resume it"),
    ("c", "cancel it for good; asks first"),
    ("e", "evidence of the selected failure"),
    ("q, Ctrl-C", "leave; runs go on"),
)


class Question(ModalScreen[bool]):
    """A question that is answered with y or n."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "yes"),
        Binding("n,escape,q", "answer(False)", "no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and what answers it."""
        with Vertical(classes="sheet"):
            yield Static(Text(self._question))
            yield Static(Text("\ny yes    n no", style="bold"))

    def action_answer(self, is_yes: bool) -> None:  # noqa: FBT001 - textual passes it so
        """Close with the answer."""
        self.dismiss(is_yes)


class Sheet(ModalScreen[None]):
    """Lines to read; closed by escape, enter or q."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,question_mark", "close", "close")]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title, self._lines = title, lines

    def compose(self) -> ComposeResult:
        """The lines, with as much of them as fits."""
        with VerticalScroll(classes="sheet") as sheet:
            sheet.border_title, sheet.border_subtitle = self._title, "escape closes"
            yield Static(Text("\n".join(self._lines)))

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


class Details(Sheet):
    """Everything about a run."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("run", lines)


class Help(Sheet):
    """The keys."""

    def __init__(self) -> None:
        super().__init__("keys", [f"{key:<12}{what}" for key, what in HELP])
