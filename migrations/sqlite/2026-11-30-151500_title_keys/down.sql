ALTER TABLE users DROP COLUMN name_key;
DROP INDEX translations_by_title_in_lang;
DROP INDEX translations_by_title;
ALTER TABLE translations DROP COLUMN title_key;
