-- The language of an organization's name, and its names in other languages. Nobody said yet in which language the names are.
ALTER TABLE organizations
    ADD COLUMN lang text,
    ADD COLUMN names jsonb NOT NULL DEFAULT '[]';

-- The role of a byline in other languages than the original one of the post.
ALTER TABLE post_bylines ADD COLUMN roles jsonb NOT NULL DEFAULT '[]';
ALTER TABLE publication_bylines ADD COLUMN roles jsonb NOT NULL DEFAULT '[]';

-- Authors who are credited for the text in one language.
CREATE TABLE translation_translators (
    post_id uuid NOT NULL,
    lang text NOT NULL,
    position integer NOT NULL,
    author_id uuid NOT NULL REFERENCES authors (id),
    PRIMARY KEY (post_id, lang, position),
    UNIQUE (post_id, lang, author_id),
    FOREIGN KEY (post_id, lang) REFERENCES translations (post_id, lang) ON DELETE CASCADE
);
CREATE INDEX translation_translators_by_author ON translation_translators (author_id);

CREATE TABLE publication_translators (
    publication_id bigint NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    position integer NOT NULL,
    author_id uuid NOT NULL REFERENCES authors (id),
    PRIMARY KEY (publication_id, position),
    UNIQUE (author_id, publication_id)
);
