-- The copies that the holders of API keys keep by sync: the filter of each, and how far in the change log it is. Of the filter,
-- the hash is enough to recognise it.
CREATE TABLE sync_positions (
    key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    filter_hash bytea NOT NULL CHECK (octet_length(filter_hash) = 32),
    filter jsonb NOT NULL,
    seq bigint NOT NULL,
    synced_at timestamptz NOT NULL,
    PRIMARY KEY (key_id, filter_hash)
);
