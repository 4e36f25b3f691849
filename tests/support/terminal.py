"""A terminal for tests: a program on a pseudo-terminal, the screen a person would see, and keys.

The screen knows what line editors use: text, line feeds, cursor movements, erasing, colours (counted, not shown). It answers the
questions a program asks its terminal, as real ones do.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from tests.support.process import PATIENCE, ROOT

KEYS: Final[Mapping[str, str]] = {
    "enter": "\r",
    "esc": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "tab": "\t",
    "backspace": "\x7f",
    "ctrl-c": "\x03",
    "ctrl-d": "\x04",
    "ctrl-u": "\x15",
}
_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[([?>=]?)([0-9;:]*)([ -/]*[@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-B0-2]|[=>78cDEHMNOZ])"
)
_BELONG: Final = "import fcntl,os,sys,termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Ctrl-C reaches only those to whom the terminal belongs."""
_QUIET: Final = 0.08


class Screen:
    """Rows of characters and a cursor."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0
        self.colours = 0
        """How often a colour was switched on."""
        self.wrapped = 0
        """How often text ran over the end of a line."""
        self.scrolled: list[str] = []
        self._rest = ""

    def feed(self, text: str) -> str:
        """Show what the program wrote; what the terminal answers."""
        text, answers = self._rest + text, ""
        self._rest, at = "", 0
        while at < len(text):
            if text[at] != "\x1b":
                self._put(text[at])
                at += 1
                continue
            found = _SEQUENCE.match(text, at)
            if found is None:
                self._rest = text[at:]
                assert len(self._rest) < 64, f"the terminal does not know {self._rest[:16]!r}"
                break
            answers += self._obey(found)
            at = found.end()
        return answers

    def text(self) -> str:
        """Everything on the screen."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip()

    def all_text(self) -> str:
        """The same, after what has left it at the top."""
        return "\n".join([*self.scrolled, self.text()])

    def _put(self, char: str) -> None:
        if char == "\r":
            self.x = 0
        elif char == "\n":
            self._feed_line()
        elif char == "\b":
            self.x = max(self.x - 1, 0)
        elif char >= " ":
            if self.x >= self.columns:
                self.wrapped += 1
                self.x = 0
                self._feed_line()
            self.lines[self.y][self.x] = char
            self.x += 1

    def _feed_line(self) -> None:
        if self.y < self.rows - 1:
            self.y += 1
            return
        self.scrolled.append("".join(self.lines.pop(0)).rstrip())
        self.lines.append([" "] * self.columns)

    def _obey(self, found: re.Match[str]) -> str:
        private, numbers, final = found[1], found[2], found[3]
        if final is None:
            return ""
        values = [int(part or 0) for part in re.split("[;:]", numbers or "")]
        count = values[0] or 1
        match final:
            case "A":
                self.y = max(self.y - count, 0)
            case "B":
                self.y = min(self.y + count, self.rows - 1)
            case "C":
                self.x = min(self.x + count, self.columns - 1)
            case "D":
                self.x = max(min(self.x, self.columns - 1) - count, 0)
            case "G":
                self.x = min(count, self.columns) - 1
            case "H":
                self.y, self.x = min(count, self.rows) - 1, min((values[1] if len(values) > 1 else 1) or 1, self.columns) - 1
            case "J" | "K":
                self._erase(final, values[0])
            case "m":
                self.colours += sum(
                    30 <= value <= 37 or 40 <= value <= 47 or 90 <= value <= 107 or value in (38, 48) for value in values
                )
            case "n" if values[0] == 6:
                return f"\x1b[{self.y + 1};{min(self.x, self.columns - 1) + 1}R"
            case "h" | "l" | "q" | "r" | "u" | "t" | "c" | "n":
                pass
            case _:
                raise AssertionError(f"the terminal does not know {private}{numbers}{final}")
        return ""

    def _erase(self, what: str, how: int) -> None:
        if what == "J" and how == 2:
            self.lines = [[" "] * self.columns for _ in range(self.rows)]
            return
        first, last = (0, self.columns) if how == 2 else (self.x, self.columns) if how == 0 else (0, self.x + 1)
        for x in range(min(first, self.columns), min(last, self.columns)):
            self.lines[self.y][x] = " "
        if what == "J" and how == 0:
            for y in range(self.y + 1, self.rows):
                self.lines[y] = [" "] * self.columns


class Terminal:
    """A program that believes it talks to a person."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 80, rows: int = 24, cwd: object = ROOT
    ) -> None:
        self.screen = Screen(columns, rows)
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(theirs)
        environment = {**env, "TERM": "xterm-256color", "COLUMNS": "", "LINES": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _BELONG, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            cwd=str(cwd),
            start_new_session=True,
        )
        self._theirs = theirs
        self.raw = ""
        """Everything the program wrote."""

    def settings(self) -> list[object]:
        """How the terminal is set now, to be compared with `before`."""
        return list(termios.tcgetattr(self._theirs))

    def read(self, seconds: float) -> bool:
        """Show what comes within so many seconds; whether anything did."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return False
        with suppress(OSError):
            text = os.read(self._ours, 65536).decode("utf-8", "replace")
            self.raw += text
            if answer := self.screen.feed(text):
                os.write(self._ours, answer.encode())
            return bool(text)
        return False

    def expect(self, text: str, *, within: float = PATIENCE) -> str:
        """Wait until the screen shows a text and stands still; the screen."""
        return self.until(lambda screen: text in screen, f"{text!r}", within=within)

    def until(self, is_true: Callable[[str], bool], what: str, *, within: float = PATIENCE) -> str:
        """Wait until something holds for the screen and it stands still; the screen."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            moved = self.read(_QUIET)
            if not moved and is_true(self.screen.text()):
                return self.screen.text()
            if not moved and self.process.poll() is not None:
                break
        raise AssertionError(f"no {what} on the screen:\n{self.screen.all_text()}\n-- exit code {self.process.poll()}")

    def press(self, *keys: str) -> None:
        """Send keys by name, or text as it stands."""
        for key in keys:
            os.write(self._ours, KEYS.get(key, key).encode())
            # A person is no faster, and Esc is Esc only when nothing follows at once.
            while self.read(_QUIET):
                pass

    def answer(self, question: str, *keys: str) -> str:
        """Wait for a question, then press keys; the screen before them."""
        shown = self.expect(question)
        self.press(*keys)
        return shown

    def end(self, *, within: float = PATIENCE) -> int:
        """Wait until the program ends; its exit code."""
        deadline = time.monotonic() + within
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(_QUIET)
        while self.read(_QUIET):
            pass
        code = self.process.poll()
        assert code is not None, f"it does not end:\n{self.screen.all_text()}"
        return code

    def close(self) -> None:
        """End the program if it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._theirs)
        os.close(self._ours)


@contextmanager
def terminal(command: Sequence[str], env: Mapping[str, str], **settings: object) -> Iterator[Terminal]:
    """A program on a terminal of its own, ended with the block."""
    shown = Terminal(command, env, **settings)  # type: ignore[arg-type]  # columns, rows and cwd
    try:
        yield shown
    finally:
        shown.close()
