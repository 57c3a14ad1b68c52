-- Messages that wait to be sent. They hold personal data, so a row is deleted as soon as its message is sent. `holder` is sending a
-- message until `held_until`. One with `dead_at` is not sent any more.
CREATE TABLE mail_outbox (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    template TEXT NOT NULL,
    lang TEXT,
    recipient TEXT NOT NULL,
    reply_to TEXT,
    topic TEXT,
    data TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    holder BLOB,
    held_until INTEGER,
    reason TEXT,
    created_at INTEGER NOT NULL,
    dead_at INTEGER,
    CHECK ((holder IS NULL) = (held_until IS NULL))
) STRICT;
CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE dead_at IS NULL;

-- Who wants no more messages on a topic: a keyed hash of the address, never the address.
CREATE TABLE mail_opt_outs (
    address BLOB NOT NULL CHECK (length(address) = 32),
    topic TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (address, topic)
) STRICT, WITHOUT ROWID;
