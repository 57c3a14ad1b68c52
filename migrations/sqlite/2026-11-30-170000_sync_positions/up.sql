-- The copies that the holders of API keys keep by sync: the filter of each, and how far in the change log it is. Of the filter,
-- the hash is enough to recognise it.
CREATE TABLE sync_positions (
    key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    filter_hash BLOB NOT NULL CHECK (length(filter_hash) = 32),
    filter TEXT NOT NULL,
    seq INTEGER NOT NULL,
    synced_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, filter_hash)
) STRICT, WITHOUT ROWID;
