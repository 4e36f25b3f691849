"""The tables of results that may stand for others; part of the migrations in `schema`, never edited once released."""

TABLES = """
ALTER TABLE runs ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;

-- A user wants this task tried, whatever was found out before.
ALTER TABLE tasks ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;

-- What a saved test was when it was last looked at, page and panel, by site and account.
CREATE TABLE looks (
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    looked_at TEXT NOT NULL,
    PRIMARY KEY (scope, test_id)
) STRICT, WITHOUT ROWID;

-- What filling the panel of a test with settings of a shape laid open beside them, when that was last seen.
CREATE TABLE reveals (
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    shape TEXT NOT NULL,
    digest TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (scope, test_id, fingerprint, shape)
) STRICT, WITHOUT ROWID;

-- Verified results whose task could not take them any more, such as those of a cancelled run.
CREATE TABLE spares (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    config TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT;

-- What the site answered, a result or a refusal, and what that rests on. Answers of the same key are of the same backtest.
CREATE TABLE answers (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('result', 'refusal')),
    scope TEXT NOT NULL,
    test_id TEXT NOT NULL REFERENCES tests,
    fingerprint TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    has_trades INTEGER NOT NULL,
    has_charts INTEGER NOT NULL,
    answered_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

CREATE INDEX answers_by_key ON answers (key, attempt_id) WHERE revoked_at IS NULL;
CREATE INDEX answers_of_test ON answers (test_id, scope, fingerprint) WHERE revoked_at IS NULL;

-- Tasks that took an answer instead of being backtested.
CREATE TABLE reuses (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL REFERENCES answers,
    reused_at TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;

CREATE TRIGGER spares_are_final BEFORE UPDATE ON spares BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END;
CREATE TRIGGER reuses_are_final BEFORE UPDATE ON reuses BEGIN SELECT RAISE(ABORT, 'where a result came from is never changed'); END;
"""
