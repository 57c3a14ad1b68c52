-- The table gets the name that the documents and the code use. It is built anew, because SQLite would write a renamed one
-- differently into its schema.
CREATE TABLE transitions (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    edge TEXT NOT NULL CHECK (edge IN ('begin', 'end')),
    -- The time of the next attempt, if the last one failed.
    retry_at INTEGER,
    UNIQUE (publication_id, edge)
) STRICT;
INSERT INTO transitions (id, at, publication_id, edge, retry_at)
SELECT id, at, publication_id, edge, retry_at FROM moments;
DROP TABLE moments;
CREATE INDEX transitions_by_time ON transitions (at, id);
CREATE INDEX transitions_to_retry ON transitions (retry_at) WHERE retry_at IS NOT NULL;
