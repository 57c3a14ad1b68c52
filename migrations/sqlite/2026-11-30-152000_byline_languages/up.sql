-- The language of an organization's name, and its names in other languages. Nobody said yet in which language the names are.
ALTER TABLE organizations ADD COLUMN lang TEXT;
ALTER TABLE organizations ADD COLUMN names TEXT NOT NULL DEFAULT '[]';

-- The role of a byline in other languages than the original one of the post.
ALTER TABLE post_bylines ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE publication_bylines ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';

-- Authors who are credited for the text in one language.
CREATE TABLE translation_translators (
    post_id BLOB NOT NULL,
    lang TEXT NOT NULL,
    position INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES authors (id),
    PRIMARY KEY (post_id, lang, position),
    UNIQUE (post_id, lang, author_id),
    FOREIGN KEY (post_id, lang) REFERENCES translations (post_id, lang) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX translation_translators_by_author ON translation_translators (author_id);

CREATE TABLE publication_translators (
    publication_id INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    author_id BLOB NOT NULL REFERENCES authors (id),
    PRIMARY KEY (publication_id, position),
    UNIQUE (author_id, publication_id)
) STRICT, WITHOUT ROWID;
