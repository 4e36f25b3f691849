"""Copies of a store, and stores out of copies: complete, private, proven, and nothing is ever lost by making one."""

import random
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from oodaemon.__main__ import main
from oodaemon.errors import StoreHeld
from oodaemon.store import audit, backup, fsck, journal, restore, runs
from oodaemon.store.backup import BackupFailed
from oodaemon.store.files import BACKUPS_NAME, DATABASE_NAME
from oodaemon.store.ledger import Ledger
from oodaemon.store.restore import RestoreFailed
from oodaemon.store.soundness import Unsound
from tests.integration.store.test_ledger import fill_with_garbage, make_newer, replace_by_foreign, replace_by_text, truncate
from tests.integration.store.workbench import START, Workbench
from tests.support.golden import Maker, live, public_state


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    """A daemon with a rich store, that runs."""
    made = Maker(tmp_path / "state")
    live(made)
    return made


def command(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(args)
    out, err = capsys.readouterr()
    return int(str(ended.value.code)), out, err


def opened(folder: Path) -> Ledger:
    return Ledger(folder, wall_clock=lambda: START, rng=random.Random(3))


def only(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_backup_is_one_private_file_with_all_that_was_committed(maker: Maker, tmp_path: Path, capsys) -> None:
    target = tmp_path / "far" / "copy.db"
    code, out, err = command(capsys, "backup", str(target), "--state-dir", str(maker.folder))
    assert (code, err) == (0, "")
    assert f"events up to {maker.ledger.head}, checked" in out
    assert only(target.parent) == ["copy.db"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert audit.audit(target) == []
    assert public_state_of(target, tmp_path / "elsewhere") == public_state_after_restart(maker)


def public_state_of(file: Path, folder: Path) -> object:
    folder.mkdir()
    shutil.copyfile(file, folder / DATABASE_NAME)
    return state(folder)


def state(folder: Path) -> object:
    ledger = Ledger(folder, wall_clock=lambda: START, rng=random.Random(3))
    try:
        return public_state(ledger)
    finally:
        ledger.close()


def public_state_after_restart(maker: Maker) -> object:
    maker.ledger.close()
    return state(maker.folder)


def test_without_a_name_it_goes_to_the_folder_of_backups_and_a_folder_is_taken_as_one(maker: Maker, tmp_path: Path, capsys) -> None:
    maker.ledger.close()
    assert command(capsys, "backup", "--state-dir", str(maker.folder))[0] == 0
    assert command(capsys, "backup", str(tmp_path), "--state-dir", str(maker.folder))[0] == 0
    (inside,), (outside,) = (maker.folder / BACKUPS_NAME).iterdir(), tmp_path.glob("manual-*.db")
    assert inside.name.startswith("manual-")
    assert audit.audit(inside) == audit.audit(outside) == []
    assert DATABASE_NAME + "-wal" not in only(maker.folder)


def test_a_copy_made_while_the_daemon_commits_is_of_one_moment(bench: Workbench, tmp_path: Path) -> None:
    bench.submit(300)
    is_over = threading.Event()
    taken: list[int] = []

    def copy() -> None:
        try:
            for number in range(8):
                file = tmp_path / f"{number}.db"
                backup.take(bench.ledger.path, file)
                taken.append(number)
        finally:
            is_over.set()

    thread = threading.Thread(target=copy)
    thread.start()
    heads = []
    while not is_over.is_set():
        bench.succeed_next()
        heads.append(bench.ledger.head)
    thread.join()
    assert taken == list(range(8))
    assert len(heads) > 1, "the daemon worked meanwhile"
    for number in taken:
        ledger = Ledger(moved(tmp_path / f"{number}.db"), wall_clock=bench.clock, rng=random.Random(1))
        assert ledger.read(fsck.problems) == []
        ledger.close()


def moved(file: Path) -> Path:
    folder = file.with_suffix("")
    folder.mkdir()
    file.rename(folder / DATABASE_NAME)
    return folder


def test_no_backup_replaces_a_file(maker: Maker, tmp_path: Path, capsys) -> None:
    (tmp_path / "mine").write_text("mine")
    code, _, err = command(capsys, "backup", str(tmp_path / "mine"), "--state-dir", str(maker.folder))
    assert (code, err) == (1, f"oodaemon: {tmp_path}/mine is there already; choose another name, or move it away\n")
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_contradictory_store_is_not_copied_and_nothing_is_left(maker: Maker, tmp_path: Path) -> None:
    maker.ledger.close()
    connection = sqlite3.connect(maker.folder / DATABASE_NAME)
    with connection:
        connection.execute("DELETE FROM events WHERE type = 'task_submitted'")
    connection.close()
    with pytest.raises(BackupFailed, match=r"contradicts itself.*oodaemon fsck says more"):
        backup.take(maker.folder / DATABASE_NAME, tmp_path / "out" / "copy.db")
    assert only(tmp_path / "out") == []


@pytest.mark.parametrize("spoil", [truncate, fill_with_garbage, replace_by_text, replace_by_foreign, make_newer])
def test_what_is_no_sound_store_is_neither_copied_nor_restored(maker: Maker, tmp_path: Path, spoil, capsys) -> None:
    file = tmp_path / "copy.db"
    backup.take(maker.ledger.path, file)
    maker.ledger.close()
    spoil(file)
    before, store = file.read_bytes(), (maker.folder / DATABASE_NAME).read_bytes()
    code, _, err = command(capsys, "restore", str(file), "--state-dir", str(maker.folder))
    assert code == 1
    assert err.startswith(f"oodaemon: {file} cannot be used as a store: ")
    assert err.count("\n") == 1
    with pytest.raises(BackupFailed):
        backup.take(file, tmp_path / "again.db")
    assert not (tmp_path / "again.db").exists()
    assert (file.read_bytes(), (maker.folder / DATABASE_NAME).read_bytes()) == (before, store)


def test_a_restored_store_is_the_old_one_in_a_new_life_and_the_other_is_kept(maker: Maker, tmp_path: Path, capsys) -> None:
    file = tmp_path / "copy.db"
    backup.take(maker.ledger.path, file)
    copied = file.read_bytes()
    head = maker.ledger.head
    cancelled_later = maker.submit("later", 2)
    attempts = maker.lease("site/oo/browser/9").token.attempt_id
    with pytest.raises(StoreHeld):
        restore.restore(file, maker.folder, START)
    maker.ledger.close()

    code, out, err = command(capsys, "restore", str(file), "--state-dir", str(maker.folder))
    assert (code, err) == (0, "")
    assert "generation 2" in out
    assert file.read_bytes() == copied
    (aside,) = maker.folder.glob("replaced-by-generation-2-*")
    assert str(aside) in out
    assert only(aside) == [DATABASE_NAME]

    ledger = opened(maker.folder)
    assert ledger.generation == 2
    assert head < ledger.head <= head + 20
    with pytest.raises(Exception, match="there is no run"):
        ledger.read(runs.get, cancelled_later)
    assert ledger.read(fsck.problems) == []
    newest = ledger.read(lambda db: db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'attempts'").fetchone()[0])
    assert newest >= attempts, "numbers of attempts are used for what lies outside of the store"
    ledger.close()

    old = opened(aside)
    assert old.read(runs.get, cancelled_later).name == "later"
    old.close()


def test_each_restore_begins_a_life_that_never_was(maker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    backup.take(maker.ledger.path, file)
    maker.ledger.close()
    for number, generation in enumerate((2, 3, 4)):
        found, _ = restore.restore(file, maker.folder, START.replace(year=2030 + number))
        assert found.generation == generation
    fill_with_garbage(maker.folder / DATABASE_NAME)
    (maker.folder / (DATABASE_NAME + "-wal")).write_bytes(b"torn")
    found, aside = restore.restore(file, maker.folder, START.replace(year=2040))
    assert found.generation == 5, "although the store that was there cannot say which it was"
    assert aside is not None
    assert only(aside) == [DATABASE_NAME, DATABASE_NAME + "-wal"]
    assert state(maker.folder)


def test_a_store_can_be_restored_where_there_is_none(maker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    backup.take(maker.ledger.path, file)
    maker.ledger.close()
    found, aside = restore.restore(file, tmp_path / "new", START)
    assert (found.generation, aside) == (2, None)
    assert (tmp_path / "new" / DATABASE_NAME).stat().st_mode & 0o777 == 0o600
    assert state(tmp_path / "new") == state(maker.folder)


def test_the_file_of_a_daemon_is_no_backup(maker: Maker, tmp_path: Path) -> None:
    assert (maker.folder / (DATABASE_NAME + "-wal")).stat().st_size
    with pytest.raises(Unsound, match="write-ahead log beside it"):
        restore.restore(maker.folder / DATABASE_NAME, tmp_path / "new", START)
    with pytest.raises(RestoreFailed, match="there is no file"):
        restore.restore(tmp_path / "nothing", tmp_path / "new", START)


def test_a_kill_between_any_two_steps_leaves_the_old_store_or_the_new_one(maker: Maker, tmp_path: Path, monkeypatch) -> None:
    """Every operation on a name of a file is a moment at which the power may fail."""
    file = tmp_path / "copy.db"
    backup.take(maker.ledger.path, file)
    later = maker.submit("later", 1)
    maker.ledger.close()
    whole = tmp_path / "whole"
    shutil.copytree(maker.folder, whole)

    class Killed(BaseException):
        pass

    steps = 0
    outcomes = set()
    for last in range(20):
        folder = tmp_path / f"life-{last}"
        shutil.copytree(whole, folder)
        steps = 0

        def counted(original, last=last):
            def step(*args, **rest):
                nonlocal steps
                steps += 1
                if steps > last:
                    raise Killed
                return original(*args, **rest)

            return step

        with monkeypatch.context() as patch:
            for owner, name in (
                (Path, "rename"),
                (Path, "replace"),
                (Path, "hardlink_to"),
                (Path, "mkdir"),
                (restore.files, "make_durable"),
            ):
                patch.setattr(owner, name, counted(getattr(owner, name)))
            try:
                restore.restore(file, folder, START)
                is_over = True
            except Killed:
                is_over = False
        ledger = opened(folder)
        is_old = later in {run.run_id for run in ledger.read(runs.page, limit=100)}
        assert is_old == (ledger.generation == 1)
        assert ledger.read(journal.head) > 0
        assert ledger.read(fsck.problems) == []
        ledger.close()
        outcomes.add(is_old)
        if is_over:
            break
    assert is_over
    assert outcomes == {True, False}


def test_daily_backups_are_known_by_their_names(tmp_path: Path) -> None:
    names = [
        "daily-20260101T000000Z.db",
        "daily-20260103T000000Z.db",
        "daily-20260102T000000Z.db",
        "daily-mine.db",
        "manual-20250101T000000Z.db",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert [file.name for _, file in backup.listing(tmp_path, "daily")] == [names[0], names[2], names[1]]
    assert backup.prune(tmp_path, "daily", keep=0) == []
    assert [file.name for file in backup.prune(tmp_path, "daily", keep=2)] == [names[0]]
    assert only(tmp_path) == sorted(set(names) - {names[0]})
