ALTER TABLE translations DROP COLUMN text_revision;
