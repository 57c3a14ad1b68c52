-- SQLite cannot alter a CHECK constraint, so the table is built anew. Entries about and by keys are lost.
ALTER TABLE changes RENAME TO changes_before;
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'cli', 'import', 'clock', 'nobody')),
    actor_id BLOB,
    address TEXT,
    request_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key', 'site')),
    entity_id BLOB,
    lang TEXT,
    operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'publish_shared', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke')),
    before TEXT,
    after TEXT
) STRICT;
INSERT INTO changes (seq, at, actor, actor_id, address, request_id, kind, entity_id, lang, operation, before, after)
SELECT seq, at, actor, actor_id, address, request_id, kind, entity_id, lang, operation, before, after
FROM changes_before WHERE kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key', 'site')
    AND actor IN ('user', 'cli', 'import', 'clock', 'nobody') ORDER BY seq;
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
DROP TABLE api_key_categories;
DROP TABLE api_key_languages;
DROP TABLE api_key_secrets;
DROP TABLE api_keys;
