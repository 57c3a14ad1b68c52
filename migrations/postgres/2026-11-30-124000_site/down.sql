ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes DISABLE TRIGGER changes_are_never_deleted;
DELETE FROM changes WHERE kind = 'site';
ALTER TABLE changes ENABLE TRIGGER changes_are_never_deleted;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key'));
DROP TABLE site;
