"""Every promise that a store can be held to, broken in a copy of a rich store: the check must say so."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from oodaemon.__main__ import main
from oodaemon.model.tasks import HELD_AT_ONCE
from oodaemon.store import audit
from oodaemon.store.files import DATABASE_NAME
from oodaemon.store.soundness import Unsound
from tests.integration.store.test_ledger import fill_with_garbage, make_newer, replace_by_foreign, truncate
from tests.integration.store.workbench import Workbench
from tests.support.golden import Maker, live

_OPEN = "INSERT INTO attempts (run_id, idx, boot, actor, incarnation, leased_at) SELECT run_id, idx, 1, {actor}, 1, '' FROM"

BROKEN = {
    # S1, S2, S3, S4, S5
    "DELETE FROM meta WHERE key = 'store_id'": "the store has no store_id",
    "UPDATE meta SET value = '0' WHERE key = 'generation'": "the store has no generation",
    "DELETE FROM results WHERE idx = 1": "task .*/1 succeeded without a result",
    "UPDATE tasks SET state = 'ready' WHERE state = 'succeeded' AND idx = 2": "task .*/2 has a result without having succeeded",
    "DROP TRIGGER results_are_final; UPDATE results SET attempt_id = (SELECT min(attempt_id) FROM attempts"
    " WHERE outcome = 'mismatch') WHERE rowid = 1": "has a result that its attempt does not know",
    "DROP INDEX attempts_open; " + _OPEN.format(actor="'x'") + " attempts WHERE closed_at IS NULL": "has two open attempts",
    "DROP INDEX attempts_open; "
    + _OPEN.format(actor="'x'")
    + " attempts, json_each('[1,2,3]') WHERE closed_at IS NULL": "x holds 9 tasks at once, where a browser has 8 pages at most",
    "UPDATE attempts SET boot = 0 WHERE closed_at IS NULL": "has an open attempt of an older boot",
    _OPEN.format(actor="'x'")
    + " tasks JOIN runs USING (run_id) WHERE phase = 'paused' LIMIT 1": "is paused and has an open attempt",
    _OPEN.format(actor="'y'") + " tasks JOIN runs USING (run_id) WHERE phase = 'completed' LIMIT 1": "is completed and has an open",
    "UPDATE runs SET phase = 'paused' WHERE phase = 'pausing'": "is paused and has an open attempt",
    # S6
    "UPDATE tasks SET state = 'cancelled' WHERE state = 'ready'": "its tasks are not what its events make of them",
    "UPDATE runs SET desired = 'run' WHERE phase = 'paused'": "is run/paused, its events make pause/paused",
    "UPDATE runs SET ended_at = NULL": "is completed and ended at None",
    "UPDATE tallies SET tasks = tasks + 1 WHERE state = 'succeeded'": "it counts",
    "DELETE FROM events WHERE type = 'task_leased'": "holds the task",
    "DROP TRIGGER events_are_final; UPDATE events SET type = 'gossip' WHERE seq = 9": "event 9 is of type 'gossip'",
    # S7
    "DROP TRIGGER events_are_final; UPDATE events SET type = 'run_pause_requested' WHERE seq = (SELECT seq FROM events JOIN runs"
    " USING (run_id) WHERE name = 'running' AND type = 'run_phase_changed' LIMIT 1)": "leased while pause is desired",
    # S8
    "DELETE FROM failures WHERE class = 'timing'": "has a failed attempt without a failure",
    "DELETE FROM failures WHERE class = 'browser' AND attempt_id ="
    " (SELECT max(attempt_id) FROM failures WHERE class = 'browser');"
    "UPDATE attempts SET outcome = 'interrupted' WHERE outcome = 'browser'"
    " AND attempt_id NOT IN (SELECT attempt_id FROM failures)": "attempts that ended by browser where its events tell of",
    # S10
    "UPDATE requests SET response = '01NOTHERE' WHERE rowid = 1": "request of completed was answered with the run 01NOTHERE",
    "UPDATE requests SET digest = '' WHERE rowid = 2": "has no digest of its content",
    # S11
    """UPDATE tasks SET "values" = '{"delta":99}' WHERE idx = 0""": "task .*/0 has other values than an event of it tells",
    "UPDATE tasks SET idx = 50 WHERE state = 'ready' AND idx = (SELECT max(idx) FROM tasks) ": "tasks with indexes up to 50",
    "INSERT INTO compactions (scope, last_seq, events, compacted_at) SELECT run_id, 5, 1, ''"
    " FROM runs LIMIT 1": "nothing tells what they made",
    # S12
    "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'events'": "event .* comes after the newest number 5",
    "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'attempts'": "attempt .* comes after the newest number 2",
    "DROP TRIGGER events_are_final; UPDATE events SET boot = 7 WHERE seq = 3": "event 4 is of boot 1 and comes after one of boot 7",
    # S14
    "DROP TRIGGER results_are_final; UPDATE results SET proof = '{}'"
    " WHERE idx = 0": "task .*/0 has a result without a proof of what was asked",
    # the tables themselves
    "DROP TRIGGER results_are_final": "the trigger results_are_final is missing",
    "DROP INDEX tasks_ready": "the index tasks_ready is missing",
    "CREATE TABLE notes (note TEXT)": "the table notes is not ours",
    "ALTER TABLE runs ADD COLUMN colour TEXT": "the table runs was changed",
    "INSERT INTO charts (run_id, idx, name, png) VALUES"
    " ('nobody', 0, 'x', x'00')": "row .* of charts belongs to a row of results that is not there",
    "DELETE FROM trade_logs": "log file 1 belongs to nobody",
}


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in it, as a kill leaves it."""
    maker = Maker(tmp_path_factory.mktemp("rich") / "state")
    live(maker)
    copy = maker.folder.parent / "copy.db"
    source, target = sqlite3.connect(maker.folder / DATABASE_NAME), sqlite3.connect(copy)
    source.backup(target)
    target.execute("PRAGMA journal_mode = DELETE")
    source.close()
    target.close()
    maker.ledger.close()
    assert audit.audit(copy) == []
    return copy


@pytest.mark.parametrize("damage", BROKEN)
def test_every_broken_promise_has_its_sentence(rich: Path, tmp_path: Path, damage: str) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(rich, copy)
    connection = sqlite3.connect(copy)
    connection.executescript(damage)
    connection.close()
    found = audit.audit(copy)
    assert any(re.search(BROKEN[damage], problem) for problem in found), found
    assert all("\n" not in problem for problem in found)


def test_a_browser_with_a_task_on_each_of_its_pages_is_in_order(bench: Workbench) -> None:
    bench.submit(HELD_AT_ONCE)
    for _ in range(HELD_AT_ONCE):
        bench.announced()
    assert audit.audit(bench.ledger.path) == []


def test_a_damaged_page_is_found(rich: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(rich, copy)
    connection = sqlite3.connect(copy)
    connection.execute("PRAGMA writable_schema = ON")
    sql = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'tasks_ready'").fetchone()[0].replace("ready'", "held'")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'tasks_ready'", (sql,))
    connection.commit()
    connection.close()
    assert audit.audit(copy)[0].startswith("the file is damaged: ")


@pytest.mark.parametrize("spoil", [truncate, fill_with_garbage, replace_by_foreign, make_newer])
def test_a_file_that_cannot_be_checked_is_refused_and_left_alone(rich: Path, tmp_path: Path, spoil) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(rich, copy)
    spoil(copy)
    before = copy.read_bytes()
    with pytest.raises(Unsound, match=re.escape(f"{copy} cannot be used as a store: ")):
        audit.audit(copy)
    assert copy.read_bytes() == before


def test_the_command_says_what_is_wrong_and_ends_with_1(rich: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / DATABASE_NAME
    shutil.copyfile(rich, copy)
    for damage, code, words in (
        ("", 0, f"{copy} keeps every promise\n"),
        ("DROP INDEX tasks_ready", 1, "the index tasks_ready is missing\n"),
        ("DELETE FROM _sqlite_migrations WHERE name LIKE '0008%'", 1, "start the daemon once, which migrates it\n"),
    ):
        connection = sqlite3.connect(copy)
        connection.executescript(damage)
        connection.close()
        with pytest.raises(SystemExit) as ended:
            main(["fsck", "--state-dir", str(tmp_path)])
        assert ended.value.code == code
        assert capsys.readouterr().out.endswith(words)
