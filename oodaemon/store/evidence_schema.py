"""The tables of what is kept of failed attempts; part of the migrations in `schema`, never edited once released."""

TABLES = """
-- Where a failed attempt was, as JSON: step, address, title, causes, and what could not be kept.
CREATE TABLE scenes (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    scene TEXT NOT NULL
) STRICT;

-- The index of the files in the folder `evidence`. A row is written after its file and dropped before it.
CREATE TABLE evidence (
    attempt_id INTEGER NOT NULL REFERENCES attempts,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    sha256 TEXT NOT NULL,
    dropped_at TEXT,
    PRIMARY KEY (attempt_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_on_disk ON evidence (attempt_id, bytes) WHERE dropped_at IS NULL;

-- Figures that a page showed and did not prove. They are no result.
CREATE TABLE quarantine (
    attempt_id INTEGER PRIMARY KEY REFERENCES attempts,
    metrics TEXT NOT NULL,
    extra TEXT NOT NULL,
    proof TEXT NOT NULL,
    config TEXT NOT NULL
) STRICT;

CREATE TRIGGER quarantine_is_final BEFORE UPDATE ON quarantine
BEGIN SELECT RAISE(ABORT, 'quarantined figures are never changed'); END;
"""
