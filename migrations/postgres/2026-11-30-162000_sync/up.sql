-- The entries of the change log that may alter public items. Whoever is up to date asks for later ones, with one look at this
-- index, however much is edited in between. Queries repeat the condition word for word (changes/reading.rs).
CREATE INDEX changes_public ON changes (seq) WHERE (kind IN ('category', 'tag', 'author', 'organization') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared');
