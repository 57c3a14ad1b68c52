-- Messages that wait to be sent. They hold personal data, so a row is deleted as soon as its message is sent. `holder` is sending a
-- message until `held_until`. One with `dead_at` is not sent any more.
CREATE TABLE mail_outbox (
    id uuid NOT NULL PRIMARY KEY,
    template text NOT NULL,
    lang text COLLATE "C",
    recipient text NOT NULL,
    reply_to text,
    topic text,
    data jsonb NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    holder uuid,
    held_until timestamptz,
    reason text,
    created_at timestamptz NOT NULL,
    dead_at timestamptz,
    CHECK ((holder IS NULL) = (held_until IS NULL))
);
CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE dead_at IS NULL;

-- Who wants no more messages on a topic: a keyed hash of the address, never the address.
CREATE TABLE mail_opt_outs (
    address bytea NOT NULL CHECK (octet_length(address) = 32),
    topic text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (address, topic)
);
