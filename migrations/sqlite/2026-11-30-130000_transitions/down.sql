CREATE TABLE moments (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    edge TEXT NOT NULL CHECK (edge IN ('begin', 'end')),
    -- When the log is to be told again, if that failed.
    retry_at INTEGER,
    UNIQUE (publication_id, edge)
) STRICT;
INSERT INTO moments (id, at, publication_id, edge, retry_at)
SELECT id, at, publication_id, edge, retry_at FROM transitions;
DROP TABLE transitions;
CREATE INDEX moments_by_time ON moments (at, id);
CREATE INDEX moments_to_retry ON moments (retry_at) WHERE retry_at IS NOT NULL;
