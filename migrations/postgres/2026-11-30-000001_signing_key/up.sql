-- The log calls a signing key by its full name, because API keys will have entries of their own. The trigger that keeps the log
-- append-only is off for this one statement.
ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes DISABLE TRIGGER changes_are_never_updated;
UPDATE changes SET kind = 'signing_key' WHERE kind = 'key';
ALTER TABLE changes ENABLE TRIGGER changes_are_never_updated;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('post', 'translation', 'publication', 'preview_link', 'category', 'tag', 'author', 'organization', 'user', 'session', 'signing_key'));
