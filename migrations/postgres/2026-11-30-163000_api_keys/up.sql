-- API keys of partners and machines. Of each secret only the SHA-256 and a visible prefix are stored.
CREATE TABLE api_keys (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key bytea NOT NULL,
    organization_id uuid REFERENCES organizations (id),
    scopes jsonb NOT NULL,
    per_minute integer CHECK (per_minute > 0),
    burst integer CHECK (burst > 0),
    expires_at timestamptz,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    last_used_at timestamptz,
    requests bigint NOT NULL DEFAULT 0,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((per_minute IS NULL) = (burst IS NULL))
);
CREATE INDEX api_keys_by_organization ON api_keys (organization_id);

-- The secrets of a key: the current one, and during a rotation the one before, which ends.
CREATE TABLE api_key_secrets (
    hash bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    prefix text NOT NULL,
    expires_at timestamptz
);
CREATE UNIQUE INDEX api_key_secrets_current ON api_key_secrets (key_id) WHERE expires_at IS NULL;
CREATE UNIQUE INDEX api_key_secrets_former ON api_key_secrets (key_id) WHERE expires_at IS NOT NULL;

-- The languages and categories to which a key is limited. Without rows it is not limited.
CREATE TABLE api_key_languages (
    key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    lang text COLLATE "C" NOT NULL,
    PRIMARY KEY (key_id, lang)
);
-- A category with keys cannot be deleted: without its row, a key would be limited no more.
CREATE TABLE api_key_categories (
    key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    term_id uuid NOT NULL REFERENCES terms (id),
    PRIMARY KEY (key_id, term_id)
);
CREATE INDEX api_key_categories_by_term ON api_key_categories (term_id);

-- The log has entries about keys, by keys, and soon about webhooks, media, comments and submissions.
ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key', 'site', 'api_key', 'webhook', 'media', 'comment', 'submission'));
ALTER TABLE changes DROP CONSTRAINT changes_actor_check;
ALTER TABLE changes ADD CONSTRAINT changes_actor_check CHECK (actor IN ('user', 'key', 'cli', 'import', 'clock', 'nobody'));
