ALTER TABLE publications DROP COLUMN shared_version;
ALTER TABLE posts DROP COLUMN shared_version;
ALTER TABLE changes DROP CONSTRAINT changes_operation_check;
ALTER TABLE changes DISABLE TRIGGER changes_are_never_updated;
UPDATE changes SET operation = 'update' WHERE operation = 'publish_shared';
ALTER TABLE changes ENABLE TRIGGER changes_are_never_updated;
ALTER TABLE changes ADD CONSTRAINT changes_operation_check CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke'));
