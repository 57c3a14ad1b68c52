-- Webhooks: receivers of what changes. The secrets sign requests, so they are stored as they are.
CREATE TABLE webhooks (
    id uuid NOT NULL PRIMARY KEY,
    url text NOT NULL,
    description text,
    format text NOT NULL CHECK (format IN ('standard', 'purge_fastly', 'purge_cloudflare', 'purge_varnish', 'build_hook')),
    events jsonb NOT NULL,
    languages jsonb NOT NULL,
    quiet_seconds integer CHECK (quiet_seconds > 0),
    token text,
    secret bytea NOT NULL CHECK (octet_length(secret) = 32),
    former_secret bytea CHECK (octet_length(former_secret) = 32),
    former_expires_at timestamptz,
    -- Only what changes after this entry of the log is delivered.
    since bigint NOT NULL,
    disabled_at timestamptz,
    disabled_reason text CHECK (disabled_reason IN ('admin', 'gone', 'failing')),
    failing_since timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((former_secret IS NULL) = (former_expires_at IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);

-- The categories to which a webhook is limited. Without rows it is not limited, so a category with webhooks cannot be deleted.
CREATE TABLE webhook_categories (
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    term_id uuid NOT NULL REFERENCES terms (id),
    PRIMARY KEY (webhook_id, term_id)
);
CREATE INDEX webhook_categories_by_term ON webhook_categories (term_id);

-- The public posts in the categories of a limited webhook, as it was told: it must learn when one is gone.
CREATE TABLE webhook_posts (
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    post_id uuid NOT NULL,
    lang text COLLATE "C" NOT NULL,
    PRIMARY KEY (webhook_id, post_id, lang)
);

-- Deliveries. `holder` is sending one until `held_until`. What is about one thing is delivered in the order of the numbers. Urgent
-- ones are sent before all others.
CREATE TABLE webhook_deliveries (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    webhook_id uuid NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event text NOT NULL,
    entity_id uuid,
    lang text COLLATE "C",
    payload text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'superseded')),
    attempts integer NOT NULL DEFAULT 0,
    urgent boolean NOT NULL DEFAULT FALSE,
    due_at timestamptz NOT NULL,
    holder uuid,
    held_until timestamptz,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((holder IS NULL) = (held_until IS NULL)),
    CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, number);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_urgent ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending' AND urgent;
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (webhook_id, entity_id, number) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (webhook_id, held_until) WHERE holder IS NOT NULL;
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

-- The attempts of deliveries: what was sent, and what came back.
CREATE TABLE webhook_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery bigint NOT NULL REFERENCES webhook_deliveries (number) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    millis integer NOT NULL,
    status integer,
    failure text,
    request jsonb NOT NULL,
    response jsonb
);
CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery, id);

-- How far the log was turned into deliveries: the position in the log, and the last entry whose keys were purged.
CREATE TABLE webhook_progress (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    position jsonb NOT NULL,
    purged bigint NOT NULL
);
