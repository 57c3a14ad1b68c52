-- The orders and filters of the list of posts for editors.
CREATE INDEX posts_by_update ON posts (updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX posts_by_creator ON posts (created_by, id);
CREATE INDEX posts_featured ON posts (id) WHERE featured;
