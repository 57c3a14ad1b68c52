DROP INDEX postings_in_lang;
ALTER TABLE postings DROP COLUMN post_type;
CREATE INDEX postings_in_lang ON postings (entity_id, lang, published_at, post_id) INCLUDE (unpublish_at, replaces_at, publication_id);
DROP INDEX publications_by_parent;
DROP INDEX publications_pages;
DROP INDEX publications_feed_in_lang;
DROP INDEX publications_representing;
-- What is a page becomes a post: nothing is lost but its place.
ALTER TABLE publications DROP COLUMN position, DROP COLUMN parent_id, DROP COLUMN post_type;
CREATE INDEX publications_representing ON publications (published_at, post_id) WHERE may_represent;
DROP INDEX posts_that_are_pages;
DROP INDEX posts_by_parent;
ALTER TABLE posts DROP COLUMN position, DROP COLUMN parent_id, DROP COLUMN post_type;
