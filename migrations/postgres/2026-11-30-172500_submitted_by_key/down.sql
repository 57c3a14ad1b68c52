DROP INDEX preview_links_by_key;
ALTER TABLE preview_links DROP COLUMN created_by_key;
DROP INDEX translations_by_submitting_key;
ALTER TABLE translations DROP COLUMN submitted_by_key;
