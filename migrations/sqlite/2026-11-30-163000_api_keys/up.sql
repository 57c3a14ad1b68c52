-- API keys of partners and machines. Of each secret only the SHA-256 and a visible prefix are stored.
CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    name_key BLOB NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    scopes TEXT NOT NULL,
    per_minute INTEGER CHECK (per_minute > 0),
    burst INTEGER CHECK (burst > 0),
    expires_at INTEGER,
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    last_used_at INTEGER,
    requests INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((per_minute IS NULL) = (burst IS NULL))
) STRICT;
CREATE INDEX api_keys_by_organization ON api_keys (organization_id);

-- The secrets of a key: the current one, and during a rotation the one before, which ends.
CREATE TABLE api_key_secrets (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    prefix TEXT NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_secrets_current ON api_key_secrets (key_id) WHERE expires_at IS NULL;
CREATE UNIQUE INDEX api_key_secrets_former ON api_key_secrets (key_id) WHERE expires_at IS NOT NULL;

-- The languages and categories to which a key is limited. Without rows it is not limited.
CREATE TABLE api_key_languages (
    key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    PRIMARY KEY (key_id, lang)
) STRICT, WITHOUT ROWID;
-- A category with keys cannot be deleted: without its row, a key would be limited no more.
CREATE TABLE api_key_categories (
    key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    term_id BLOB NOT NULL REFERENCES terms (id),
    PRIMARY KEY (key_id, term_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_categories_by_term ON api_key_categories (term_id);

-- The log has entries about keys, by keys, and soon about webhooks, media, comments and submissions. SQLite cannot alter a
-- CHECK constraint, so the table is built anew.
ALTER TABLE changes RENAME TO changes_before;
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'key', 'cli', 'import', 'clock', 'nobody')),
    actor_id BLOB,
    address TEXT,
    request_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key', 'site', 'api_key', 'webhook', 'media', 'comment', 'submission')),
    entity_id BLOB,
    lang TEXT,
    operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'publish_shared', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke')),
    before TEXT,
    after TEXT
) STRICT;
INSERT INTO changes (seq, at, actor, actor_id, address, request_id, kind, entity_id, lang, operation, before, after)
SELECT seq, at, actor, actor_id, address, request_id, kind, entity_id, lang, operation, before, after
FROM changes_before ORDER BY seq;
DROP TABLE changes_before;
CREATE INDEX changes_by_entity ON changes (entity_id, seq);
CREATE INDEX changes_by_actor ON changes (actor_id, seq);
CREATE INDEX changes_by_request ON changes (request_id, seq) WHERE request_id IS NOT NULL;
CREATE INDEX changes_by_address ON changes (address, seq) WHERE address IS NOT NULL;
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared');
CREATE TRIGGER changes_are_never_updated BEFORE UPDATE ON changes
BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;
CREATE TRIGGER changes_are_never_deleted BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;
