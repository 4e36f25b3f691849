"""All events of a store, as the fold and the checks want them: fast, and without those that compaction let go."""

import datetime
import json
from collections.abc import Iterator

from sqlite_utils import Database

from oodaemon.model.events import Event, EventType

_BATCH = 5000
_NO_MOMENT = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_TYPES = {kind.value: kind for kind in EventType}


def events(db: Database) -> Iterator[Event]:
    """Every event in order, without its moment. Raises ValueError for one of an unknown type or without a readable body."""
    floors = _floors(db)
    of_none = floors.get("", 0)
    after = 0
    query = "SELECT seq, boot, type, run_id, idx, attempt_id, actor, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
    while batch := db.execute(query, (after, _BATCH)).fetchall():
        for seq, boot, kind, run_id, index, attempt_id, actor, body in batch:
            if seq > (of_none if run_id is None else floors.get(run_id, 0)):
                if kind not in _TYPES:
                    raise ValueError(f"event {seq} is of type {kind!r}, which this version does not know")
                yield Event(seq, _NO_MOMENT, boot, _TYPES[kind], run_id, index, attempt_id, actor, json.loads(body))
        after = batch[-1][0]


def _floors(db: Database) -> dict[str, int]:
    if "compactions" not in db.table_names():  # a store of before there was compaction
        return {}
    return {row["scope"]: row["last_seq"] for row in db.execute("SELECT scope, last_seq FROM compactions")}
