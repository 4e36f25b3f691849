"""Stores that older versions wrote: they are copied, migrated, and mean what they meant."""

import json
import random
import sqlite3
from pathlib import Path

import pytest

from oodaemon.clock import utc_now
from oodaemon.store import audit, fold, journal, retention, schema, walk
from oodaemon.store.files import BACKUPS_NAME, DATABASE_NAME
from oodaemon.store.ledger import Ledger
from oodaemon.store.soundness import examine
from tests.support.golden import NEXT_DAY, Maker, public_state

STORES = Path(__file__).with_name("stores")
FILLED = (
    *("results", "failures", "requests", "charts", "trade_logs", "trades"),
    *("scenes", "quarantine", "rulings", "os_procs", "compactions", "parts", "tokens", "outbox"),
)
NAMES = sorted(file.stem for file in STORES.glob("*.sql"))


def unpack(name: str, folder: Path) -> Path:
    """The store as the daemon of that version left it when it was killed."""
    folder.mkdir(mode=0o700, parents=True)
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.executescript((STORES / f"{name}.sql").read_text("utf-8"))
    connection.close()
    return folder


def reopen(folder: Path) -> Ledger:
    return Ledger(folder, wall_clock=lambda: NEXT_DAY, rng=random.Random(1))


@pytest.mark.parametrize("name", NAMES)
def test_an_old_store_is_migrated_and_means_what_it_meant(name: str, tmp_path: Path) -> None:
    folder = unpack(name, tmp_path / "state")
    ledger = reopen(folder)
    try:
        assert public_state(ledger) == json.loads((STORES / f"{name}.json").read_text("utf-8"))
        folded = ledger.read(lambda db: fold.fold(walk.events(db)))
        for run in public_state(ledger):
            made = folded[run["run_id"]]
            assert (made.desired.value, made.phase.value) == (run["desired"], run["phase"])
            assert [state.value for _, state in sorted(made.states.items())] == [task["state"] for task in run["tasks"]]
        assert ledger.read(schema.is_current)
    finally:
        ledger.close()
    assert audit.audit(folder / DATABASE_NAME) == []


@pytest.mark.parametrize("name", NAMES)
def test_an_old_store_is_copied_before_it_is_touched_and_a_current_one_is_not(name: str, tmp_path: Path) -> None:
    folder = unpack(name, tmp_path / "state")
    before = dump(folder / DATABASE_NAME)
    with sqlite3.connect(folder / DATABASE_NAME) as connection:
        is_current = schema.is_current(schema.Database(connection, execute_plugins=False))
    connection.close()
    reopen(folder).close()
    copies = list((folder / BACKUPS_NAME).glob("*")) if (folder / BACKUPS_NAME).exists() else []
    assert len(copies) == (not is_current)
    for copy in copies:
        assert copy.name.startswith(f"before-{name}-is-migrated-")
        assert copy.stat().st_mode & 0o777 == 0o600
        assert dump(copy) == before
        assert examine(copy, is_folded=True).schema == name
    reopen(folder).close()
    assert len(list((folder / BACKUPS_NAME).glob("*")) if (folder / BACKUPS_NAME).exists() else []) == len(copies)


@pytest.mark.parametrize("name", NAMES)
def test_an_old_store_goes_on_where_it_was(name: str, tmp_path: Path) -> None:
    """Everything a daemon does works on it: more of the same life, and compaction."""
    folder = unpack(name, tmp_path / "state")
    maker = Maker(folder)
    head = maker.ledger.head
    maker.now = utc_now()
    for run_id in maker.ledger.read(retention.due, maker.now):
        assert maker.write(retention.compact, maker.ledger.read(retention.digest, run_id))
        while maker.write(retention.remove, run_id, limit=7):
            pass
    assert maker.ledger.head > head
    assert maker.ledger.read(journal.oldest) > 1
    for _ in range(3):
        maker.succeed()
    maker.ledger.close()
    assert audit.audit(folder / DATABASE_NAME) == []


def test_there_is_a_store_of_the_newest_tables_and_it_has_everything_in_it(tmp_path: Path) -> None:
    """When this fails after a new migration: write its store with tests/support/golden.py."""
    with schema.Database(memory=True, execute_plugins=False) as db:
        schema.migrate(db)
        assert schema.latest(db) in NAMES
    folder = unpack(NAMES[-1], tmp_path / "state")
    with sqlite3.connect(folder / DATABASE_NAME) as connection:
        phases = {row[0] for row in connection.execute("SELECT phase FROM runs")}
        states = {row[0] for row in connection.execute("SELECT state FROM tasks")}
        filled = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in FILLED}
    connection.close()
    assert phases == {"running", "pausing", "paused", "cancelling", "cancelled", "completed", "needs_review"}
    assert states == {"ready", "retry_wait", "leased", "submitted", "held", "succeeded", "invalid", "cancelled"}
    assert all(filled.values()), filled


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines
