-- Each step a translation took on its way: submitted, reviewed, archived … with what was said. They outlive it, as its
-- revisions do; `past` are those of one that was deleted.
CREATE TABLE workflow_steps (
    id INTEGER PRIMARY KEY,
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    step TEXT NOT NULL CHECK (step IN ('submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive')),
    revision INTEGER NOT NULL,
    note TEXT CHECK (length(note) BETWEEN 1 AND 2000),
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    past INTEGER NOT NULL DEFAULT 0 CHECK (past IN (0, 1))
) STRICT;
CREATE INDEX workflow_steps_by_translation ON workflow_steps (post_id, lang, id);
CREATE INDEX translations_by_stage ON translations (stage, stage_at, post_id, lang);
CREATE INDEX posts_by_creation ON posts (created_at, id) WHERE deleted_at IS NULL;

-- What the clock will do to publications: a row until the change log tells of it.
CREATE TABLE moments (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    edge TEXT NOT NULL CHECK (edge IN ('begin', 'end')),
    UNIQUE (publication_id, edge)
) STRICT;
CREATE INDEX moments_by_time ON moments (at, id);

-- Work that only one of all instances does at a time.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL CHECK (length(holder) = 16),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links to one revision for somebody without a login; of the token only its SHA-256 is kept.
CREATE TABLE preview_links (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    post_id BLOB NOT NULL,
    lang TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (post_id, lang, revision) REFERENCES revisions (post_id, lang, number) ON DELETE CASCADE
) STRICT;
CREATE INDEX preview_links_by_translation ON preview_links (post_id, lang, id);
CREATE INDEX preview_links_by_expiry ON preview_links (expires_at);

-- The first answer to each POST with an Idempotency-Key, sealed with that key, which is not kept.
CREATE TABLE idempotency_keys (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    request_id TEXT NOT NULL,
    holder BLOB NOT NULL CHECK (length(holder) = 16),
    held_until INTEGER NOT NULL,
    answer BLOB,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
