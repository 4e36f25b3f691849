"""A terminal for programs that fill the screen: a pseudo-terminal, and what would stand on it."""

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
from collections.abc import Mapping
from typing import Self

from tests.support.process import CLEAN, ROOT

_TOKEN = re.compile(
    r"\x1b\[(?P<args>[0-9;?<>=]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"
    r"|\x1b(?![\[\]PX^_])[ -/]*[0-~]"
    r"|(?P<text>[^\x1b])",
    re.DOTALL,
)


class Screen:
    """What a terminal shows: cells, moved over by the few sequences that full-screen programs use."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [[" "] * width for _ in range(height)]
        self._x = self._y = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """Take what the program wrote; a sequence that is cut off waits for its end."""
        text, self._rest = self._rest + text, ""
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                self._rest = text[place:]
                return
            place = found.end()
            if found["text"] is not None:
                self._put(found["text"])
            elif found["final"] is not None:
                self._control(found["final"], found["args"])

    def _put(self, char: str) -> None:
        match char:
            case "\r":
                self._x = 0
            case "\n":
                self._y = min(self._y + 1, self.height - 1)
            case _ if char.isprintable():
                if self._x < self.width:
                    self._rows[self._y][self._x] = char
                self._x += 1

    def _control(self, final: str, args: str) -> None:
        numbers = [int(each or 0) for each in args.split(";")] if args.replace(";", "").isdigit() else []
        match final:
            case "H":
                y, x = [*numbers, 1, 1][:2] if numbers else (1, 1)
                self._y, self._x = min(max(y, 1), self.height) - 1, max(x, 1) - 1
            case "J":
                self._rows = [[" "] * self.width for _ in range(self.height)]

    @property
    def text(self) -> str:
        """Everything, line by line."""
        return "\n".join("".join(row).rstrip() for row in self._rows)


class FullScreen:
    """The client on a terminal of its own, in a process; a context manager that ends it whatever happens."""

    def __init__(self, *args: str, size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None) -> None:
        self.screen = Screen(*size)
        self.raw = ""
        """Everything that was written, with all its sequences."""
        self._terminal, theirs = pty.openpty()
        _resize(theirs, size)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ooctl", *args],
            cwd=ROOT,
            env={**CLEAN, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._terminal)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._terminal, keys.encode())

    def resize(self, width: int, height: int, *, is_told: bool = True) -> None:
        """Make the window as large as this; the view may miss that it is told so."""
        self.screen = Screen(width, height)
        _resize(self._terminal, (width, height))
        if is_told:
            os.kill(self.process.pid, signal.SIGWINCH)

    def wait_for(self, *patterns: str, within: float = 180) -> str:
        """The screen once all of these regular expressions are found on it."""
        deadline = time.monotonic() + within
        while not all(re.search(pattern, self.screen.text) for pattern in patterns):
            left = deadline - time.monotonic()
            assert left > 0, f"not within {within:g} s: {patterns}\n{self.screen.text}"
            assert self._read(left), f"the view ended ({self.process.poll()}) before {patterns}\n{self.raw[-3000:]}"
        return self.screen.text

    def wait_ended(self, within: float = 180) -> int:
        """The exit code."""
        deadline = time.monotonic() + within
        while self._read(max(0.0, deadline - time.monotonic())):
            assert time.monotonic() < deadline, f"it goes on:\n{self.screen.text}"
        return self.process.wait(within)

    def _read(self, seconds: float) -> bool:
        """Take what comes; False at the end of the program."""
        ready, _, _ = select.select([self._terminal], [], [], min(seconds, 1))
        if not ready:
            return True
        try:
            data = os.read(self._terminal, 65_536)
        except OSError:  # nobody has the other side open any more
            return False
        text = data.decode("utf-8", "replace")
        self.raw += text
        self.screen.feed(text)
        return bool(data)


def _resize(terminal: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
