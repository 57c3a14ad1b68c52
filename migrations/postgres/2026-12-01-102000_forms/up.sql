-- The forms that were sent, by the SHA-256 of their tokens. Each is taken once, so it is kept until it expires.
CREATE TABLE used_forms (
    hash bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_forms_by_expiry ON used_forms (expires_at);
