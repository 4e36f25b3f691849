"""One write transaction: its one wall time, its boot, and the events that make its changes known."""

import datetime
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from oodaemon import clock
from oodaemon.model.events import EventType
from oodaemon.model.reuse import Policy
from oodaemon.model.tasks import Move

Snapshot = Database
"""What a reading function gets: one consistent view of everything committed so far."""


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class UnannouncedChange(AssertionError):
    """A transaction changed rows without an event: a defect of the function that was given to `Store.write`."""


class Transaction:
    """What a writing function gets: statements, events, and one moment for all of them.

    `db` lets reading functions see the changes made so far. `policy` says which results may stand for others; None: no results.
    """

    def __init__(
        self, db: Database, *, now: datetime.datetime, boot: int, rng: random.Random, policy: Policy | None = None
    ) -> None:
        self.db, self.now, self.boot, self.rng, self.policy = db, now, boot, rng, policy
        self.last_seq = 0
        self.events: Counter[EventType] = Counter()
        self.moves: Counter[Move] = Counter()
        """What was told, and what happened to tasks, for the counters of the store."""
        self.now_text = clock.to_text(now)
        """`now` as it is stored."""
        self._revised: set[str] = set()
        self._changes_excused = db.conn.total_changes

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.db.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement once per row."""
        self.db.conn.executemany(sql, rows)

    def note(self, sql: str, parameters: Sequence[Any] | dict[str, Any]) -> None:
        """Run a statement that is no fact for watchers, such as the memory of a request, and so needs no event."""
        before = self.db.conn.total_changes
        self.db.execute(sql, parameters)
        self._changes_excused += self.db.conn.total_changes - before

    def emit(
        self,
        event: EventType,
        *,
        run_id: str | None = None,
        index: int | None = None,
        attempt_id: int | None = None,
        actor: str = "",
        **body: Any,  # noqa: ANN401 - whatever JSON can hold
    ) -> int:
        """Append an event and return its seq. Numbers in the body must be finite (ValueError)."""
        row = (self.now_text, self.boot, event.value, run_id, index, attempt_id, actor, to_json(body))
        cursor = self.db.execute(
            "INSERT INTO events (occurred_at, boot, type, run_id, idx, attempt_id, actor, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        assert cursor.lastrowid is not None
        self.last_seq = cursor.lastrowid
        self.events[event] += 1
        return self.last_seq

    def first_revision_of(self, run_id: str) -> bool:
        """True once per run: a transaction is one revision, however many tasks it touches."""
        is_first = run_id not in self._revised
        self._revised.add(run_id)
        return is_first

    def check_announced(self) -> None:
        """Raise UnannouncedChange if rows changed and no event tells of it."""
        if not self.last_seq and self.db.conn.total_changes != self._changes_excused:
            raise UnannouncedChange("a transaction changed rows without an event")


def to_json(value: object) -> str:
    """The stored form of values and bodies. Raises ValueError for a number that is not finite."""
    return _ENCODER.encode(value)
