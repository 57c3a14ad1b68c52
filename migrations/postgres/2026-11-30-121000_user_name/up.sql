-- A user has a name by which others know them. Those that exist are called as the author they are linked to, or by the part of
-- their e-mail address before the @.
ALTER TABLE users ADD COLUMN name text;
UPDATE users SET name = coalesce((SELECT a.name FROM authors a WHERE a.id = users.author_id), split_part(email, '@', 1));
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
