-- The description of the site is in the attribution of every post, so an entry about it alters public items, too. Queries
-- repeat the condition word for word (changes/reading.rs).
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization', 'site') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared');
