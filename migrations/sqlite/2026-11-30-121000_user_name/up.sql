-- A user has a name by which others know them. Those that exist are called as the author they are linked to, or by the part of
-- their e-mail address before the @. SQLite adds a column that is not null only with a default, which no statement uses.
ALTER TABLE users ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE users SET name = coalesce((SELECT a.name FROM authors a WHERE a.id = users.author_id), substr(email, 1, instr(email, '@') - 1));
