"""The tables of tokens and of what was told to other programs; part of the migrations in `schema`, never edited once released."""

TABLES = """
-- Who may come in from elsewhere. A restored backup starts a new generation, and with it none of these holds any more:
-- one that was revoked since must not come back.
CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'control')),
    generation INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT
) STRICT, WITHOUT ROWID;

-- Up to which event each way of telling people has told them, and what it has told so far and not yet taken back (JSON).
CREATE TABLE outbox (
    channel TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    standing TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
