"""Opening a store: one holder, sound files only, and recovery before anything else."""

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oodaemon.clock import utc_now
from oodaemon.errors import StoreHeld, StoreUnusable
from oodaemon.model.events import EventType
from oodaemon.store import ledger as ledger_module
from oodaemon.store import schema
from oodaemon.store.ledger import DATABASE_NAME, Ledger
from oodaemon.store.transaction import UnannouncedChange
from tests.integration.store.workbench import Workbench

OPEN_IT = """
import os, random, sys
from pathlib import Path
from oodaemon.clock import utc_now
from oodaemon.errors import OODaemonError
from oodaemon.store.ledger import Ledger
if len(sys.argv) > 2:
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
try:
    Ledger(Path(sys.argv[1]), wall_clock=utc_now, rng=random.Random(1)).close()
    print("opened")
except OODaemonError as error:
    print(type(error).__name__, error)
"""


def open_store(folder: Path) -> Ledger:
    return Ledger(folder, wall_clock=utc_now, rng=random.Random(1))


def open_elsewhere(folder: Path, *user: str) -> str:
    """What another process says when it opens the store."""
    done = subprocess.run([sys.executable, "-c", OPEN_IT, folder, *user], capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


def in_use(folder: Path) -> Path:
    """A store with content, closed in good order; returns its file."""
    folder.mkdir()
    bench = Workbench(folder)
    bench.submit(500)
    bench.close()
    return folder / "state" / DATABASE_NAME


def test_a_new_store_belongs_to_its_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "state"
    ledger = open_store(folder)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    ledger.close()
    assert modes.pop("state") == 0o700
    assert DATABASE_NAME in modes
    assert DATABASE_NAME + "-wal" in modes
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    path = in_use(tmp_path / "a")
    path.chmod(0o644)
    open_store(path.parent).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_identity_stays_and_boots_count(bench: Workbench) -> None:
    ledger = bench.ledger
    assert (ledger.boot, ledger.generation) == (1, 1)
    store_id = ledger.store_id
    bench.restart()
    bench.crash()
    assert (bench.ledger.store_id, bench.ledger.generation, bench.ledger.boot) == (store_id, 1, 3)
    started = [event for event in bench.events() if event.type is EventType.DAEMON_STARTED]
    assert [(event.boot, event.body) for event in started] == [(1, {"boot": 1}), (2, {"boot": 2}), (3, {"boot": 3})]


def test_a_held_store_names_its_holder(bench: Workbench) -> None:
    said = open_elsewhere(bench.state_dir)
    assert said.startswith(f"StoreHeld the store in {bench.state_dir} is held by process {os.getpid()}; ")
    with pytest.raises(StoreHeld):
        open_store(bench.state_dir)
    bench.submit(1)


def test_a_closed_store_can_be_opened_by_another(tmp_path: Path) -> None:
    open_store(tmp_path / "state").close()
    assert open_elsewhere(tmp_path / "state") == "opened"


def test_a_commit_is_on_disk_before_it_is_acknowledged(bench: Workbench) -> None:
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert {name: bench.write(lambda tx, name=name: tx.execute(f"PRAGMA {name}").fetchone()[0]) for name in pragmas} == pragmas


def test_a_good_stop_leaves_one_file_and_no_log(tmp_path: Path) -> None:
    path = in_use(tmp_path / "a")
    assert sorted(entry.name for entry in path.parent.iterdir()) == [DATABASE_NAME, "store.lock"]


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def fill_with_garbage(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(8192))


def replace_by_text(path: Path) -> None:
    path.write_text("these are my notes\n" * 100)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def replace_by_foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def make_newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('oodaemon', '0999_from_the_future', 'x')"
        )
    connection.close()


def damage_after_crash(path: Path) -> None:
    """Overwrite every page but the first few, as of a disk gone bad, in a store that was not closed in good order."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'clean'")
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'tasks_ready'").fetchone()[0]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


BAD_FILES: dict[Callable[[Path], None], str] = {
    truncate: "malformed",
    fill_with_garbage: "not a database",
    replace_by_text: "not a database",
    replace_by_folder: "Is a directory|unable to open",
    replace_by_foreign: "is the database of another program",
    make_newer: r"written by a newer version \(it has 0999_from_the_future\); install that version",
    damage_after_crash: "restore a backup",
}


@pytest.mark.parametrize("spoil", BAD_FILES, ids=lambda spoil: spoil.__name__)
def test_a_file_that_is_no_sound_store_is_refused_and_left_alone(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = in_use(tmp_path / "a")
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreUnusable, match=BAD_FILES[spoil]) as caught:
        open_store(path.parent)
    assert str(caught.value).startswith(f"the store {path} cannot be used: ")
    assert str(caught.value).endswith(", then start again")
    assert (path.read_bytes() if path.is_file() else None) == before
    with pytest.raises(StoreUnusable):
        open_store(path.parent)


def test_a_clean_store_is_not_checked_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = in_use(tmp_path / "a")
    asked: list[str] = []

    def connect(file: Path):
        db = original(file)
        db.conn.set_trace_callback(asked.append)
        return db

    original = ledger_module._connect
    monkeypatch.setattr(ledger_module, "_connect", connect)
    open_store(path.parent).close()
    assert any("BEGIN" in statement for statement in asked)
    assert not any("quick_check" in statement for statement in asked)
    remains = tmp_path / "remains"
    live = open_store(path.parent)
    shutil.copytree(path.parent, remains)
    live.close()
    asked.clear()
    open_store(remains).close()
    assert any("quick_check" in statement for statement in asked)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreUnusable, match="make its folder writable"):
        open_store(tmp_path / "state")


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that any user may enter, which `tmp_path` is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


NOBODY = "65534"


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o777), (0o000, 0o777), (0o600, 0o555)])
def test_a_store_that_this_user_may_not_write_is_refused(open_to_all: Path, file_mode: int, folder_mode: int) -> None:
    path = in_use(open_to_all / "a")
    (path.parent / "store.lock").chmod(0o666)
    path.chmod(file_mode)
    path.parent.parent.chmod(0o755)
    path.parent.chmod(folder_mode)
    said = open_elsewhere(path.parent, *([NOBODY] if os.getuid() == 0 else []))
    path.parent.chmod(0o700)
    assert said.startswith(f"StoreUnusable the store {path} cannot be used: ")
    assert "this user" in said


def test_a_full_disk_undoes_the_transaction_and_says_so(bench: Workbench) -> None:
    run = bench.submit(1)
    pages = bench.read(lambda db: db.execute("PRAGMA page_count").fetchone()[0])

    def limit(tx, most: int) -> None:
        tx.execute(f"PRAGMA max_page_count = {most}")

    bench.write(limit, pages)
    with pytest.raises(StoreUnusable, match="full; make room on its disk"):
        bench.submit(10_000)
    assert [found.run_id for found in bench.read(ledger_module.attempts.runs.active)] == [run.run_id]
    bench.write(limit, 1_000_000)
    bench.succeed_next()
    assert bench.states(run) == ["succeeded"]


def test_a_store_that_failed_is_checked_at_the_next_start(tmp_path: Path) -> None:
    ledger = open_store(tmp_path / "state")

    def fail(tx) -> None:
        raise StoreUnusable("the disk is gone")

    with pytest.raises(StoreUnusable):
        ledger.write(fail)
    ledger.close()
    connection = sqlite3.connect(tmp_path / "state" / DATABASE_NAME)
    assert connection.execute("SELECT value FROM meta WHERE key = 'clean'").fetchone() == ("0",)
    connection.close()


def test_another_program_that_blocks_the_file_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "BUSY_TIMEOUT", 0.01)
    ledger = open_store(tmp_path / "state")
    other = sqlite3.connect(tmp_path / "state" / DATABASE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnusable, match="locked; end the other program"):
        ledger.write(lambda tx: tx.emit(EventType.TEST_SEEN))
    other.execute("ROLLBACK")
    other.close()
    assert ledger.write(lambda tx: tx.emit(EventType.TEST_SEEN)) == 2
    ledger.close()


def test_an_exception_undoes_everything_and_propagates(bench: Workbench) -> None:
    head = bench.ledger.head

    def half(tx) -> None:
        tx.emit(EventType.TEST_SEEN)
        tx.execute("DELETE FROM tests")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bench.write(half)
    assert bench.ledger.head == head == len(bench.events())
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        bench.write(lambda tx: tx.execute("SELECT * FROM nowhere"))


def test_a_change_without_an_event_is_not_committed(bench: Workbench) -> None:
    with pytest.raises(UnannouncedChange):
        bench.write(lambda tx: tx.execute("UPDATE tests SET name = 'x'"))
    assert bench.read(lambda db: db.execute("SELECT name FROM tests").fetchone()[0]) == "Iron condor"


def test_a_reader_sees_one_moment_and_cannot_write(bench: Workbench) -> None:
    def count(db) -> int:
        return db.execute("SELECT count(*) FROM events").fetchone()[0]

    def look_twice(db) -> tuple[int, int]:
        first = count(db)
        bench.submit(1)
        return first, count(db)

    first, second = bench.read(look_twice)
    assert first == second
    assert bench.read(count) > first
    with pytest.raises(StoreUnusable, match="readonly"):
        bench.read(lambda db: db.execute("DELETE FROM events"))


def test_statistics_tell_of_commits_and_sizes(bench: Workbench) -> None:
    before = bench.ledger.statistics()
    bench.submit(100)
    after = bench.ledger.statistics()
    assert after.commits == before.commits + 1
    assert after.commit_seconds_sum > before.commit_seconds_sum
    assert 0 < after.commit_seconds_max <= after.commit_seconds_sum
    assert after.wal_bytes > before.wal_bytes
    assert after.database_bytes > 0
    assert (after.head, after.boot) == (bench.ledger.head, 1)


def test_a_migration_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    db = ledger_module._connect(folder / DATABASE_NAME)
    schema.MIGRATIONS.ensure_migrations_table(db)
    db.close()
    open_store(folder).close()
