"""Trade logs: the files as they came, their trades row by row, and which task or import they belong to. Written once."""

import datetime
import hashlib
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from oodaemon import clock
from oodaemon.analysis import cells
from oodaemon.analysis.columns import NUMBERS
from oodaemon.errors import NotFound
from oodaemon.model.trades import LogFile, LogKind, StoredLog, StoredTrade, Trade, TradeLog
from oodaemon.store.transaction import Snapshot, Transaction, to_json

_IN_REST = (*NUMBERS, "implied_fees")
_WITH_OWNER = (
    "SELECT f.log_id, f.name, f.kind, f.sha256, f.columns, f.has_times, f.entries, f.derived, f.recorded_at,"
    " l.run_id, l.idx, i.import_id FROM log_files f"
    " LEFT JOIN trade_logs l ON l.log_id = f.log_id LEFT JOIN imports i ON i.log_id = f.log_id"
)
_OF_TASKS = (
    "SELECT f.log_id, f.name, f.kind, f.sha256, f.columns, f.has_times, f.entries, f.derived, f.recorded_at,"
    " l.run_id, l.idx, NULL AS import_id FROM (SELECT run_id, idx, log_id FROM trade_logs"
    " UNION ALL SELECT u.run_id, u.idx, o.log_id FROM reuses u JOIN trade_logs o USING (attempt_id)) l"
    " JOIN log_files f USING (log_id)"
)
"""The trade log of every task, which is that of another one where its result is."""

_TRADE = "t.place, t.opened_at, t.closed_at, t.contracts, t.premium, t.closing_cost, t.pl, t.reason, t.strategy, t.legs, t.rest"


def record(tx: Transaction, run_id: str, index: int, *, attempt_id: int, file: LogFile) -> None:
    """Keep the trade log of a task, in the transaction of its result.

    The tables refuse a second one and any change of the first (sqlite3.IntegrityError).
    """
    log_id = keep(tx, file)
    tx.execute("INSERT INTO trade_logs (run_id, idx, attempt_id, log_id) VALUES (?, ?, ?, ?)", (run_id, index, attempt_id, log_id))


def keep(tx: Transaction, file: LogFile) -> int:
    """Insert a file with all its trades and return its number; it belongs to nobody yet."""
    has_times = file.log.has_times if isinstance(file.log, TradeLog) else False
    log_id = tx.execute(
        "INSERT INTO log_files (name, kind, sha256, raw, columns, has_times, entries, derived, recorded_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            file.name,
            file.kind.value,
            digest(file.raw),
            zlib.compress(file.raw),
            to_json(file.log.columns),
            int(has_times),
            file.entries,
            to_json(dict(file.derived)),
            tx.now_text,
        ),
    ).lastrowid
    assert log_id is not None
    tx.execute_many(
        "INSERT INTO trades"
        " (log_id, place, opened_at, closed_at, contracts, premium, closing_cost, pl, reason, strategy, legs, rest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (_row(log_id, place, trade) for place, trade in enumerate(file.trades)),
    )
    return log_id


def digest(raw: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(raw).hexdigest()


def of_run(db: Snapshot, run_id: str, *, after_index: int = -1, limit: int = 1000) -> list[StoredLog]:
    """The trade logs of a run (full id) by index of the task, beginning after `after_index`; tasks without one are left out."""
    rows = db.execute(f"{_OF_TASKS} WHERE l.run_id = ? AND l.idx > ? ORDER BY l.idx LIMIT ?", (run_id, after_index, limit))
    return [stored(row) for row in rows]


def of_task(db: Snapshot, run_id: str, index: int) -> StoredLog:
    """The trade log of a task (full id of its run). Raises NotFound, also for a task that has none."""
    row = db.execute(f"{_OF_TASKS} WHERE l.run_id = ? AND l.idx = ?", (run_id, index)).fetchone()
    if row is None:
        raise NotFound(
            "trade log", f"{run_id}/{index}", "only runs that were submitted with trades keep the log of a finished task"
        )
    return stored(row)


def page(db: Snapshot, log_id: int, *, after_place: int = -1, limit: int = 1000) -> list[StoredTrade]:
    """Trades of one file in its order, beginning after a place."""
    rows = db.execute(
        f"SELECT NULL AS idx, {_TRADE} FROM trades t WHERE t.log_id = ? AND t.place > ? ORDER BY t.place LIMIT ?",  # noqa: S608 - constants only
        (log_id, after_place, limit),
    )
    return [_stored_trade(row) for row in rows]


def page_of_run(db: Snapshot, run_id: str, *, after: tuple[int, int] = (-1, -1), limit: int = 1000) -> list[StoredTrade]:
    """Trades of all tasks of a run (full id): by index, then in the order of the file, beginning after an index and a place."""
    logs = db.execute(
        "SELECT idx, log_id FROM trade_logs WHERE run_id = :run_id AND idx >= :idx UNION ALL"
        " SELECT u.idx, o.log_id FROM reuses u JOIN trade_logs o USING (attempt_id) WHERE u.run_id = :run_id AND u.idx >= :idx"
        " ORDER BY idx",
        {"run_id": run_id, "idx": after[0]},
    )
    found: list[StoredTrade] = []
    for log in logs:
        place = after[1] if log["idx"] == after[0] else -1
        rows = db.execute(
            f"SELECT ? AS idx, {_TRADE} FROM trades t WHERE t.log_id = ? AND t.place > ? ORDER BY t.place LIMIT ?",  # noqa: S608 - constants only
            (log["idx"], log["log_id"], place, limit - len(found)),
        )
        found += [_stored_trade(row) for row in rows]
        if len(found) >= limit:
            break
    return found


def outline(db: Snapshot, log_id: int) -> list[Trade]:
    """All trades of a file with their moments, P/L, contracts and reason alone, in its order: fast for any number of them."""
    query = "SELECT opened_at, closed_at, pl, contracts, reason FROM trades WHERE log_id = ? ORDER BY place"
    return [
        Trade(
            opened_at=datetime.datetime.fromisoformat(row["opened_at"]),
            closed_at=datetime.datetime.fromisoformat(row["closed_at"]) if row["closed_at"] else None,
            legs=(),
            pl=Decimal(row["pl"]),
            contracts=row["contracts"],
            reason=row["reason"],
        )
        for row in db.execute(query, (log_id,))
    ]


def raw(db: Snapshot, log_id: int) -> bytes:
    """The bytes of a file as they came."""
    row = db.execute("SELECT raw FROM log_files WHERE log_id = ?", (log_id,)).fetchone()
    return zlib.decompress(row["raw"])


def stored(row: Any) -> StoredLog:  # noqa: ANN401 - a row of `select`
    """The file of a row with the columns of `select`."""
    return StoredLog(
        log_id=row["log_id"],
        name=row["name"],
        kind=LogKind(row["kind"]),
        sha256=row["sha256"],
        columns=tuple(json.loads(row["columns"])),
        has_times=bool(row["has_times"]),
        entries=row["entries"],
        derived=json.loads(row["derived"]),
        recorded_at=clock.from_text(row["recorded_at"]),
        run_id=row["run_id"] or "",
        index=row["idx"],
        import_id=row["import_id"] or "",
    )


def select() -> str:
    """The statement that `stored` reads; a condition on `f`, `l` (of a task) or `i` (imported) may follow."""
    return _WITH_OWNER


def problems(db: Snapshot) -> Iterator[str]:
    """One sentence per broken promise about files and their trades. Reads everything."""
    strays = (
        "SELECT l.run_id, l.idx FROM trade_logs l LEFT JOIN results r USING (run_id, idx) WHERE r.attempt_id IS NOT l.attempt_id"
    )
    for row in db.execute(strays):
        yield f"task {row[0]}/{row[1]} has a trade log that belongs to no result"
    lost = "SELECT log_id FROM log_files EXCEPT SELECT log_id FROM trade_logs EXCEPT SELECT log_id FROM imports"
    for row in db.execute(lost):
        yield f"log file {row[0]} belongs to nobody"
    counted = "(SELECT count(*) FROM trades t WHERE t.log_id = f.log_id)"
    for row in db.execute(f"SELECT log_id, kind, sha256, raw, entries, {counted} AS n FROM log_files f"):  # noqa: S608 - constants only
        expected = 0 if row["kind"] == LogKind.DAILY.value else row["entries"]
        if row["n"] != expected:
            yield f"log file {row['log_id']} has {row['n']} trades where it counts {expected}"
        if digest(zlib.decompress(row["raw"])) != row["sha256"]:
            yield f"log file {row['log_id']} is not the one that was kept"


def _row(log_id: int, place: int, trade: Trade) -> tuple[object, ...]:
    rest: dict[str, object] = {name: str(value) for name in _IN_REST if (value := getattr(trade, name)) is not None}
    if trade.underlying:
        rest["underlying"] = trade.underlying
    if trade.extra:
        rest["extra"] = dict(trade.extra)
    return (
        log_id,
        place,
        trade.opened_at.isoformat(),
        trade.closed_at.isoformat() if trade.closed_at else None,
        trade.contracts,
        None if trade.premium is None else str(trade.premium),
        None if trade.closing_cost is None else str(trade.closing_cost),
        str(trade.pl),
        trade.reason,
        trade.strategy,
        " | ".join(map(str, trade.legs)),
        to_json(rest),
    )


def _stored_trade(row: Any) -> StoredTrade:  # noqa: ANN401 - a row with the columns of _TRADE
    rest = json.loads(row["rest"])
    opened_at = datetime.datetime.fromisoformat(row["opened_at"])
    trade = Trade(
        opened_at=opened_at,
        closed_at=datetime.datetime.fromisoformat(row["closed_at"]) if row["closed_at"] else None,
        legs=cells.legs(row["legs"], opened_at.date()),
        pl=Decimal(row["pl"]),
        premium=None if row["premium"] is None else Decimal(row["premium"]),
        closing_cost=None if row["closing_cost"] is None else Decimal(row["closing_cost"]),
        contracts=row["contracts"],
        reason=row["reason"],
        strategy=row["strategy"],
        underlying=rest.pop("underlying", ""),
        extra=rest.pop("extra", {}),
        **{name: Decimal(value) for name, value in rest.items()},
    )
    return StoredTrade(row["idx"], row["place"], trade)
