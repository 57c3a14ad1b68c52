-- Webhooks: receivers of what changes. The secrets sign requests, so they are stored as they are.
CREATE TABLE webhooks (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    url TEXT NOT NULL,
    description TEXT,
    format TEXT NOT NULL CHECK (format IN ('standard', 'purge_fastly', 'purge_cloudflare', 'purge_varnish', 'build_hook')),
    events TEXT NOT NULL,
    languages TEXT NOT NULL,
    quiet_seconds INTEGER CHECK (quiet_seconds > 0),
    token TEXT,
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    former_secret BLOB CHECK (length(former_secret) = 32),
    former_expires_at INTEGER,
    -- Only what changes after this entry of the log is delivered.
    since INTEGER NOT NULL,
    disabled_at INTEGER,
    disabled_reason TEXT CHECK (disabled_reason IN ('admin', 'gone', 'failing')),
    failing_since INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((former_secret IS NULL) = (former_expires_at IS NULL)),
    CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
) STRICT;

-- The categories to which a webhook is limited. Without rows it is not limited, so a category with webhooks cannot be deleted.
CREATE TABLE webhook_categories (
    webhook_id BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    term_id BLOB NOT NULL REFERENCES terms (id),
    PRIMARY KEY (webhook_id, term_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_categories_by_term ON webhook_categories (term_id);

-- The public posts in the categories of a limited webhook, as it was told: it must learn when one is gone.
CREATE TABLE webhook_posts (
    webhook_id BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    post_id BLOB NOT NULL,
    lang TEXT NOT NULL,
    PRIMARY KEY (webhook_id, post_id, lang)
) STRICT, WITHOUT ROWID;

-- Deliveries. `holder` is sending one until `held_until`. What is about one thing is delivered in the order of the numbers. Urgent
-- ones are sent before all others.
CREATE TABLE webhook_deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    webhook_id BLOB NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    entity_id BLOB,
    lang TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'superseded')),
    attempts INTEGER NOT NULL DEFAULT 0,
    urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
    due_at INTEGER NOT NULL,
    holder BLOB,
    held_until INTEGER,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    CHECK ((holder IS NULL) = (held_until IS NULL)),
    CHECK ((state = 'pending') = (finished_at IS NULL))
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, number);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_urgent ON webhook_deliveries (webhook_id, due_at) WHERE state = 'pending' AND urgent;
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (webhook_id, entity_id, number) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_held ON webhook_deliveries (webhook_id, held_until) WHERE holder IS NOT NULL;
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE finished_at IS NOT NULL;

-- The attempts of deliveries: what was sent, and what came back.
CREATE TABLE webhook_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery INTEGER NOT NULL REFERENCES webhook_deliveries (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    millis INTEGER NOT NULL,
    status INTEGER,
    failure TEXT,
    request TEXT NOT NULL,
    response TEXT
) STRICT;
CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery, id);

-- How far the log was turned into deliveries: the position in the log, and the last entry whose keys were purged.
CREATE TABLE webhook_progress (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    position TEXT NOT NULL,
    purged INTEGER NOT NULL
) STRICT;
