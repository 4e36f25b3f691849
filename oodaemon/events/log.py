"""The newest lines of the log, kept in memory for whoever asks: numbered, bounded, never waited for by whoever writes them."""

import datetime
import enum
import itertools
import secrets
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import trio

from oodaemon.events.watch import Closed

LINES = 5_000
LONGEST = 4_000
"""Characters of one text of a line; what is longer is in the log itself."""


class Level(enum.IntEnum):
    """How much a line matters."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `seq` counts from 1 with each start of the daemon."""

    seq: int
    logged_at: datetime.datetime
    level: Level
    event: str
    fields: Mapping[str, str]

    def tells_of(self, run_id: str) -> bool:
        """Whether the full id of a run is in it."""
        return run_id in self.event or any(run_id in text for text in self.fields.values())


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in their order; `seq` is the place after them, `missed` how many before them are kept no more."""

    lines: tuple[Line, ...]
    seq: int
    missed: int
    is_last: bool


class LogBook:
    """A ring of lines. Readers are only numbers: nothing is kept per reader, and none delays another or the writer."""

    def __init__(self, lines: int = LINES) -> None:
        self.log_id = secrets.token_hex(8)
        """Tells the lines of this start from those of any other."""
        self._lines: deque[Line] = deque(maxlen=lines)
        self._lock = threading.Lock()
        self._head = 0
        self._waiting = trio.lowlevel.ParkingLot()
        self._token: trio.lowlevel.TrioToken | None = None
        self._is_closed = False

    def add(self, logged_at: datetime.datetime, level: Level, event: str, fields: Mapping[str, str]) -> None:
        """Keep a line that tells no secret; the oldest one goes when there is no room. From any thread."""
        kept = {name: _clipped(text) for name, text in fields.items()}
        with self._lock:
            self._head += 1
            self._lines.append(Line(self._head, logged_at, level, _clipped(event), kept))
        if self._token is not None:
            with suppress(trio.RunFinishedError):
                self._token.run_sync_soon(self._waiting.unpark_all, idempotent=True)

    @property
    def head(self) -> int:
        """Number of the newest line, 0 before the first."""
        return self._head

    def read(self, after: int, limit: int) -> Page:
        """The first lines after a number."""
        with self._lock:
            oldest = self._lines[0].seq if self._lines else self._head + 1
            first = max(after + 1, oldest)
            lines = tuple(itertools.islice(self._lines, first - oldest, first - oldest + limit))
            seq = lines[-1].seq if lines else max(after, self._head)
            return Page(lines, seq, first - after - 1, seq >= self._head)

    async def wait_beyond(self, seq: int) -> None:
        """Return when there is a line after `seq`. Raises Closed when there is none and the book was closed.

        A checkpoint even when it returns at once; cancellation leaves nothing behind.
        """
        await trio.lowlevel.checkpoint()
        self._token = trio.lowlevel.current_trio_token()
        while self._head <= seq:
            if self._is_closed:
                raise Closed("the daemon shuts down")
            await self._waiting.park()

    def close(self) -> None:
        """Let every reader go once it has everything; lines are kept on."""
        self._is_closed = True
        self._waiting.unpark_all()


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ... ({len(text) - LONGEST:,} characters more)"
