DROP TABLE publication_translators;
DROP TABLE translation_translators;
ALTER TABLE publication_bylines DROP COLUMN roles;
ALTER TABLE post_bylines DROP COLUMN roles;
ALTER TABLE organizations DROP COLUMN names;
ALTER TABLE organizations DROP COLUMN lang;
