"""Answers of the site, kept with what they rest on, so that later tasks may take them. Only what a page proved, or refused."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oodaemon import clock
from oodaemon.model import config
from oodaemon.model.reuse import Basis, Has, is_complete
from oodaemon.model.runs import Wants
from oodaemon.model.tasks import Figures, Kept
from oodaemon.store import results
from oodaemon.store.transaction import Snapshot, Transaction, to_json

CONTRADICTION = (
    "an earlier result for the same test, values and dates was another one; nothing that was recorded before is taken for new tasks"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said to the backtest of an attempt; the task is the one that was tried."""

    attempt_id: int
    run_id: str
    index: int
    is_refusal: bool


def keep(tx: Transaction, attempt_id: int, figures: Figures, kept: Kept) -> str:
    """Let a verified result, which was recorded in this transaction, stand for later tasks, if it has a basis.

    Returns a sentence when it contradicts an earlier answer, else an empty text.
    """
    if kept.basis is None:
        return ""
    wants = _wants(tx.db, attempt_id)
    has_trades = kept.trade_log is not None or not figures.metrics.get("total_trades")
    has = Has(trades=has_trades, charts=bool(kept.charts) or wants.charts)
    _insert(tx, attempt_id, kept.basis, "result", has)
    return CONTRADICTION if _revoke(tx, attempt_id, kept.basis.key, dict(figures.metrics), kept.basis.scope) else ""


def keep_spare(tx: Transaction, attempt_id: int, figures: Figures, kept: Kept) -> None:
    """Keep a verified result whose task was settled without one, so that a later task may take it; nothing without a basis.

    What would be kept beside the figures is not.
    """
    if kept.basis is None:
        return
    tx.note(
        "INSERT INTO spares (attempt_id, run_id, idx, metrics, extra, proof, config, recorded_at)"
        " SELECT attempt_id, run_id, idx, ?, ?, ?, ?, ? FROM attempts WHERE attempt_id = ?"
        " ON CONFLICT (attempt_id) DO NOTHING",
        (
            to_json(dict(figures.metrics)),
            to_json(dict(figures.extra)),
            to_json(dict(figures.proof)),
            to_json(config.to_json(figures.config)),
            tx.now_text,
            attempt_id,
        ),
    )
    _insert(tx, attempt_id, kept.basis, "result", Has(trades=not figures.metrics.get("total_trades"), charts=False))
    _revoke(tx, attempt_id, kept.basis.key, dict(figures.metrics), kept.basis.scope)


def refuse(tx: Transaction, attempt_id: int, basis: Basis | None) -> None:
    """Let a refusal of the site, whose failure was recorded in this transaction, stand for later tasks, if it has a basis."""
    if basis is not None:
        _insert(tx, attempt_id, basis, "refusal", Has(trades=True, charts=True))
        _revoke(tx, attempt_id, basis.key, None, basis.scope)


def revoke(tx: Transaction, attempt_id: int) -> None:
    """The answer of an attempt turned out to be in doubt: no later task takes it."""
    tx.note("UPDATE answers SET revoked_at = ? WHERE attempt_id = ? AND revoked_at IS NULL", (tx.now_text, attempt_id))


def doubt(tx: Transaction, run_id: str, index: int) -> None:
    """A later result of a task differs from the recorded one: nothing that was answered before is taken for later tasks."""
    row = tx.execute(
        "SELECT scope, attempt_id FROM answers WHERE attempt_id IN"
        " (SELECT attempt_id FROM results WHERE run_id = :run AND idx = :idx"
        " UNION ALL SELECT attempt_id FROM reuses WHERE run_id = :run AND idx = :idx)",
        {"run": run_id, "idx": index},
    ).fetchone()
    if row is not None:
        _revoke_all(tx, row["scope"])


def find(db: Snapshot, basis: Basis, wants: Wants, *, now: datetime.datetime, trust: datetime.timedelta) -> Answer | None:
    """The newest answer that rests on the same and has what is wanted; None when there is none, or its data was not complete.

    A refusal counts for as long as looks are trusted: what a site does not take today it may take tomorrow.
    """
    rows = db.execute(
        "SELECT n.*, a.run_id, a.idx FROM answers n JOIN attempts a USING (attempt_id)"
        " WHERE n.key = ? AND n.revoked_at IS NULL ORDER BY n.attempt_id DESC",
        (basis.key,),
    )
    for row in rows:
        answered_at, is_refusal = clock.from_text(row["answered_at"]), row["kind"] == "refusal"
        is_good = now - answered_at <= trust if is_refusal else is_complete(basis.end_date, answered_at, now)
        if is_good and Has(trades=bool(row["has_trades"]), charts=bool(row["has_charts"])).satisfies(wants):
            return Answer(row["attempt_id"], row["run_id"], row["idx"], is_refusal)
    return None


def keys(db: Snapshot, scope: str, test_id: str, fingerprint: str) -> set[str]:
    """The keys of all answers about a test as it is known."""
    query = "SELECT key FROM answers WHERE test_id = ? AND scope = ? AND fingerprint = ? AND revoked_at IS NULL"
    return {row["key"] for row in db.execute(query, (test_id, scope, fingerprint))}


def any_of_test(db: Snapshot, scope: str, test_id: str, shape: str) -> bool:
    """True when the site answered anything about a test and settings of a shape that might be taken."""
    query = (
        "SELECT 1 FROM answers n WHERE n.test_id = :test_id AND n.scope = :scope AND n.revoked_at IS NULL AND EXISTS"
        " (SELECT 1 FROM reveals v WHERE v.test_id = n.test_id AND v.scope = n.scope AND v.fingerprint = n.fingerprint"
        " AND v.shape = :shape) LIMIT 1"
    )
    return db.execute(query, {"test_id": test_id, "scope": scope, "shape": shape}).fetchone() is not None


def _insert(tx: Transaction, attempt_id: int, basis: Basis, kind: str, has: Has) -> None:
    tx.note(
        "INSERT INTO answers (attempt_id, key, kind, scope, test_id, fingerprint, start_date, end_date, has_trades, has_charts,"
        " answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (attempt_id) DO NOTHING",
        (
            *(attempt_id, basis.key, kind, basis.scope, basis.test_id, basis.fingerprint, basis.start_date, basis.end_date),
            *(int(has.trades), int(has.charts), tx.now_text),
        ),
    )


def _revoke(tx: Transaction, attempt_id: int, key: str, metrics: Mapping[str, float] | None, scope: str) -> bool:
    """Take back whatever was answered before, of every test, when an answer of the same key was another one.

    Then the site, its data or something of the test that cannot be seen has changed, and nobody knows what else with it. A refusal
    (`metrics` None) and a result contradict each other as well, but the refusal may have had another reason: only those of the key
    are taken back.
    """
    rows: list[Any] = tx.execute(
        "SELECT attempt_id, kind FROM answers WHERE key = ? AND attempt_id <> ? AND revoked_at IS NULL", (key, attempt_id)
    ).fetchall()
    figures = [results.of_attempt(tx.db, row["attempt_id"]) for row in rows if row["kind"] == "result"]
    is_other = metrics is not None and any(found is not None and found != metrics for found in figures)
    if is_other:
        _revoke_all(tx, scope, besides=attempt_id)
        return True
    for row in rows:
        if (row["kind"] == "refusal") != (metrics is None):
            revoke(tx, row["attempt_id"])
    return False


def _revoke_all(tx: Transaction, scope: str, *, besides: int = 0) -> None:
    tx.note(
        "UPDATE answers SET revoked_at = ? WHERE scope = ? AND attempt_id <> ? AND revoked_at IS NULL",
        (tx.now_text, scope, besides),
    )


def _wants(db: Snapshot, attempt_id: int) -> Wants:
    row = db.execute(
        "SELECT wants_trades, wants_charts FROM runs JOIN attempts USING (run_id) WHERE attempt_id = ?", (attempt_id,)
    ).fetchone()
    return Wants(trades=bool(row["wants_trades"]), charts=bool(row["wants_charts"]))
