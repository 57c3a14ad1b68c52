ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes DISABLE TRIGGER changes_are_never_updated;
UPDATE changes SET kind = 'key' WHERE kind = 'signing_key';
ALTER TABLE changes ENABLE TRIGGER changes_are_never_updated;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'key'));
