-- Each step a translation took on its way: submitted, reviewed, archived … with what was said. They outlive it, as its
-- revisions do; `past` are those of one that was deleted.
CREATE TABLE workflow_steps (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang text COLLATE "C" NOT NULL,
    step text NOT NULL CHECK (step IN ('submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive')),
    revision integer NOT NULL,
    note text CHECK (length(note) BETWEEN 1 AND 2000),
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    past boolean NOT NULL DEFAULT false
);
CREATE INDEX workflow_steps_by_translation ON workflow_steps (post_id, lang, id);
CREATE INDEX translations_by_stage ON translations (stage, stage_at, post_id, lang);
CREATE INDEX posts_by_creation ON posts (created_at, id) WHERE deleted_at IS NULL;

-- What the clock will do to publications: a row until the change log tells of it.
CREATE TABLE moments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    publication_id bigint NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    edge text NOT NULL CHECK (edge IN ('begin', 'end')),
    UNIQUE (publication_id, edge)
);
CREATE INDEX moments_by_time ON moments (at, id);

-- Work that only one of all instances does at a time.
CREATE TABLE leases (
    name text NOT NULL PRIMARY KEY,
    holder uuid NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Links to one revision for somebody without a login; of the token only its SHA-256 is kept.
CREATE TABLE preview_links (
    id uuid NOT NULL PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    post_id uuid NOT NULL,
    lang text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    FOREIGN KEY (post_id, lang, revision) REFERENCES revisions (post_id, lang, number) ON DELETE CASCADE
);
CREATE INDEX preview_links_by_translation ON preview_links (post_id, lang, id);
CREATE INDEX preview_links_by_expiry ON preview_links (expires_at);

-- The first answer to each POST with an Idempotency-Key, sealed with that key, which is not kept.
CREATE TABLE idempotency_keys (
    id bytea NOT NULL PRIMARY KEY CHECK (octet_length(id) = 32),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    request_id text NOT NULL,
    holder uuid NOT NULL,
    held_until timestamptz NOT NULL,
    answer bytea,
    expires_at timestamptz NOT NULL
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
