-- PostgreSQL: ids are uuid (UUIDv7), instants are timestamptz rounded to milliseconds, slugs compare by byte (COLLATE "C") as in SQLite.

-- Every name that leads, or once led, to something. A row outlives the name's use once the world has seen it
-- (`public_at`), so that an old slug redirects and a withdrawn post answers 410. A merged term's id stands here too.
CREATE TABLE slugs (
    kind text NOT NULL CHECK (kind IN ('post', 'category', 'tag', 'author', 'organization')),
    lang text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL CHECK (length(slug) BETWEEN 1 AND 200 AND slug ~ '^[a-z0-9-]+$'),
    owner_id uuid NOT NULL,
    public_at timestamptz,
    -- Whose it was before it was taken over: until `public_at` it still leads there.
    former_id uuid,
    former_public_at timestamptz,
    PRIMARY KEY (kind, lang, slug)
);
CREATE INDEX slugs_by_owner ON slugs (owner_id, kind, lang);
CREATE INDEX slugs_by_slug ON slugs (slug, kind);

CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key bytea NOT NULL,
    url text,
    country text CHECK (country ~ '^[A-Z][A-Z]$'),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX organizations_by_name ON organizations (name_key, id);
CREATE INDEX organizations_by_update ON organizations (updated_at, id);

CREATE TABLE authors (
    id uuid NOT NULL PRIMARY KEY,
    slug text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key bytea NOT NULL,
    organization_id uuid REFERENCES organizations (id),
    bio jsonb NOT NULL,
    links jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX authors_by_organization ON authors (organization_id);
CREATE INDEX authors_by_name ON authors (name_key, id);
CREATE INDEX authors_by_update ON authors (updated_at, id);

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('contributor', 'author', 'editor', 'moderator', 'admin')),
    active boolean NOT NULL,
    author_id uuid REFERENCES authors (id) ON DELETE SET NULL,
    languages jsonb NOT NULL DEFAULT '[]',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- A session is one login; its refresh tokens form a family that is revoked as one.
CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    hash bytea NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32),
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    nonce bytea NOT NULL CHECK (octet_length(nonce) = 32),
    issued_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE signing_keys (
    kid text NOT NULL PRIMARY KEY,
    private_key bytea NOT NULL,
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);

-- What all instances must agree on and nobody else may know.
CREATE TABLE secrets (
    name text NOT NULL PRIMARY KEY,
    value bytea NOT NULL CHECK (octet_length(value) = 32)
);

-- Categories (a tree) and tags (flat).
CREATE TABLE terms (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('category', 'tag')),
    parent_id uuid,
    position integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, kind),
    FOREIGN KEY (parent_id, kind) REFERENCES terms (id, kind),
    CHECK (kind = 'category' OR parent_id IS NULL),
    CHECK (parent_id <> id)
);
CREATE INDEX terms_by_parent ON terms (parent_id);

CREATE TABLE term_names (
    term_id uuid NOT NULL,
    kind text NOT NULL,
    lang text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key bytea NOT NULL,
    description text,
    PRIMARY KEY (term_id, lang),
    FOREIGN KEY (term_id, kind) REFERENCES terms (id, kind) ON DELETE CASCADE,
    UNIQUE (kind, lang, slug)
);

CREATE TABLE posts (
    id uuid NOT NULL PRIMARY KEY,
    original_lang text NOT NULL,
    featured boolean NOT NULL,
    licence text,
    canonical_url text,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX posts_in_trash ON posts (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE post_bylines (
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    position integer NOT NULL,
    author_id uuid NOT NULL REFERENCES authors (id),
    organization_id uuid REFERENCES organizations (id),
    role text,
    PRIMARY KEY (post_id, position),
    UNIQUE (post_id, author_id)
);
CREATE INDEX post_bylines_by_author ON post_bylines (author_id);
CREATE INDEX post_bylines_by_organization ON post_bylines (organization_id);

CREATE TABLE post_terms (
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    term_id uuid NOT NULL REFERENCES terms (id),
    position integer NOT NULL,
    PRIMARY KEY (post_id, term_id)
);
CREATE INDEX post_terms_by_term ON post_terms (term_id);

-- The working copy of one post in one language.
CREATE TABLE translations (
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    subtitle text,
    excerpt text,
    seo_title text,
    seo_description text,
    body_format text NOT NULL CHECK (body_format IN ('markdown', 'html')),
    body_source text NOT NULL,
    revision integer NOT NULL,
    stage text NOT NULL DEFAULT 'draft' CHECK (stage IN ('draft', 'submitted', 'in_review', 'changes_requested', 'approved', 'archived')),
    stage_at timestamptz NOT NULL,
    submitted_by uuid REFERENCES users (id) ON DELETE SET NULL,
    reviewed_by uuid REFERENCES users (id) ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, lang),
    UNIQUE (lang, slug)
);

-- An immutable snapshot of a translation together with the post's relations.
CREATE TABLE revisions (
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    snapshot jsonb NOT NULL,
    note text CHECK (length(note) BETWEEN 1 AND 500),
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, lang, number)
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER revisions_are_immutable BEFORE UPDATE OF post_id, lang, number, hash, snapshot, note, created_at ON revisions
FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the world sees of one (post, language): a copy of one revision, rendered. Bodies stand last: lists never read them.
CREATE TABLE publications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang text COLLATE "C" NOT NULL,
    original_lang text COLLATE "C" NOT NULL,
    revision integer NOT NULL,
    slug text COLLATE "C" NOT NULL,
    published_at timestamptz NOT NULL,
    unpublish_at timestamptz,
    replaces_at timestamptz,
    replaced_unpublish_at timestamptz,
    updated_at timestamptz NOT NULL,
    -- Whether the world had seen this language of the post before.
    republished boolean NOT NULL DEFAULT FALSE,
    -- Whether readers who name no language may be shown this one of the post's: it is the post's own, or that one is not live
    -- whenever this is. Derived from the publications of the post; the conditions are still to be checked.
    may_represent boolean NOT NULL DEFAULT TRUE,
    time_zone text,
    featured boolean NOT NULL,
    licence text,
    canonical_url text,
    title text NOT NULL,
    title_key bytea NOT NULL,
    subtitle text,
    excerpt text NOT NULL,
    excerpt_source text NOT NULL CHECK (excerpt_source IN ('author', 'body')),
    word_count integer NOT NULL,
    reading_minutes integer NOT NULL,
    seo_title text,
    seo_description text,
    toc jsonb NOT NULL,
    body_html text NOT NULL,
    body_text text NOT NULL,
    CHECK (unpublish_at > published_at),
    CHECK (unpublish_at > replaces_at)
);
-- One of each language, and at most one that will take its place (at `replaces_at`, when the other's `unpublish_at` is).
CREATE UNIQUE INDEX publications_present ON publications (post_id, lang) WHERE replaces_at IS NULL;
CREATE UNIQUE INDEX publications_replacing ON publications (post_id, lang) WHERE replaces_at IS NOT NULL;
CREATE UNIQUE INDEX publications_by_slug ON publications (lang, slug) WHERE replaces_at IS NULL;
-- The languages of a post, whether one of them is shown and is to be replaced or not. SQLite takes an equality and a bound
-- for narrower than two equalities: so the date comes right behind the language.
CREATE INDEX publications_by_post ON publications (post_id, lang, published_at, unpublish_at, replaces_at, original_lang);
CREATE INDEX publications_by_replacement ON publications (replaces_at) WHERE replaces_at IS NOT NULL;
-- An index for each order of a list, in all languages and in one.
CREATE INDEX publications_by_date ON publications (published_at, post_id);
-- Most lists name no language: they pass over no translation.
CREATE INDEX publications_representing ON publications (published_at, post_id) WHERE may_represent;
CREATE INDEX publications_by_date_in_lang ON publications (lang, published_at, post_id);
CREATE INDEX publications_by_update ON publications (updated_at, post_id);
CREATE INDEX publications_by_update_in_lang ON publications (lang, updated_at, post_id);
CREATE INDEX publications_by_title ON publications (title_key, post_id);
CREATE INDEX publications_by_title_in_lang ON publications (lang, title_key, post_id);
CREATE INDEX publications_featured ON publications (published_at, post_id) WHERE featured;
CREATE INDEX publications_by_expiry ON publications (unpublish_at) WHERE unpublish_at IS NOT NULL;

-- The affiliation is frozen: a person who moves on does not rewrite old posts.
CREATE TABLE publication_bylines (
    publication_id bigint NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    position integer NOT NULL,
    author_id uuid NOT NULL REFERENCES authors (id),
    organization_id uuid REFERENCES organizations (id),
    role text,
    PRIMARY KEY (publication_id, position),
    UNIQUE (author_id, publication_id)
);
CREATE INDEX publication_bylines_by_organization ON publication_bylines (organization_id, publication_id);

CREATE TABLE publication_terms (
    publication_id bigint NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    term_id uuid NOT NULL REFERENCES terms (id),
    position integer NOT NULL,
    PRIMARY KEY (publication_id, term_id)
);
CREATE INDEX publication_terms_by_term ON publication_terms (term_id, publication_id);

-- Posting lists: the publications of each term, author and organization in the order of their dates, those of a category
-- with all below it. Nothing but an index, derived from the tables above (`resources/postings.rs`).
CREATE TABLE postings (
    entity_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    post_id uuid NOT NULL,
    lang text COLLATE "C" NOT NULL,
    publication_id bigint NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    unpublish_at timestamptz,
    replaces_at timestamptz,
    is_original boolean NOT NULL,
    PRIMARY KEY (entity_id, published_at, post_id, lang, publication_id)
);
CREATE INDEX postings_in_lang ON postings (entity_id, lang, published_at, post_id) INCLUDE (unpublish_at, replaces_at, publication_id);
CREATE INDEX postings_by_publication ON postings (publication_id, entity_id);

-- Everything that altered what the public can see, and who did what. Append-only; numbers grow in commit order.
CREATE TABLE changes (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor IN ('user', 'cli', 'import', 'clock', 'nobody')),
    actor_id uuid,
    address text,
    request_id text,
    kind text NOT NULL CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'key')),
    entity_id uuid,
    lang text COLLATE "C",
    operation text NOT NULL CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke')),
    before jsonb,
    after jsonb
);
CREATE INDEX changes_by_entity ON changes (entity_id, seq);
CREATE INDEX changes_by_actor ON changes (actor_id, seq);
CREATE INDEX changes_by_request ON changes (request_id) WHERE request_id IS NOT NULL;
CREATE TRIGGER changes_are_never_updated BEFORE UPDATE ON changes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER changes_are_never_deleted BEFORE DELETE ON changes
FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- When a transaction that wrote to the log commits, every instance that listens hears of it. What was written they read.
CREATE FUNCTION ring_of_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('tribuna_changes', ''); RETURN NULL; END $$;
CREATE TRIGGER changes_ring AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION ring_of_changes();

-- What an import made of each record of a source, so that a second run doubles nothing.
CREATE TABLE import_refs (
    source text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    entity_id uuid NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (source, kind, key)
);
