-- The forms that were sent, by the SHA-256 of their tokens. Each is taken once, so it is kept until it expires.
CREATE TABLE used_forms (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_forms_by_expiry ON used_forms (expires_at);
