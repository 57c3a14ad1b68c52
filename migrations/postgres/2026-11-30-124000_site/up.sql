-- What the site says about itself: one row, which is there once an admin has written it.
CREATE TABLE site (
    id uuid NOT NULL PRIMARY KEY,
    home text,
    languages jsonb NOT NULL,
    licence text,
    contact text,
    translations jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The log has entries about the site.
ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key', 'site'));
