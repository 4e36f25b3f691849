"""The tables, as forward-only migrations. A migration that was released is never edited; a change is a new one."""

from collections.abc import Mapping

from sqlite_utils import Database, Migrations

from oodaemon.store import cache_schema, commands_schema, evidence_schema, plans_schema, remote_schema, trades_schema

MIGRATIONS = Migrations("oodaemon")

_TABLES = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tests (
    test_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    last_used_at TEXT
) STRICT;

CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    revision INTEGER NOT NULL,
    desired TEXT NOT NULL CHECK (desired IN ('run', 'pause', 'cancel')),
    phase TEXT NOT NULL,
    last_lease INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

-- Apart from runs, because SQLite rewrites a whole row at each update and a specification may be long.
CREATE TABLE specs (
    run_id TEXT PRIMARY KEY REFERENCES runs,
    spec TEXT NOT NULL
) STRICT;

CREATE TABLE tasks (
    run_id TEXT NOT NULL REFERENCES runs,
    idx INTEGER NOT NULL,
    state TEXT NOT NULL,
    not_before TEXT,
    "values" TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    CHECK ((state = 'retry_wait') = (not_before IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Tasks of a run by state, so that nothing ever counts a run of 100,000. Set when tasks are added, kept by tasks_counted.
CREATE TABLE tallies (
    run_id TEXT NOT NULL REFERENCES runs,
    state TEXT NOT NULL,
    tasks INTEGER NOT NULL CHECK (tasks >= 0),
    PRIMARY KEY (run_id, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    attempt_id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    boot INTEGER NOT NULL,
    actor TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    leased_at TEXT NOT NULL,
    submitted_at TEXT,
    closed_at TEXT,
    outcome TEXT,
    seconds REAL,
    FOREIGN KEY (run_id, idx) REFERENCES tasks,
    CHECK ((closed_at IS NULL) = (outcome IS NULL))
) STRICT;

CREATE TABLE results (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;

CREATE TABLE failures (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    class TEXT NOT NULL,
    message TEXT NOT NULL,
    failed_at TEXT NOT NULL,
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    occurred_at TEXT NOT NULL,
    boot INTEGER NOT NULL,
    type TEXT NOT NULL,
    run_id TEXT,
    idx INTEGER,
    attempt_id INTEGER,
    actor TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE requests (
    request_id TEXT PRIMARY KEY,
    method TEXT NOT NULL,
    digest TEXT NOT NULL,
    response TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
"""

_INDEXES = """
CREATE INDEX runs_active ON runs (last_lease, run_id) WHERE ended_at IS NULL;
CREATE INDEX tasks_ready ON tasks (run_id, idx) WHERE state = 'ready';
CREATE INDEX tasks_waiting ON tasks (run_id, not_before, idx) WHERE state = 'retry_wait';
CREATE UNIQUE INDEX attempts_open ON attempts (run_id, idx) WHERE closed_at IS NULL;
CREATE INDEX attempts_of_task ON attempts (run_id, idx, outcome);
CREATE INDEX attempts_succeeded ON attempts (run_id, attempt_id) WHERE outcome = 'succeeded';
CREATE INDEX failures_of_task ON failures (run_id, idx, attempt_id);
CREATE INDEX events_of_run ON events (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX events_of_site ON events (type) WHERE type = 'site_condition_changed';
"""

_TRIGGERS = """
CREATE TRIGGER tasks_counted AFTER UPDATE OF state ON tasks WHEN OLD.state <> NEW.state BEGIN
    UPDATE tallies SET tasks = tasks - 1 WHERE run_id = OLD.run_id AND state = OLD.state;
    INSERT INTO tallies (run_id, state, tasks) VALUES (NEW.run_id, NEW.state, 1)
        ON CONFLICT (run_id, state) DO UPDATE SET tasks = tasks + 1;
END;
CREATE TRIGGER results_are_final BEFORE UPDATE ON results BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
"""


@MIGRATIONS(name="0001_first_tables")
def _first_tables(db: Database) -> None:
    for script in (_TABLES, _INDEXES, _TRIGGERS):
        db.executescript(script)


_WHOLE_RESULTS = """
ALTER TABLE results ADD COLUMN config TEXT NOT NULL DEFAULT '{}';
ALTER TABLE tests ADD COLUMN config TEXT;
ALTER TABLE runs ADD COLUMN wants_trades INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN wants_charts INTEGER NOT NULL DEFAULT 0;

CREATE TABLE charts (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    name TEXT NOT NULL,
    png BLOB NOT NULL,
    PRIMARY KEY (run_id, idx, name),
    FOREIGN KEY (run_id, idx) REFERENCES results
) STRICT;

CREATE TRIGGER charts_are_final BEFORE UPDATE ON charts BEGIN SELECT RAISE(ABORT, 'a chart is never changed'); END;
"""


@MIGRATIONS(name="0002_whole_results")
def _whole_results(db: Database) -> None:
    db.executescript(_WHOLE_RESULTS)


@MIGRATIONS(name="0003_trade_logs")
def _trade_logs(db: Database) -> None:
    for script in (trades_schema.TABLES, trades_schema.TRIGGERS):
        db.executescript(script)


@MIGRATIONS(name="0004_evidence")
def _evidence(db: Database) -> None:
    db.executescript(evidence_schema.TABLES)


@MIGRATIONS(name="0005_commands")
def _commands(db: Database) -> None:
    db.executescript(commands_schema.TABLES)


@MIGRATIONS(name="0006_processes")
def _processes(db: Database) -> None:
    db.execute(
        "CREATE TABLE os_procs (pid INTEGER NOT NULL, started TEXT NOT NULL, host_boot TEXT NOT NULL, kind TEXT NOT NULL,"
        " actor TEXT NOT NULL, boot INTEGER NOT NULL, folder TEXT NOT NULL, PRIMARY KEY (pid, started, host_boot))"
        " STRICT, WITHOUT ROWID"
    )


@MIGRATIONS(name="0007_rules")
def _rules(db: Database) -> None:
    """Which version of the rules gave a failure its class; 0 for those of before there were any."""
    db.execute("ALTER TABLE failures ADD COLUMN rules INTEGER NOT NULL DEFAULT 0")


_RETENTION = """
-- Up to where events were removed, of one run or (scope '') of none; whoever asks for older ones is refused.
CREATE TABLE compactions (
    scope TEXT PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    events INTEGER NOT NULL,
    compacted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX events_of_no_run ON events (seq) WHERE run_id IS NULL;
"""


@MIGRATIONS(name="0008_retention")
def _retention(db: Database) -> None:
    db.executescript(_RETENTION)


@MIGRATIONS(name="0009_plans")
def _plans(db: Database) -> None:
    for script in (plans_schema.TABLES, plans_schema.TRIGGERS):
        db.executescript(script)


@MIGRATIONS(name="0010_cache")
def _cache(db: Database) -> None:
    db.executescript(cache_schema.TABLES)


@MIGRATIONS(name="0011_tests")
def _tests(db: Database) -> None:
    """Names that a test has in our list alone, and tests that were removed: from the site, or from our list alone."""
    db.execute("ALTER TABLE tests ADD COLUMN alias TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE tests ADD COLUMN removed_from TEXT CHECK (removed_from IN ('site', 'list'))")


@MIGRATIONS(name="0012_remote")
def _remote(db: Database) -> None:
    db.executescript(remote_schema.TABLES)


def unknown_migrations(db: Database) -> list[str]:
    """Names of applied migrations that this program does not have: it is older than the store."""
    with Database(memory=True, execute_plugins=False) as empty:
        known = {step.name for step in MIGRATIONS.pending(empty)}
    return [step.name for step in MIGRATIONS.applied(db) if step.name not in known]


def is_foreign(db: Database) -> bool:
    """True for a database that has tables, and none of them from here."""
    tables = {name for name in db.table_names() if not name.startswith(("sqlite_", Migrations.migrations_table))}
    return bool(tables) and not MIGRATIONS.applied(db)


def is_new(db: Database) -> bool:
    """True before the first migration."""
    return not MIGRATIONS.applied(db)


def holds_something(db: Database) -> bool:
    """False also for what a first start left that was killed among its migrations: it told nobody of anything yet."""
    return not is_new(db) and "store_id" in meta(db)


def latest(db: Database) -> str:
    """The name of the newest migration that was applied; empty before the first."""
    applied = MIGRATIONS.applied(db)
    return applied[-1].name if applied else ""


def is_current(db: Database) -> bool:
    """True when there is nothing to migrate."""
    return not MIGRATIONS.pending(db)


def migrate(db: Database) -> None:
    """Apply what is missing, one transaction each; killed at any moment, the next call goes on."""
    with db.atomic():
        MIGRATIONS.ensure_migrations_table(db)
    MIGRATIONS.apply(db)


def meta(db: Database) -> Mapping[str, str]:
    """Identity and state of the store itself: store_id, generation, boot, clean."""
    return {row["key"]: row["value"] for row in db.execute("SELECT key, value FROM meta")}
