-- Comments of readers. A thread has at most three levels: an answer to a comment of the third stands beside it. `path` orders
-- threads by time, each depth first: the ids of the ancestors, then the own id. `is_public` says whether the public sees the
-- comment or its place in the thread; it is stored because it depends on the answers.
CREATE TABLE comments (
    id uuid NOT NULL PRIMARY KEY,
    post_id uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    parent_id uuid REFERENCES comments (id) ON DELETE CASCADE,
    depth integer NOT NULL CHECK (depth BETWEEN 1 AND 3),
    path bytea NOT NULL CHECK (octet_length(path) = 16 * depth),
    lang text COLLATE "C" NOT NULL,
    name text NOT NULL,
    email text,
    email_hash bytea CHECK (octet_length(email_hash) = 32),
    address_hash bytea CHECK (octet_length(address_hash) = 32),
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    by_author boolean NOT NULL,
    source text NOT NULL,
    html text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    deletion text CHECK (deletion IN ('writer', 'moderator', 'erasure')),
    is_public boolean NOT NULL,
    reasons jsonb NOT NULL,
    text_hash bytea CHECK (octet_length(text_hash) = 32),
    edit_token bytea CHECK (octet_length(edit_token) = 32),
    edit_until timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    edited_at timestamptz,
    CHECK ((depth = 1) = (parent_id IS NULL)),
    CHECK ((state = 'deleted') = (deletion IS NOT NULL)),
    CHECK (state <> 'approved' OR is_public)
);
CREATE INDEX comments_in_threads ON comments (post_id, path, id) WHERE is_public = TRUE;
CREATE INDEX comments_in_time ON comments (post_id, id) WHERE is_public = TRUE;
CREATE INDEX comments_of_site ON comments (id) WHERE is_public = TRUE;
CREATE INDEX comments_by_state ON comments (state, id);
CREATE INDEX comments_by_post ON comments (post_id, id);
CREATE INDEX comments_by_parent ON comments (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comments_by_email ON comments (email_hash, state) WHERE email_hash IS NOT NULL;
CREATE INDEX comments_by_user ON comments (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX comments_by_address ON comments (address_hash, created_at) WHERE address_hash IS NOT NULL;
CREATE INDEX comments_by_text ON comments (text_hash, id) WHERE text_hash IS NOT NULL;
CREATE INDEX comments_by_time ON comments (created_at);
CREATE INDEX comments_with_address ON comments (created_at) WHERE address_hash IS NOT NULL;

-- The decisions about a comment, with notes that only moderators read.
CREATE TABLE comment_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    comment_id uuid NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at timestamptz NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    from_state text NOT NULL CHECK (from_state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    to_state text NOT NULL CHECK (to_state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    reason text,
    note text
);
CREATE INDEX comment_decisions_by_comment ON comment_decisions (comment_id, id);
CREATE INDEX comment_decisions_by_user ON comment_decisions (user_id) WHERE user_id IS NOT NULL;

-- What applies to the comments of a post, and how many the public sees. Without a row, the settings of the site apply, and there
-- are none.
CREATE TABLE discussions (
    post_id uuid NOT NULL PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
    comments text NOT NULL CHECK (comments IN ('inherit', 'open', 'closed')),
    close_at timestamptz,
    comment_count integer NOT NULL CHECK (comment_count >= 0),
    version integer NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The settings of the site for comments; NULL closes them.
ALTER TABLE site ADD COLUMN comments jsonb;

-- What the public may read of comments.
CREATE VIEW public_comments AS
SELECT c.id, c.post_id, c.parent_id, c.depth, c.path, c.lang,
    CASE WHEN c.state = 'approved' THEN c.name END AS name,
    CASE WHEN c.state = 'approved' THEN c.html END AS html,
    c.created_at,
    CASE WHEN c.state = 'approved' THEN c.edited_at END AS edited_at,
    c.state <> 'approved' AS is_deleted,
    c.state = 'approved' AND c.by_author = TRUE AS by_author
FROM comments c WHERE c.is_public = TRUE;

-- Comments that appear or disappear change how many a post has.
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization', 'site') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared' OR kind = 'comment' AND operation IN ('publish', 'unpublish'));
