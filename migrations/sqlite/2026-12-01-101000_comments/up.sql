-- Comments of readers. A thread has at most three levels: an answer to a comment of the third stands beside it. `path` orders
-- threads by time, each depth first: the ids of the ancestors, then the own id. `is_public` says whether the public sees the
-- comment or its place in the thread; it is stored because it depends on the answers.
CREATE TABLE comments (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    post_id BLOB NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    parent_id BLOB REFERENCES comments (id) ON DELETE CASCADE,
    depth INTEGER NOT NULL CHECK (depth BETWEEN 1 AND 3),
    path BLOB NOT NULL CHECK (length(path) = 16 * depth),
    lang TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    email_hash BLOB CHECK (length(email_hash) = 32),
    address_hash BLOB CHECK (length(address_hash) = 32),
    user_id BLOB REFERENCES users (id) ON DELETE SET NULL,
    by_author INTEGER NOT NULL CHECK (by_author IN (0, 1)),
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    deletion TEXT CHECK (deletion IN ('writer', 'moderator', 'erasure')),
    is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    reasons TEXT NOT NULL,
    text_hash BLOB CHECK (length(text_hash) = 32),
    edit_token BLOB CHECK (length(edit_token) = 32),
    edit_until INTEGER,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    edited_at INTEGER,
    CHECK ((depth = 1) = (parent_id IS NULL)),
    CHECK ((state = 'deleted') = (deletion IS NOT NULL)),
    CHECK (state <> 'approved' OR is_public = 1)
) STRICT;
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
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    comment_id BLOB NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    user_id BLOB REFERENCES users (id) ON DELETE SET NULL,
    from_state TEXT NOT NULL CHECK (from_state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    to_state TEXT NOT NULL CHECK (to_state IN ('pending', 'approved', 'rejected', 'spam', 'deleted')),
    reason TEXT,
    note TEXT
) STRICT;
CREATE INDEX comment_decisions_by_comment ON comment_decisions (comment_id, id);
CREATE INDEX comment_decisions_by_user ON comment_decisions (user_id) WHERE user_id IS NOT NULL;

-- What applies to the comments of a post, and how many the public sees. Without a row, the settings of the site apply, and there
-- are none.
CREATE TABLE discussions (
    post_id BLOB NOT NULL PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
    comments TEXT NOT NULL CHECK (comments IN ('inherit', 'open', 'closed')),
    close_at INTEGER,
    comment_count INTEGER NOT NULL CHECK (comment_count >= 0),
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The settings of the site for comments; NULL closes them.
ALTER TABLE site ADD COLUMN comments TEXT;

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
