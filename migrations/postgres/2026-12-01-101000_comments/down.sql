-- Entries about comments stay in the log: it is append-only, and the kind was known before.
DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization', 'site') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared');
DROP VIEW public_comments;
ALTER TABLE site DROP COLUMN comments;
DROP TABLE discussions;
DROP TABLE comment_decisions;
DROP TABLE comments;
