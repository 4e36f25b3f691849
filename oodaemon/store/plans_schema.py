"""The tables of runs that get their tasks in parts."""

TABLES = """
-- Whether a run gets further tasks, and how many it will have at most; NULL when nobody can tell.
ALTER TABLE runs ADD COLUMN growing TEXT NOT NULL DEFAULT 'complete' CHECK (growing IN ('complete', 'growing', 'stuck'));
ALTER TABLE runs ADD COLUMN planned INTEGER;

-- A part reaches from its first index to that of the next one.
CREATE TABLE parts (
    run_id TEXT NOT NULL REFERENCES runs,
    first_idx INTEGER NOT NULL,
    part TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (run_id, first_idx),
    FOREIGN KEY (run_id, first_idx) REFERENCES tasks
) STRICT, WITHOUT ROWID;
"""

TRIGGERS = """
-- A run that could not go on from its results is looked at again once one of its tasks is another one.
CREATE TRIGGER runs_grow_again AFTER UPDATE OF state ON tasks WHEN OLD.state <> NEW.state BEGIN
    UPDATE runs SET growing = 'growing' WHERE run_id = NEW.run_id AND growing = 'stuck';
END;
"""
