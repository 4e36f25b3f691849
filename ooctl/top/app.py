"""The full-screen view. Importing this module imports textual."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from ooctl.exits import ClientError, ExitStatus, status_of_run
from ooctl.render.views import state_line
from ooctl.top.board import Board
from ooctl.top.panels import Failures, Head, Keys, Notice, Runs, Site, Workers, Worth
from ooctl.top.screens import Details, Help, Question
from ooctl.top.theme import CALM, COLOURS, PLAIN

if TYPE_CHECKING:
    from ooctl.records import Record
    from ooctl.session import Session
    from ooctl.top.source import Best, Look, Source


class Told(Message):
    """Something the source told, as what to do with it in the thread of the view."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self.act = act


class Top(App[ExitStatus]):
    """Runs, browsers, the best result and failures, as they are now. Ends with an exit code."""

    TITLE = "ooctl top"
    CSS_PATH = "top.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "pause"),
        Binding("r", "resume", "resume"),
        Binding("c", "cancel", "cancel"),
        Binding("e", "evidence", "evidence"),
        Binding("enter", "details", "details"),
        Binding("question_mark,h", "help", "help"),
        Binding("q", "leave", "quit"),
        Binding("ctrl+c", "interrupt", "quit", priority=True),
    ]

    def __init__(self, source: Source, *, watched: str | None = None, has_colour: bool = True) -> None:
        """`watched` is the only run to be shown; with it the view ends as the run does."""
        super().__init__(ansi_color=not has_colour)
        self.source, self.board = source, Board(watched)
        self.palette = COLOURS if has_colour else PLAIN
        self.farewell: Record | None = None
        """The run that ended the view."""
        self.register_theme(CALM)
        if has_colour:
            self.theme = CALM.name

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield Head()
        yield Site()
        yield Runs()
        yield Workers()
        yield Worth()
        yield Failures()
        yield Notice()
        yield Keys()

    def on_mount(self) -> None:
        """Begin to look."""
        self.query_one(Runs).focus()
        self.source.start(self)
        if not self.is_headless:
            self.set_interval(1, self.fit)

    def fit(self) -> None:
        """Take the size that the terminal has: what was told of it while a screen was opened or closed may have been missed."""
        with suppress(OSError):
            size = Size(*os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1))
            if not self.size == self.screen.size == size:
                self.post_message(events.Resize(size, size))

    def on_unmount(self) -> None:
        """Look no more."""
        self.source.stop()

    # What the source tells, from threads of its own: handed over as messages, in their order.

    def looked(self, look: Look) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self.board.look(look)))

    def happened(self, event: Record) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self.board.event(event)))

    def failed(self, failures: Sequence[Record]) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self.board.failed(failures)))

    def found_best(self, best: Best) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self.board.best.__setitem__(best.run_id, best)))

    def lost(self, sentence: str) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self._set_trouble(f"trying again: {sentence}")))

    def back(self) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self._set_trouble("")))

    def ended(self, run: Record) -> None:
        """See `source.Scene`."""
        self.post_message(Told(lambda: self._end(run)))

    def on_told(self, message: Told) -> None:
        """Take it, and draw what changed."""
        message.act()
        self.redraw()

    def redraw(self) -> None:
        """Draw everything; parts that look as before cost nothing."""
        if self.board.selected is not None:
            self.source.select(self.board.selected["run_id"])
        for kind in (Head, Site, Runs, Workers, Worth, Failures):
            for part in self.query(kind):
                part.show(self.board)

    def _set_trouble(self, sentence: str) -> None:
        if self.board.trouble and not sentence:
            self.say("the daemon is back")
        self.board.trouble = sentence

    def _end(self, run: Record) -> None:
        self.board.replace(run)
        if run["run_id"] == self.board.watched:
            self.farewell = run
            self.exit(status_of_run(run["phase"], skipped=run["tasks"]["skipped"]))
        else:
            self.say(f"ended: {state_line(run)}")

    def say(self, sentence: str, *, is_bad: bool = False) -> None:
        """One line for the user, until the next one."""
        for notice in self.query(Notice):
            notice.say(sentence, is_bad=is_bad)

    # What the user asks for.

    def action_pause(self) -> None:
        """Pause the selected run."""
        self._order("pause", self.source.pause)

    def action_resume(self) -> None:
        """Resume the selected run."""
        self._order("resume", self.source.resume)

    def action_cancel(self) -> None:
        """Cancel the selected run, once that was confirmed."""
        run = self.board.selected
        if run is None:
            self.say("there is no run to cancel", is_bad=True)
            return
        run_id = run["run_id"]

        def decide(is_sure: bool | None) -> None:  # noqa: FBT001 - textual calls it so
            if is_sure:
                self._order("cancel", self.source.cancel, run_id)
            else:
                self.say("nothing was cancelled")

        self.push_screen(Question(f"Cancel {run['name'] or run_id} for good? Results so far stay."), decide)

    def _order(self, verb: str, give: Callable[[str], Record], run_id: str = "") -> None:
        chosen = self.board.selected
        run_id = run_id or (chosen["run_id"] if chosen is not None else "")
        if not run_id:
            self.say(f"there is no run to {verb}", is_bad=True)
            return
        self.say(f"{verb}: asked for")

        def take(run: Record) -> None:
            self.board.replace(run)
            self.say(f"{verb}: {state_line(run)}")
            self.redraw()

        self._in_thread(lambda: give(run_id), take)

    def action_evidence(self) -> None:
        """Save and open what is kept of the selected failure."""
        failure = self.board.failure
        if failure is None:
            self.say("there is no failure to look at", is_bad=True)
            return
        ids = failure["run_id"], failure["index"], failure["attempt_id"]
        self.say(f"evidence of task {failure['index']}: being fetched")
        self._in_thread(lambda: self.source.evidence(*ids), lambda paths: self.say(f"evidence is in {paths[0].parent}"))

    def action_details(self) -> None:
        """Show everything about the selected run."""
        run = self.board.selected
        if run is None:
            self.say("there is no run to look at", is_bad=True)
            return
        run_id = run["run_id"]
        self._in_thread(lambda: self.source.details(run_id), self._show_details)

    def _show_details(self, lines: Sequence[str]) -> None:
        self.push_screen(Details(lines))

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_leave(self) -> None:
        """Leave; nothing else ends."""
        self.exit(ExitStatus.OK)

    def action_interrupt(self) -> None:
        """Ctrl-C: the same, with the exit code that says so."""
        self.exit(ExitStatus.INTERRUPTED)

    def interrupt(self) -> None:
        """The same from another thread, for a signal: textual ends in disorder when a KeyboardInterrupt goes through it."""
        self.post_message(Told(self.action_interrupt))

    def _in_thread(self, ask: Callable[[], object], take: Callable[..., None]) -> None:
        """Ask the daemon without holding the view up; what it refuses is told."""

        def work() -> None:
            try:
                answer = ask()
            except ClientError as error:
                sentence = "; ".join((error.sentence, *error.details))
                self.post_message(Told(lambda: self.say(sentence, is_bad=True)))
            else:
                self.post_message(Told(partial(take, answer)))

        self.run_worker(work, thread=True, exit_on_error=True)


FAREWELL: Final = "left the view; what it showed goes on"


def show(session: Session, watched: str | None) -> ExitStatus:
    """Run the view on the daemon of the session, and say at the end what `ooctl watch` says."""
    from ooctl.top.live import LiveSource  # noqa: PLC0415 - the view can be had without gRPC

    view = Top(LiveSource(session.connect, session.env), watched=watched, has_colour=session.output.has_colour)
    before = signal.signal(signal.SIGINT, lambda *_: threading.Thread(target=view.interrupt).start())
    try:
        status = view.run(mouse=False)
    finally:
        signal.signal(signal.SIGINT, before)
    if view.farewell is not None:
        session.output.note(f"ended: {state_line(view.farewell)}")
    elif watched is not None:
        session.output.note(f'stopped watching; the run {watched} goes on ("ooctl cancel {watched}" would end it)')
    elif status is ExitStatus.INTERRUPTED:
        session.output.note(FAREWELL)
    return ExitStatus.FAILED if status is None else status
