-- SQLite: ids are 16-byte blobs (UUIDv7), instants are milliseconds since 1970 in UTC, JSON is text.

-- Every name that leads, or once led, to something. A row outlives the name's use once the world has seen it
-- (`public_at`), so that an old slug redirects and a withdrawn post answers 410. A merged term's id stands here too.
CREATE TABLE slugs (
    kind TEXT NOT NULL CHECK (kind IN ('post', 'category', 'tag', 'author', 'organization')),
    lang TEXT NOT NULL,
    slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 200 AND slug NOT GLOB '*[^a-z0-9-]*'),
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    public_at INTEGER,
    -- Whose it was before it was taken over: until `public_at` it still leads there.
    former_id BLOB CHECK (length(former_id) = 16),
    former_public_at INTEGER,
    PRIMARY KEY (kind, lang, slug)
) STRICT, WITHOUT ROWID;
CREATE INDEX slugs_by_owner ON slugs (owner_id, kind, lang);
CREATE INDEX slugs_by_slug ON slugs (slug, kind, owner_id, public_at);

CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key BLOB NOT NULL,
    url TEXT,
    country TEXT CHECK (country GLOB '[A-Z][A-Z]'),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX organizations_by_name ON organizations (name_key, id);
CREATE INDEX organizations_by_update ON organizations (updated_at, id);

CREATE TABLE authors (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key BLOB NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    bio TEXT NOT NULL,
    links TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX authors_by_organization ON authors (organization_id);
CREATE INDEX authors_by_name ON authors (name_key, id);
CREATE INDEX authors_by_update ON authors (updated_at, id);

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('contributor', 'author', 'editor', 'moderator', 'admin')),
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    author_id BLOB REFERENCES authors (id) ON DELETE SET NULL,
    languages TEXT NOT NULL DEFAULT '[]',
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- A session is one login; its refresh tokens form a family that is revoked as one.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    nonce BLOB NOT NULL CHECK (length(nonce) = 32),
    issued_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    private_key BLOB NOT NULL,
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

-- What all instances must agree on and nobody else may know.
CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT, WITHOUT ROWID;

-- Categories (a tree) and tags (flat).
CREATE TABLE terms (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    kind TEXT NOT NULL CHECK (kind IN ('category', 'tag')),
    parent_id BLOB,
    position INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (id, kind),
    FOREIGN KEY (parent_id, kind) REFERENCES terms (id, kind),
    CHECK (kind = 'category' OR parent_id IS NULL),
    CHECK (parent_id <> id)
) STRICT;
CREATE INDEX terms_by_parent ON terms (parent_id);

CREATE TABLE term_names (
    term_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    lang TEXT NOT NULL,
    position INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key BLOB NOT NULL,
    description TEXT,
    PRIMARY KEY (term_id, lang),
    FOREIGN KEY (term_id, kind) REFERENCES terms (id, kind) ON DELETE CASCADE,
    UNIQUE (kind, lang, slug)
) STRICT;

CREATE TABLE posts (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    original_lang TEXT NOT NULL,
    featured INTEGER NOT NULL CHECK (featured IN (0, 1)),
    licence TEXT,
    canonical_url TEXT,
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX posts_in_trash ON posts (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE post_bylines (
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES authors (id),
    organization_id BLOB REFERENCES organizations (id),
    role TEXT,
    PRIMARY KEY (post_id, position),
    UNIQUE (post_id, author_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_bylines_by_author ON post_bylines (author_id);
CREATE INDEX post_bylines_by_organization ON post_bylines (organization_id);

CREATE TABLE post_terms (
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    term_id BLOB NOT NULL REFERENCES terms (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (post_id, term_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_terms_by_term ON post_terms (term_id);

-- The working copy of one post in one language.
CREATE TABLE translations (
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    subtitle TEXT,
    excerpt TEXT,
    seo_title TEXT,
    seo_description TEXT,
    body_format TEXT NOT NULL CHECK (body_format IN ('markdown', 'html')),
    body_source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    stage TEXT NOT NULL DEFAULT 'draft' CHECK (stage IN ('draft', 'submitted', 'in_review', 'changes_requested', 'approved', 'archived')),
    stage_at INTEGER NOT NULL,
    submitted_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    reviewed_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (post_id, lang),
    UNIQUE (lang, slug)
) STRICT;

-- An immutable snapshot of a translation together with the post's relations.
CREATE TABLE revisions (
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    snapshot TEXT NOT NULL,
    note TEXT CHECK (length(note) BETWEEN 1 AND 500),
    created_by BLOB REFERENCES users (id) ON DELETE SET NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (post_id, lang, number)
) STRICT;
CREATE TRIGGER revisions_are_immutable BEFORE UPDATE OF post_id, lang, number, hash, snapshot, note, created_at ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is immutable'); END;

-- What the world sees of one (post, language): a copy of one revision, rendered. Bodies stand last: lists never read them.
CREATE TABLE publications (
    id INTEGER PRIMARY KEY,
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    lang TEXT NOT NULL,
    original_lang TEXT NOT NULL,
    revision INTEGER NOT NULL,
    slug TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    unpublish_at INTEGER,
    replaces_at INTEGER,
    replaced_unpublish_at INTEGER,
    updated_at INTEGER NOT NULL,
    -- Whether the world had seen this language of the post before.
    republished INTEGER NOT NULL DEFAULT 0 CHECK (republished IN (0, 1)),
    -- Whether readers who name no language may be shown this one of the post's: it is the post's own, or that one is not live
    -- whenever this is. Derived from the publications of the post; the conditions are still to be checked.
    may_represent INTEGER NOT NULL DEFAULT TRUE CHECK (may_represent IN (0, 1)),
    time_zone TEXT,
    featured INTEGER NOT NULL CHECK (featured IN (0, 1)),
    licence TEXT,
    canonical_url TEXT,
    title TEXT NOT NULL,
    title_key BLOB NOT NULL,
    subtitle TEXT,
    excerpt TEXT NOT NULL,
    excerpt_source TEXT NOT NULL CHECK (excerpt_source IN ('author', 'body')),
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    seo_title TEXT,
    seo_description TEXT,
    toc TEXT NOT NULL,
    body_html TEXT NOT NULL,
    body_text TEXT NOT NULL,
    CHECK (unpublish_at > published_at),
    CHECK (unpublish_at > replaces_at)
) STRICT;
-- One of each language, and at most one that will take its place (at `replaces_at`, when the other's `unpublish_at` is).
CREATE UNIQUE INDEX publications_present ON publications (post_id, lang) WHERE replaces_at IS NULL;
CREATE UNIQUE INDEX publications_replacing ON publications (post_id, lang) WHERE replaces_at IS NOT NULL;
CREATE UNIQUE INDEX publications_by_slug ON publications (lang, slug) WHERE replaces_at IS NULL;
-- The languages of a post, whether one of them is shown and is to be replaced or not. SQLite takes an equality and a bound
-- for narrower than two equalities: so the date comes right behind the language.
CREATE INDEX publications_by_post ON publications (post_id, lang, published_at, unpublish_at, replaces_at, original_lang);
CREATE INDEX publications_by_replacement ON publications (replaces_at) WHERE replaces_at IS NOT NULL;
-- An index for each order of a list, in all languages and in one. The columns behind the order let a walk pass over what
-- it does not show without a look at the row.
CREATE INDEX publications_by_date ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at);
-- Most lists name no language: they pass over no translation.
CREATE INDEX publications_representing ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at) WHERE may_represent = TRUE;
CREATE INDEX publications_by_date_in_lang ON publications (lang, published_at, post_id, original_lang, unpublish_at, replaces_at);
CREATE INDEX publications_by_update ON publications (updated_at, post_id, may_represent, lang, original_lang, published_at, unpublish_at, replaces_at);
CREATE INDEX publications_by_update_in_lang ON publications (lang, updated_at, post_id, original_lang, published_at, unpublish_at, replaces_at);
CREATE INDEX publications_by_title ON publications (title_key, post_id, may_represent, lang, original_lang, published_at, unpublish_at, replaces_at);
CREATE INDEX publications_by_title_in_lang ON publications (lang, title_key, post_id, original_lang, published_at, unpublish_at, replaces_at);
CREATE INDEX publications_featured ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at) WHERE featured = TRUE;
CREATE INDEX publications_by_expiry ON publications (unpublish_at) WHERE unpublish_at IS NOT NULL;

-- The affiliation is frozen: a person who moves on does not rewrite old posts.
CREATE TABLE publication_bylines (
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES authors (id),
    organization_id BLOB REFERENCES organizations (id),
    role TEXT,
    PRIMARY KEY (publication_id, position),
    UNIQUE (author_id, publication_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_bylines_by_organization ON publication_bylines (organization_id, publication_id);

CREATE TABLE publication_terms (
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    term_id BLOB NOT NULL REFERENCES terms (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (publication_id, term_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX publication_terms_by_term ON publication_terms (term_id, publication_id);

-- Posting lists: the publications of each term, author and organization in the order of their dates, those of a category
-- with all below it. Nothing but an index, derived from the tables above (`resources/postings.rs`).
CREATE TABLE postings (
    entity_id BLOB NOT NULL CHECK (length(entity_id) = 16),
    published_at INTEGER NOT NULL,
    post_id BLOB NOT NULL,
    lang TEXT NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    unpublish_at INTEGER,
    replaces_at INTEGER,
    is_original INTEGER NOT NULL CHECK (is_original IN (0, 1)),
    PRIMARY KEY (entity_id, published_at, post_id, lang, publication_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_in_lang ON postings (entity_id, lang, published_at, post_id, unpublish_at, replaces_at, publication_id);
CREATE INDEX postings_by_publication ON postings (publication_id, entity_id);

-- Everything that altered what the public can see, and who did what. Append-only; numbers grow in commit order.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('user', 'cli', 'import', 'clock', 'nobody')),
    actor_id BLOB,
    address TEXT,
    request_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'key')),
    entity_id BLOB,
    lang TEXT,
    operation TEXT NOT NULL CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke')),
    before TEXT,
    after TEXT
) STRICT;
CREATE INDEX changes_by_entity ON changes (entity_id, seq);
CREATE INDEX changes_by_actor ON changes (actor_id, seq);
CREATE INDEX changes_by_request ON changes (request_id) WHERE request_id IS NOT NULL;
CREATE TRIGGER changes_are_never_updated BEFORE UPDATE ON changes
BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;
CREATE TRIGGER changes_are_never_deleted BEFORE DELETE ON changes
BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END;

-- What an import made of each record of a source, so that a second run doubles nothing.
CREATE TABLE import_refs (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    entity_id BLOB NOT NULL CHECK (length(entity_id) = 16),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (source, kind, key)
) STRICT, WITHOUT ROWID;
