-- Pages: posts outside of the feed, with a parent and a position.
ALTER TABLE posts
    ADD COLUMN post_type text NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page')),
    ADD COLUMN parent_id uuid REFERENCES posts (id) ON DELETE SET NULL,
    ADD COLUMN position integer NOT NULL DEFAULT 0;
CREATE INDEX posts_by_parent ON posts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX posts_that_are_pages ON posts (id) WHERE post_type = 'page';

ALTER TABLE publications
    ADD COLUMN post_type text NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page')),
    ADD COLUMN parent_id uuid,
    ADD COLUMN position integer NOT NULL DEFAULT 0;
-- The feed, in all languages and in one, passes over no page.
DROP INDEX publications_representing;
CREATE INDEX publications_representing ON publications (published_at, post_id) WHERE may_represent AND post_type = 'post';
CREATE INDEX publications_feed_in_lang ON publications (lang, published_at, post_id) WHERE post_type = 'post';
CREATE INDEX publications_pages ON publications (position, post_id) WHERE post_type = 'page';
CREATE INDEX publications_by_parent ON publications (parent_id) WHERE parent_id IS NOT NULL;

ALTER TABLE postings ADD COLUMN post_type text NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page'));
DROP INDEX postings_in_lang;
CREATE INDEX postings_in_lang ON postings (entity_id, lang, published_at, post_id) INCLUDE (unpublish_at, replaces_at, publication_id, post_type);
