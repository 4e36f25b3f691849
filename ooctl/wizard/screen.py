"""Questions on a terminal: drawn below the last line, gone once they are answered, nothing left of them after Ctrl-C."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, VSplit, Window
from prompt_toolkit.layout.containers import VerticalAlign
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from questionary import Question as Prompt
from questionary import Style

from ooctl.render.text import one_line
from ooctl.wizard.listing import Listing, cut
from ooctl.wizard.questions import GoBack, Question

if TYPE_CHECKING:
    from typing import TextIO

    from ooctl.render.formats import Output
    from ooctl.wizard.listing import Fragment

_LABEL: Final = 18
_NARROW: Final = 20
_USUAL: Final = Size(rows=24, columns=80)
_TALLEST: Final = 14
"""Rows of a list: what was answered stays in sight above it."""
_ESCAPE: Final = 0.05
"""Seconds after which Esc is Esc, and not the beginning of a longer key."""
_STYLE: Final = Style(
    [
        ("mark", "fg:ansicyan bold"),
        ("title", "bold"),
        ("pointed", "fg:ansicyan bold"),
        ("group", "underline"),
        ("note", "fg:ansibrightblack"),
        ("told", "fg:ansigreen"),
        ("error", "fg:ansired bold"),
    ]
)
_PLAIN: Final = Style([("mark", "bold"), ("title", "bold"), ("pointed", "bold"), ("group", "underline"), ("error", "bold")])


class Screen:
    """The terminal behind `stdin` and the error stream of `output`; both must be one."""

    def __init__(self, output: Output, stdin: TextIO) -> None:
        self._output, self._stdin = output, stdin
        self._style = _STYLE if output.has_colour else _PLAIN
        # Where the cursor is need not be known, and an answer of the terminal that comes late would be typed into the shell.
        self._terminal = Vt100_Output(output.err, self._dimensions, term=None, enable_cpr=False)

    def ask(self, question: Question, *, error: str, given: Any) -> Any:  # noqa: ANN401 - answers of any kind
        """See Asker."""
        frame = _Frame(self._size, question, error)
        made = self._choosing(frame, question, given) if question.choices else self._typing(frame, question, given)
        return Prompt(made).unsafe_ask()

    def say(self, label: str, text: str) -> None:
        """See Asker."""
        width, _ = self._size()
        self._output.note(cut(f"  {label:<{_LABEL - 2}} {one_line(text)}", width))

    def unsay(self) -> None:
        """See Asker."""
        self._output.err.write("\x1b[1A\x1b[2K")
        self._output.err.flush()

    def wait(self, text: str) -> None:
        """See Asker."""
        self._output.err.write(f"\r\x1b[2K{text}")
        self._output.err.flush()

    def _dimensions(self) -> Size:
        """As the terminal says; 80 by 24 for one that does not know."""
        try:
            found = os.get_terminal_size(self._output.err.fileno())
        except OSError:
            return _USUAL
        return Size(rows=found.lines or _USUAL.rows, columns=found.columns or _USUAL.columns)

    def _size(self) -> tuple[int, int]:
        """Columns, less the last one, where some terminals wrap, and rows."""
        size = self._dimensions()
        return max(size.columns - 1, _NARROW), size.rows

    def _choosing(self, frame: _Frame, question: Question, given: Any) -> Application[Any]:  # noqa: ANN401 - an answer
        listing = [Listing.begin(question, given)]

        def change(to: Callable[[Listing], Listing]) -> None:
            before, listing[0] = listing[0], to(listing[0])
            if listing[0].typed != before.typed:
                frame.forget()

        def shown() -> StyleAndTextTuples:
            return frame.around(listing[0])

        window = Window(FormattedTextControl(shown, focusable=True, show_cursor=False), dont_extend_height=True, wrap_lines=False)
        return self._application(HSplit([window], align=VerticalAlign.TOP), _list_keys(listing, change, question))

    def _typing(self, frame: _Frame, question: Question, given: Any) -> Application[Any]:  # noqa: ANN401 - an answer
        text = str(given if given is not None else question.start or "")
        buffer = Buffer(document=Document(text), multiline=False, on_text_changed=lambda _: frame.forget())
        above = Window(FormattedTextControl(frame.above), dont_extend_height=True)
        mark = Window(FormattedTextControl([("class:mark", "  > ")]), width=4, dont_extend_width=True)
        line = VSplit([mark, Window(BufferControl(buffer), height=1, wrap_lines=False)])
        below = Window(FormattedTextControl(lambda: frame.below(buffer.text)), dont_extend_height=True)
        layout = HSplit([above, line, below], align=VerticalAlign.TOP)
        return self._application(layout, _line_keys(buffer, frame))

    def _application(self, container: HSplit, keys: KeyBindings) -> Application[Any]:
        application: Application[Any] = Application(
            layout=Layout(container),
            key_bindings=_common_keys(keys),
            style=self._style,
            color_depth=None if self._output.has_colour else ColorDepth.DEPTH_1_BIT,
            input=create_input(self._stdin),
            output=self._terminal,
            erase_when_done=True,
            include_default_pygments_style=False,
        )
        application.ttimeoutlen = application.timeoutlen = _ESCAPE
        return application


class _Frame:
    """What stands around a list or a line: the question, what explains it, what is wrong, and the keys."""

    def __init__(self, size: Callable[[], tuple[int, int]], question: Question, error: str) -> None:
        self._size, self.question, self._error = size, question, error

    def complain(self, wrong: str) -> None:
        """Say what is wrong until it is changed."""
        self._error = wrong

    def forget(self) -> None:
        """What was wrong was changed."""
        self._error = ""

    def above(self) -> StyleAndTextTuples:
        """The question and what explains it."""
        return self._joined(self._head(""))

    def around(self, listing: Listing) -> StyleAndTextTuples:
        """All of a list that fits."""
        width, rows = self._size()
        head, tail = self._head(listing.typed), self._tail(listing)
        return self._joined([*head, *listing.lines(width, min(rows - len(head) - len(tail) - 1, _TALLEST)), *tail])

    def below(self, text: str) -> StyleAndTextTuples:
        """What is wrong with a text, or what it means; then the keys."""
        verdict = self.question.judge(text)
        wrong = self._error or (verdict.error if text.strip() else "")
        lines = self._wrapped("class:error", f"! {wrong}" if wrong else "")
        if not wrong and verdict.told:
            lines = self._wrapped("class:told", f"= {verdict.told}")
        if self.question.complete is not None and not wrong:
            lines = self._wrapped("class:note", "  ".join(self.question.complete(text)[:8]))
        return self._joined([*(lines or [[("", "")]]), *self._keys("Enter")])

    def _head(self, typed: str) -> list[list[Fragment]]:
        question = self.question
        title: list[Fragment] = [("class:mark", "? "), ("class:title", question.title)]
        if typed:
            title.append(("", f"  {typed}_"))
        return [title, *(line for text in question.about for line in self._wrapped("", text))]

    def _tail(self, listing: Listing) -> list[list[Fragment]]:
        detail = self._wrapped("class:note", listing.detail()) if any(each.detail for each in self.question.choices) else []
        keys = "Space ticks, Enter" if self.question.is_many else "Up/Down, Enter"
        return [*detail, *self._wrapped("class:error", f"! {self._error}" if self._error else ""), *self._keys(keys)]

    def _keys(self, first: str) -> list[list[Fragment]]:
        width, _ = self._size()
        return [[("class:note", cut(f"  {first}   Esc back   Ctrl-C leave", width))]]

    def _wrapped(self, style: str, text: str) -> list[list[Fragment]]:
        width, _ = self._size()
        return [[(style, f"  {line}")] for line in textwrap.wrap(text, width - 2)] if text else []

    @staticmethod
    def _joined(lines: Sequence[list[Fragment]]) -> StyleAndTextTuples:
        joined: StyleAndTextTuples = []
        for place, line in enumerate(lines):
            joined.extend([("", "\n"), *line] if place else line)
        return joined


def _common_keys(keys: KeyBindings) -> KeyBindings:
    @keys.add(Keys.ControlC)
    @keys.add(Keys.ControlD)
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @keys.add(Keys.Escape)
    def _back(event: KeyPressEvent) -> None:
        event.app.exit(exception=GoBack)

    return keys


def _list_keys(listing: list[Listing], change: Callable[[Callable[[Listing], Listing]], None], question: Question) -> KeyBindings:
    keys = KeyBindings()
    for key, by in ((Keys.Up, -1), (Keys.Down, 1), (Keys.PageUp, -8), (Keys.PageDown, 8), (Keys.Home, -9999), (Keys.End, 9999)):
        keys.add(key)(lambda _, by=by: change(lambda of: of.move(by)))
    keys.add(Keys.Backspace)(lambda _: change(Listing.erase))

    @keys.add(Keys.Any)
    def _type(event: KeyPressEvent) -> None:
        if question.is_many and event.data == " ":
            change(Listing.tick)
        elif event.data.isprintable():
            change(lambda of: of.type(event.data))

    @keys.add(Keys.BracketedPaste)
    def _paste(event: KeyPressEvent) -> None:
        change(lambda of: of.type(one_line(event.data)))

    @keys.add(Keys.Enter)
    def _choose(event: KeyPressEvent) -> None:
        is_answer, value = listing[0].answer()
        if is_answer:
            event.app.exit(result=value)

    return keys


def _line_keys(buffer: Buffer, frame: _Frame) -> KeyBindings:
    keys, question = KeyBindings(), frame.question

    @keys.add(Keys.Enter)
    def _accept(event: KeyPressEvent) -> None:
        wrong = question.judge(buffer.text).error
        if wrong:
            frame.complain(wrong)
        else:
            event.app.exit(result=buffer.text)

    @keys.add(Keys.Tab)
    def _complete(_: KeyPressEvent) -> None:
        found = question.complete(buffer.text) if question.complete is not None else ()
        if found:
            buffer.document = Document(commonprefix(list(found)))  # noqa: RUF071 - of what is typed, not of folders

    return keys
