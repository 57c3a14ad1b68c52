-- The revision in which the text was last changed: later revisions have the same text. Exact where it matters, which is where
-- an earlier revision than the last is published.
ALTER TABLE translations ADD COLUMN text_revision integer NOT NULL DEFAULT 1;
UPDATE translations SET text_revision = revision;
UPDATE translations SET text_revision = 1 + coalesce((
    SELECT max(r.number) FROM revisions r
    JOIN revisions l ON l.post_id = r.post_id AND l.lang = r.lang AND l.number = translations.revision
    WHERE r.post_id = translations.post_id AND r.lang = translations.lang
    AND r.snapshot - ARRAY['authors', 'categories', 'tags', 'featured', 'licence', 'canonical_url']
    <> l.snapshot - ARRAY['authors', 'categories', 'tags', 'featured', 'licence', 'canonical_url']), 0)
WHERE EXISTS (SELECT 1 FROM publications p
    WHERE p.post_id = translations.post_id AND p.lang = translations.lang AND p.revision < translations.revision);
