"""The parts of the view as widgets: each draws a part of the board in the room it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.markup import escape
from textual.widget import Widget

from ooctl.render.text import one_line
from ooctl.top import lines
from ooctl.top.board import Board

if TYPE_CHECKING:
    from textual import events

    from ooctl.records import Record
    from ooctl.top.app import Top


WIDE: Final = 84
"""From here on every key is named."""


class Part(Widget):
    """Draws lines; is drawn anew only when they are others than before."""

    def __init__(self) -> None:
        super().__init__()
        self._board = Board()
        self._drawn: list[Text] = []

    @property
    def view(self) -> Top:
        """The app it is a part of."""
        return self.app  # type: ignore[return-value]  # there is no other one

    def show(self, board: Board) -> None:
        """From now on this is what there is to show."""
        self._board = board
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """The same in another room."""
        self._draw()

    def _draw(self) -> None:
        found = self.draw(self._board, self.size.width, self.size.height)
        for line in found:
            if self.size.width:
                line.truncate(self.size.width, overflow="ellipsis")
        if found != self._drawn:
            self._drawn = found
            self.refresh(layout=self.is_auto)

    is_auto = False
    """As high as it has lines."""

    def draw(self, board: Board, width: int, height: int) -> list[Text]:
        """Its lines."""
        raise NotImplementedError

    def render(self) -> Text:
        """See textual."""
        return Text("\n", no_wrap=True).join(self._drawn)

    def get_content_height(self, *_: object) -> int:
        """See textual."""
        return len(self._drawn)


class Head(Part):
    """The daemon, and whether it answers."""

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as inherited
        """One line."""
        return [lines.head_line(board.daemon, board.trouble, width, self.view.palette)]


class Site(Part):
    """What is in the way of every run; nothing at all when nothing is."""

    is_auto = True

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as inherited
        """One line each, at most three."""
        found = lines.site_lines(board.daemon, board.trouble, width or self.app.size.width, self.view.palette)[:3]
        self.display = bool(found)
        return found


class Runs(Part, can_focus=True):
    """The runs, one of them selected."""

    is_auto = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "move(-10)", "page up", show=False),
        Binding("pagedown", "move(10)", "page down", show=False),
        Binding("home", "move(-1000000)", "first", show=False),
        Binding("end", "move(1000000)", "last", show=False),
    ]

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as high as it may be
        """Those around the selected one."""
        active = sum(1 for run in board.runs if run["ended_at"] is None)
        self.border_title = f"runs · {active} active"
        self.border_subtitle = ""
        if not board.runs:
            text = "waiting for the daemon" if board.daemon is None else 'no run yet; "ooctl submit" or "ooctl run" makes one'
            return [Text(f"  {text}", self.view.palette.dim)]
        chosen = board.selected
        fitted, palette = lines.columns(board.runs, width), self.view.palette
        blocks = [lines.run_lines(run, width, fitted, palette, is_selected=run is chosen) for run in board.runs]
        place = next((place for place, run in enumerate(board.runs) if run is chosen), 0)
        found, hidden = lines.window(blocks, place, self._room())
        self.border_subtitle = f"{hidden} more below" if hidden else ""
        return found

    def _room(self) -> int:
        """What the others leave: they need little when the screen is small."""
        whole = self.app.size.height
        return max(2, min(whole // 3, whole - 15))

    def action_move(self, by: int) -> None:
        """Select another run."""
        self._board.move_run(by)
        self.view.redraw()


class Workers(Part):
    """The browsers, and what each of them does."""

    is_auto = True

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as high as it has lines
        """One line each, as many as there is room for."""
        up = sum(1 for browser in board.browsers if browser["state"] == "UP")
        self.border_title = "browsers · as last seen" if board.trouble else f"browsers · {up} of {len(board.browsers)} up"
        room = max(2, self.app.size.height // 6)
        shown = board.browsers if len(board.browsers) <= room else board.browsers[: room - 1]
        found = [lines.browser_line(each, _work(each, board), width, self.view.palette) for each in shown]
        if len(shown) < len(board.browsers):
            found.append(Text(f"  and {len(board.browsers) - len(shown)} more", self.view.palette.dim))
        return found or [Text("  none is known yet", self.view.palette.dim)]


def _work(browser: Record, board: Board) -> str:
    """The detail of a browser, with the name of the run in place of its id."""
    match (browser["detail"] or "").split():
        case ["run", run_id, "task", index]:
            return f"task {index} of {board.name_of(run_id)}"
        case words:
            return " ".join(words)


class Worth(Part):
    """The best result of the selected run, and its pace."""

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - two lines
        """Two lines."""
        run = board.selected
        best = board.best.get(run["run_id"]) if run is not None else None
        named = "" if run is None else f" · {escape(one_line(run['name'] or run['run_id']))}"
        self.border_title = f"best so far{named}"
        self.border_subtitle = f"of {best.matching} results" if best is not None and best.matching else ""
        return lines.best_lines(best, run, width, self.view.palette)


class Failures(Part, can_focus=True):
    """Failed attempts, newest first, one of them selected."""

    BINDINGS: ClassVar[list[BindingType]] = Runs.BINDINGS

    def draw(self, board: Board, width: int, height: int) -> list[Text]:
        """Those around the selected one."""
        count = len(board.failures)
        self.border_title = f"failed attempts · {count}" if count else "failed attempts"
        if not count:
            return [Text("  none", self.view.palette.dim)]
        chosen = board.failure
        blocks = [
            [lines.failure_line(each, board.name_of(each["run_id"]), width, self.view.palette, is_selected=each is chosen)]
            for each in board.failures
        ]
        place = next((place for place, each in enumerate(board.failures) if each is chosen), 0)
        found, hidden = lines.window(blocks, place, max(1, height))
        self.border_subtitle = f"{hidden} more below" if hidden else ""
        return found

    def action_move(self, by: int) -> None:
        """Select another failure."""
        self._board.move_failure(by)
        self.view.redraw()


class Notice(Part):
    """One line for the user."""

    def __init__(self) -> None:
        super().__init__()
        self._said = Text("")

    def say(self, sentence: str, *, is_bad: bool) -> None:
        """Show it until the next one."""
        palette = self.view.palette
        self._said = Text(f"  {sentence}", palette.bad if is_bad else palette.busy, no_wrap=True, overflow="ellipsis")
        self._draw()

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as inherited
        """What was said last."""
        return [self._said]


class Keys(Part):
    """What the keys do."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        *(("p", "pause"), ("r", "resume"), ("c", "cancel"), ("e", "evidence")),
        *(("\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", "look"), ("tab", "other list"), ("?", "help"), ("q", "quit")),
    )

    def draw(self, board: Board, width: int, height: int) -> list[Text]:  # noqa: ARG002 - as inherited
        """One line; what does not fit is in the help."""
        palette, line = self.view.palette, Text(" ", no_wrap=True, overflow="crop")
        gap = "  " if width >= 72 else " "
        for key, word in self.KEYS:
            if key != "tab" or width >= WIDE:
                line.append(key, palette.strong)
                line.append(f" {word}{gap}", palette.dim)
        return [line]
