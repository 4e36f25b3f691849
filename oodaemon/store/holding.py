"""Who holds a task: the open attempt behind a token, how it is closed, and how it is told of."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oodaemon import clock
from oodaemon.errors import OODaemonError
from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired, Mode
from oodaemon.model.tasks import Token
from oodaemon.model.values import Value
from oodaemon.store import runs
from oodaemon.store.transaction import Snapshot, Transaction

_SELECT = (
    'SELECT a.*, t."values", r.desired, r.mode FROM attempts a JOIN tasks t USING (run_id, idx) JOIN runs r USING (run_id) WHERE '
)


class StaleToken(OODaemonError):
    """The lease is not current any more: closed, superseded, of an older boot, or of another actor. Nothing was changed."""

    def __init__(self, token: Token) -> None:
        self.token = token
        super().__init__(
            f"attempt {token.attempt_id} of {token.actor} (incarnation {token.incarnation}, boot {token.boot})"
            " does not hold its task any more"
        )


@dataclass(frozen=True, slots=True)
class Held:
    """An attempt with what is needed to end it. `is_announced` once the Run button was about to be pressed."""

    token: Token
    run_id: str
    index: int
    values: Mapping[str, Value]
    desired: Desired
    leased_at: datetime.datetime
    is_announced: bool
    is_open: bool


def current(tx: Transaction, token: Token) -> Held:
    """The open attempt of a token. Raises StaleToken."""
    held = known(tx, token)
    if not held.is_open:
        raise StaleToken(token)
    return held


def known(tx: Transaction, token: Token) -> Held:
    """The attempt of a token, open or closed. Raises StaleToken for one that never was."""
    row = tx.execute(_SELECT + "a.attempt_id = ?", (token.attempt_id,)).fetchone()
    held = None if row is None else _from_row(row)
    if held is None or held.token != token:
        raise StaleToken(token)
    return held


def of_task(tx: Transaction, run_id: str, index: int) -> Held | None:
    """The open attempt of a task, whoever has it."""
    row = tx.execute(_SELECT + "a.closed_at IS NULL AND a.run_id = ? AND a.idx = ?", (run_id, index)).fetchone()
    return None if row is None else _from_row(row)


def orphans(tx: Transaction) -> list[Held]:
    """The open attempts of older boots."""
    rows = tx.execute(_SELECT + "a.closed_at IS NULL AND a.boot < ? ORDER BY a.attempt_id", (tx.boot,))
    return [_from_row(row) for row in rows.fetchall()]


def is_wanted(db: Snapshot, token: Token) -> bool:
    """False once the holder of an attempt must stop at once: it is closed, or its run is to stop without finishing."""
    return any(row["desired"] == Desired.RUN.value or row["mode"] != Mode.NOW.value for row in _open(db, token))


def is_to_run(db: Snapshot, token: Token) -> bool:
    """True while the attempt is open and its run is to run."""
    return any(row["desired"] == Desired.RUN.value for row in _open(db, token))


def _open(db: Snapshot, token: Token) -> list[Any]:
    """The row of an attempt, if it is open."""
    rows: list[Any] = db.execute(_SELECT + "a.closed_at IS NULL AND a.attempt_id = ?", (token.attempt_id,)).fetchall()
    return rows


def close(tx: Transaction, held: Held, outcome: str, *, spared: float = 0.0) -> None:
    """End an attempt, of which so many seconds do not count; its task is another matter."""
    seconds = max(0.0, (tx.now - held.leased_at).total_seconds() - spared)
    tx.execute(
        "UPDATE attempts SET closed_at = ?, outcome = ?, seconds = ? WHERE attempt_id = ?",
        (tx.now_text, outcome, seconds, held.token.attempt_id),
    )


def report(tx: Transaction, event: EventType, held: Held, **body: Any) -> None:  # noqa: ANN401 - body of an event
    """Emit an event of an attempt and its task."""
    token = held.token
    runs.report(
        tx, event, held.run_id, index=held.index, attempt_id=token.attempt_id, actor=token.actor, values=held.values, **body
    )


def _from_row(row: Any) -> Held:  # noqa: ANN401 - a row of _SELECT
    return Held(
        token=Token(row["attempt_id"], row["boot"], row["actor"], row["incarnation"]),
        run_id=row["run_id"],
        index=row["idx"],
        values=json.loads(row["values"]),
        desired=Desired(row["desired"]),
        leased_at=clock.from_text(row["leased_at"]),
        is_announced=row["submitted_at"] is not None,
        is_open=row["closed_at"] is None,
    )
