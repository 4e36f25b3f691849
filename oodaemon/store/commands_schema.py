"""The tables and columns that commands need: how a run stops, since when its clock stands still, what users decided."""

TABLES = """
ALTER TABLE runs ADD COLUMN mode TEXT NOT NULL DEFAULT 'drain' CHECK (mode IN ('drain', 'now'));

-- Since when retry delays do not run. What is left of a delay is not_before minus this moment, until the clock goes on.
ALTER TABLE runs ADD COLUMN frozen_at TEXT;
UPDATE runs SET frozen_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') WHERE desired = 'pause' AND ended_at IS NULL;

-- Attempts up to this one are no strikes any more.
ALTER TABLE tasks ADD COLUMN forgiven_before INTEGER NOT NULL DEFAULT 0;

ALTER TABLE results ADD COLUMN origin TEXT NOT NULL DEFAULT 'verified' CHECK (origin IN ('verified', 'late', 'accepted'));

CREATE TABLE rulings (
    run_id TEXT NOT NULL,
    idx INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'skipped')),
    client TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    decided_at TEXT NOT NULL,
    PRIMARY KEY (run_id, idx),
    FOREIGN KEY (run_id, idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
"""
