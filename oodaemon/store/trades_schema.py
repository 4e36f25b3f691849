"""The tables of trade logs; part of the migrations in `schema`, never edited once released."""

TABLES = """
-- The bytes of an exported file as they came, deflated, and what they are.
CREATE TABLE log_files (
    log_id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    raw BLOB NOT NULL,
    columns TEXT NOT NULL,
    has_times INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    derived TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;

CREATE TABLE trade_logs (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL UNIQUE REFERENCES attempts,
    log_id INTEGER NOT NULL UNIQUE REFERENCES log_files,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
    import_id TEXT PRIMARY KEY,
    log_id INTEGER NOT NULL UNIQUE REFERENCES log_files,
    sha256 TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- Money is text, because a decimal is exact and a float is not. Times are New York wall time.
CREATE TABLE trades (
    log_id INTEGER NOT NULL REFERENCES log_files,
    place INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    contracts INTEGER,
    premium TEXT,
    closing_cost TEXT,
    pl TEXT NOT NULL,
    reason TEXT NOT NULL,
    strategy TEXT NOT NULL,
    legs TEXT NOT NULL,
    rest TEXT NOT NULL,
    PRIMARY KEY (log_id, place)
) STRICT, WITHOUT ROWID;
"""

TRIGGERS = """
CREATE TRIGGER log_files_are_final BEFORE UPDATE ON log_files BEGIN SELECT RAISE(ABORT, 'a file is never changed'); END;
CREATE TRIGGER trade_logs_are_final BEFORE UPDATE ON trade_logs BEGIN SELECT RAISE(ABORT, 'a trade log is never changed'); END;
CREATE TRIGGER imports_are_final BEFORE UPDATE ON imports BEGIN SELECT RAISE(ABORT, 'an import is never changed'); END;
CREATE TRIGGER trades_are_final BEFORE UPDATE ON trades BEGIN SELECT RAISE(ABORT, 'a trade is never changed'); END;
"""
