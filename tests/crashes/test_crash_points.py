"""Killed before, within and after every commit, twice, and inside every recovery: nothing is lost, doubled or half done."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from oodaemon.model.runs import Desired
from oodaemon.store import attempts, schema, tests
from oodaemon.store.ledger import DATABASE_NAME
from tests.crashes.disk import lay, take
from tests.crashes.explorer import Explorer, Remains, left_by, nothing
from tests.crashes.player import IRON, Memory, Player
from tests.crashes.scenarios import SCENARIOS, Scenario

pytestmark = pytest.mark.slow

LARGE = {
    "drift",
    "retries",
    "hold",
    "take turns",
    "compaction",
    "stop and start",
    "staged",
    "search",
    "stuck",
    "pause between parts",
}
"""Killed once unless OO_FULL is set: their pairs take most of the time."""
MEMORY_DISK = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[Path]:
    """On a disk of memory where there is one: what is tested is the order of writes, not the disk."""
    made = Path(tempfile.mkdtemp(prefix="oo-crash-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
    yield made
    shutil.rmtree(made)


def explorer(scenario: Scenario, folder: Path) -> Explorer:
    def check_end(player: Player, story: tuple[str, ...]) -> None:
        for name, told in player.outcome().items():
            allowed = {scenario.expect[name], *(scenario.after_crash.get(name, ()) if story else ())}
            assert told in allowed, f"after {' / '.join(story) or 'no crash'}"

    return Explorer(folder, scenario.play, check_end)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_crash_and_every_pair_of_crashes_changes_nothing(name: str, folder: Path) -> None:
    scenario = SCENARIOS[name]
    explored = explorer(scenario, folder)
    crashes = 1 if name in LARGE and "OO_FULL" not in os.environ else 2
    explored.explore(prepared(folder), crashes=crashes, in_recovery=scenario.in_recovery)
    assert explored.lives > 10 * crashes
    assert explored.deepest >= crashes + scenario.in_recovery
    print(f"{name}: {explored.lives} lives")


def prepared(folder: Path) -> Remains:
    """A store of this version that knows a test, killed; how it is made is killed elsewhere."""
    player = Player(folder / "before", Memory())
    player.write(tests.remember, [IRON])
    return left_by(player)


def in_flight() -> Iterator[tuple[str, str, str]]:
    """How far the task was when the daemon died, what was desired of its run, and what becomes of it."""
    for is_announced in (False, True):
        how = "announced" if is_announced else "leased"
        for desired, told in (
            (Desired.RUN, "completed succeeded succeeded"),
            (Desired.PAUSE, "paused ready ready"),
            (Desired.CANCEL, "cancelled cancelled cancelled"),
        ):
            yield how, desired.value, told


@pytest.mark.parametrize(("how", "desired", "told"), list(in_flight()))
def test_a_start_with_orphans_can_be_killed_at_any_moment(folder: Path, how: str, desired: str, told: str) -> None:
    player = Player(folder / "before", Memory())
    player.submit("a", 2)
    leased = player.lease()
    if how == "announced":
        player.click(leased)
    player.steer("a", Desired(desired))
    start = left_by(player)
    explored = explorer(Scenario(lambda at: at.work(), {"a": told}), folder)
    explored.explore(start, crashes=2, in_recovery=True)
    assert explored.lives > 3


def older_stores() -> list[str]:
    with Database(memory=True, execute_plugins=False) as empty:
        return [step.name for step in schema.MIGRATIONS.pending(empty)]


def make_older(folder: Path, first_missing: str) -> Remains:
    """A store as a version without this migration left it, killed."""
    lay({}, folder)
    connection = sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)
    connection.row_factory = sqlite3.Row
    database = Database(connection, execute_plugins=False)
    database.execute("PRAGMA journal_mode = WAL")
    schema.MIGRATIONS.apply(database, stop_before=first_missing)
    if not schema.is_new(database):
        facts = {"store_id": "11111111-1111-4111-8111-111111111111", "generation": "1", "boot": "0", "clean": "0"}
        for key, value in facts.items():
            database.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (key, value))
    files = take(folder)
    connection.close()
    return Remains(files, Memory(), ())


@pytest.mark.parametrize("first_missing", older_stores())
def test_a_migration_can_be_killed_at_any_moment(folder: Path, first_missing: str) -> None:
    start = make_older(folder / "before", first_missing)
    explored = explorer(SCENARIOS["sweep"], folder)
    explored.explore(start, crashes=1)
    assert explored.lives > 10


def test_a_first_start_can_be_killed_at_any_moment(folder: Path) -> None:
    explored = explorer(Scenario(lambda at: None, {}), folder)
    explored.explore(nothing(), crashes=2)
    assert explored.lives > 10


def test_the_harness_notices_a_store_that_forgets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that leaves orphans open, as a store without its first transaction would."""
    monkeypatch.setattr(attempts, "interrupt_orphans", lambda tx: 0)
    with pytest.raises(AssertionError):
        explorer(SCENARIOS["sweep"], folder).explore(prepared(folder), crashes=1)
