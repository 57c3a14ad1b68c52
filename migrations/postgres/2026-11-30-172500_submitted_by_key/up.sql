-- The API key that last submitted a translation, beside the user. Of earlier submissions by keys it is unknown.
ALTER TABLE translations ADD COLUMN submitted_by_key uuid REFERENCES api_keys (id) ON DELETE SET NULL;
CREATE INDEX translations_by_submitting_key ON translations (submitted_by_key) WHERE submitted_by_key IS NOT NULL;

-- The API key that made a link. The links end with the key.
ALTER TABLE preview_links ADD COLUMN created_by_key uuid REFERENCES api_keys (id) ON DELETE CASCADE;
CREATE INDEX preview_links_by_key ON preview_links (created_by_key) WHERE created_by_key IS NOT NULL;
