DROP INDEX changes_public;
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared');
