-- Working copies have a sort key of their title, and users one of their name, so that lists for editors can have these orders. A key
-- that is empty was not computed yet; whoever migrates computes those that no other table has (db/sort_keys.rs).
ALTER TABLE translations ADD COLUMN title_key BLOB NOT NULL DEFAULT x'';
UPDATE translations SET title_key = coalesce((SELECT p.title_key FROM publications p
    WHERE p.post_id = translations.post_id AND p.lang = translations.lang AND p.title = translations.title LIMIT 1), x'');
CREATE INDEX translations_by_title ON translations (title_key, post_id, lang);
CREATE INDEX translations_by_title_in_lang ON translations (lang, title_key, post_id);
ALTER TABLE users ADD COLUMN name_key BLOB NOT NULL DEFAULT x'';
