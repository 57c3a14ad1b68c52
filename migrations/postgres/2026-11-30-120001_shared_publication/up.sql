-- Which change to the properties that all languages share a post has, and which one its publications have.
ALTER TABLE posts ADD COLUMN shared_version integer NOT NULL DEFAULT 1;
ALTER TABLE publications ADD COLUMN shared_version integer NOT NULL DEFAULT 1;
-- A publication of an earlier revision may lack a change to them.
UPDATE publications SET shared_version = 0 WHERE EXISTS (SELECT 1 FROM translations t
    WHERE t.post_id = publications.post_id AND t.lang = publications.lang AND t.revision > publications.revision);
-- The log tells such a publication by a word of its own.
ALTER TABLE changes DROP CONSTRAINT changes_operation_check;
ALTER TABLE changes ADD CONSTRAINT changes_operation_check CHECK (operation IN ('create', 'update', 'delete', 'restore', 'purge', 'publish', 'publish_shared', 'schedule', 'unpublish', 'merge', 'rotate', 'submit', 'withdraw', 'take', 'hand_back', 'approve', 'request_changes', 'archive', 'unarchive', 'prune', 'sign_in', 'sign_in_failed', 'sign_out', 'revoke'));
