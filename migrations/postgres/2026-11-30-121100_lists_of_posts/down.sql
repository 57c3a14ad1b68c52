DROP INDEX posts_featured;
DROP INDEX posts_by_creator;
DROP INDEX posts_by_update;
