-- Pages: posts outside of the feed, with a parent and a position.
ALTER TABLE posts ADD COLUMN post_type TEXT NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page'));
ALTER TABLE posts ADD COLUMN parent_id BLOB REFERENCES posts (id) ON DELETE SET NULL;
ALTER TABLE posts ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
CREATE INDEX posts_by_parent ON posts (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX posts_that_are_pages ON posts (id) WHERE post_type = 'page';

-- A list of posts alone reads none of these columns, which stand behind the bodies: its rows are chosen by indexes.
ALTER TABLE publications ADD COLUMN post_type TEXT NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page'));
ALTER TABLE publications ADD COLUMN parent_id BLOB;
ALTER TABLE publications ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
-- The feed, in all languages and in one, passes over no page. Other orders pass over pages without a look at the row.
DROP INDEX publications_representing;
CREATE INDEX publications_representing ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at) WHERE may_represent = TRUE AND post_type = 'post';
DROP INDEX publications_by_date_in_lang;
CREATE INDEX publications_by_date_in_lang ON publications (lang, published_at, post_id, original_lang, unpublish_at, replaces_at, post_type);
CREATE INDEX publications_feed_in_lang ON publications (lang, published_at, post_id, original_lang, unpublish_at, replaces_at) WHERE post_type = 'post';
DROP INDEX publications_by_date;
CREATE INDEX publications_by_date ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at, may_represent, post_type);
DROP INDEX publications_by_update;
CREATE INDEX publications_by_update ON publications (updated_at, post_id, may_represent, lang, original_lang, published_at, unpublish_at, replaces_at, post_type);
DROP INDEX publications_by_update_in_lang;
CREATE INDEX publications_by_update_in_lang ON publications (lang, updated_at, post_id, original_lang, published_at, unpublish_at, replaces_at, post_type);
DROP INDEX publications_by_title;
CREATE INDEX publications_by_title ON publications (title_key, post_id, may_represent, lang, original_lang, published_at, unpublish_at, replaces_at, post_type);
DROP INDEX publications_by_title_in_lang;
CREATE INDEX publications_by_title_in_lang ON publications (lang, title_key, post_id, original_lang, published_at, unpublish_at, replaces_at, post_type);
DROP INDEX publications_featured;
CREATE INDEX publications_featured ON publications (published_at, post_id, lang, original_lang, unpublish_at, replaces_at, post_type) WHERE featured = TRUE;
DROP INDEX publications_by_post;
CREATE INDEX publications_by_post ON publications (post_id, lang, published_at, unpublish_at, replaces_at, original_lang, post_type);
CREATE INDEX publications_pages ON publications (position, post_id, may_represent, lang, original_lang, published_at, unpublish_at, replaces_at) WHERE post_type = 'page';
CREATE INDEX publications_by_parent ON publications (parent_id) WHERE parent_id IS NOT NULL;

ALTER TABLE postings ADD COLUMN post_type TEXT NOT NULL DEFAULT 'post' CHECK (post_type IN ('post', 'page'));
DROP INDEX postings_in_lang;
CREATE INDEX postings_in_lang ON postings (entity_id, lang, published_at, post_id, unpublish_at, replaces_at, publication_id, post_type);
