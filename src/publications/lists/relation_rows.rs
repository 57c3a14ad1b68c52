//! The statement that reads the relations of publications. All relations share one row type, so that a single statement
//! reads a consistent state.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::row::{DeliveredRow, Members};
use crate::by_lang::ByLang;
use crate::catalogue::organizations::model::OrganizationName;
use crate::catalogue::site::comments::CommentSettings;
use crate::catalogue::site::model::SiteText;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Json, JsonDocument, Uuid, words};
use crate::delivery::visibility::live;
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};
use crate::publications::siblings;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

words! {
    /// The relation that a row holds.
    pub enum Relation {
        /// An author, with the affiliation of that time.
        Author = "author",
        /// A translator of this language.
        Translator = "translator",
        /// A name of a category.
        Category = "category",
        /// A name of a tag.
        Tag = "tag",
        /// Another language of the post.
        Translation = "translation",
        /// A language of the page above.
        Parent = "parent",
        /// The description of the site, which belongs to no publication.
        Site = "site",
        /// The discussion of the post.
        Discussion = "discussion",
    }
}

/// A row of a relation. Each relation uses some of the columns.
#[derive(QueryableByName)]
pub struct RelationRow {
    #[diesel(sql_type = Text)]
    pub(super) part: Relation,
    /// The number of the publication; 0 if it is not in the database.
    #[diesel(sql_type = BigInt)]
    pub(super) publication: i64,
    /// The position within its relation.
    #[diesel(sql_type = Integer)]
    pub(super) place: i32,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub(super) id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) lang: Option<Lang>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) slug: Option<Slug>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) role: Option<String>,
    /// The role in other languages.
    #[diesel(sql_type = Nullable<JsonDocument>)]
    pub(super) roles: Option<ByLang<String>>,
    /// The organization for which an author wrote.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub(super) other_id: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) other_slug: Option<Slug>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) other_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) other_lang: Option<Lang>,
    #[diesel(sql_type = Nullable<JsonDocument>)]
    pub(super) other_names: Option<ByLang<OrganizationName>>,
    /// For a term, true if the name is in its original language. For a translation, true if it is outdated.
    /// For the page above, true if the language is its original one.
    #[diesel(sql_type = Nullable<Bool>)]
    pub(super) flag: Option<bool>,
    /// The texts of the site.
    #[diesel(sql_type = Nullable<JsonDocument>)]
    pub(super) texts: Option<ByLang<SiteText>>,
    /// The settings of the site for comments.
    #[diesel(sql_type = Nullable<JsonDocument>)]
    pub(super) settings: Option<Json<CommentSettings>>,
    /// The time at which comments close, if the post has one.
    #[diesel(sql_type = Nullable<Instant>)]
    pub(super) close_at: Option<Timestamp>,
    /// The time at which the last live language of the post was published.
    #[diesel(sql_type = Nullable<Instant>)]
    pub(super) published_at: Option<Timestamp>,
}

/// The columns of a [`RelationRow`] after the relation, with their types.
const COLUMNS: [(&str, &str); 18] = [
    ("publication", "bigint"),
    ("place", "integer"),
    ("id", "uuid"),
    ("lang", "text"),
    ("slug", "text"),
    ("name", "text"),
    ("role", "text"),
    ("roles", "jsonb"),
    ("other_id", "uuid"),
    ("other_slug", "text"),
    ("other_name", "text"),
    ("other_lang", "text"),
    ("other_names", "jsonb"),
    ("flag", "boolean"),
    ("texts", "jsonb"),
    ("settings", "jsonb"),
    ("close_at", "timestamptz"),
    ("published_at", "timestamptz"),
];

/// Returns the statement that reads the requested relations of these rows; `None` if there is nothing to read.
pub fn statement(
    rows: &[DeliveredRow],
    members: Members,
    languages: &Languages,
    now: Timestamp,
) -> Option<Sql> {
    let mut wanted = Vec::new();
    if !rows.is_empty() {
        wanted.extend(members.authors.then(authors));
        wanted.extend(members.translators.then(translators));
        wanted.extend(members.terms.then(|| terms(languages)));
        wanted.extend(members.translations.then(|| translations(members, now)));
        let is_below = |row: &DeliveredRow| row.parent_id.is_some();
        wanted.extend((members.parent && rows.iter().any(is_below)).then(|| parents(now)));
        wanted.extend((members.site || members.discussion).then(site));
        wanted.extend(members.discussion.then(|| discussions(now)));
    }
    let mut sql = match wanted.as_slice() {
        [] => Sql::default(),
        _ => these(rows),
    };
    for (number, part) in wanted.iter().enumerate() {
        sql.push(if number > 0 { " UNION ALL " } else { " " })
            .append(part);
    }
    // Most readers accept one or two languages, so there are few such statements.
    let is_common = languages.chain().count() <= 2;
    let sql = if is_common { sql.cached() } else { sql };
    (!wanted.is_empty()).then_some(sql)
}

/// Returns the statement that reads the live languages of a post other than `lang`, which need not be public itself.
pub fn others(post: Id, lang: &Lang, members: Members, now: Timestamp) -> Sql {
    let members = Members {
        shown_translation: false,
        ..members
    };
    let mut sql = Sql::new("WITH these (id, post_id, lang) AS (VALUES (CAST(0 AS bigint), ");
    sql.bind(post).push(", ").bind(lang.as_str()).push(")) ");
    sql.append(&translations(members, now))
        .push(" ORDER BY s.lang");
    sql
}

/// Returns the common table expression `these`, which contains the publications.
fn these(rows: &[DeliveredRow]) -> Sql {
    // SQLite: this column stands behind the bodies, so it is read only if a row has a page above it.
    let parent = if rows.iter().any(|row| row.parent_id.is_some()) {
        ", p.parent_id"
    } else {
        ""
    };
    let mut sql = Sql::new(&format!(
        "WITH these AS (SELECT p.id, p.post_id, p.lang{parent} FROM publications p WHERE p.id IN "
    ));
    sql.bind_all(rows.iter().map(|row| row.id)).push(")");
    sql
}

/// Returns the statement that reads the live languages of a page above one that is not in the database.
pub fn parent(page: Id, now: Timestamp) -> Sql {
    let mut sql = Sql::new("WITH these (id, parent_id) AS (VALUES (CAST(0 AS bigint), ");
    sql.bind(page).push(")) ").append(&languages_of_parents());
    live(&mut sql, "s", now);
    sql
}

/// Returns the statement that reads the description of the site, beside a post that is not in the database.
pub fn site() -> Sql {
    let sql = select(
        "'site'",
        &[
            ("publication", "CAST(0 AS bigint)"),
            ("place", "0"),
            ("name", "s.licence"),
            ("texts", "s.translations"),
            ("settings", "s.comments"),
        ],
    );
    Sql::new(&format!("{sql} FROM site s"))
}

fn authors() -> Sql {
    let sql = select(
        "'author'",
        &[
            ("publication", "t.id"),
            ("place", "b.position"),
            ("id", "a.id"),
            ("slug", "a.slug"),
            ("name", "a.name"),
            ("role", "b.role"),
            ("roles", "b.roles"),
            ("other_id", "o.id"),
            ("other_slug", "o.slug"),
            ("other_name", "o.name"),
            ("other_lang", "o.lang"),
            ("other_names", "o.names"),
        ],
    );
    Sql::new(&format!(
        "{sql} {FROM_THESE} publication_bylines b JOIN authors a ON a.id = b.author_id \
         LEFT JOIN organizations o ON o.id = b.organization_id WHERE b.publication_id = t.id"
    ))
}

fn translators() -> Sql {
    let sql = select(
        "'translator'",
        &[
            ("publication", "t.id"),
            ("place", "b.position"),
            ("id", "a.id"),
            ("slug", "a.slug"),
            ("name", "a.name"),
        ],
    );
    Sql::new(&format!(
        "{sql} {FROM_THESE} publication_translators b JOIN authors a ON a.id = b.author_id WHERE b.publication_id = t.id"
    ))
}

/// Returns the query for the names of terms in all languages that may be shown: the original ones, and those in the language
/// of the publication, in its shorter forms, and in the languages of the reader.
fn terms(languages: &Languages) -> Sql {
    let sql = select(
        "n.kind",
        &[
            ("publication", "t.id"),
            ("place", "l.position"),
            ("id", "n.term_id"),
            ("lang", "n.lang"),
            ("slug", "n.slug"),
            ("name", "n.name"),
            ("flag", "n.position = 0"),
        ],
    );
    let mut sql = Sql::new(&format!(
        "{sql} {FROM_THESE} publication_terms l JOIN term_names n ON n.term_id = l.term_id \
         WHERE l.publication_id = t.id AND (n.position = 0 OR n.lang = t.lang OR t.lang LIKE n.lang || '-%'"
    ));
    for one in languages.chain_of_text(None) {
        if let Fallback::Lang(lang) = one {
            sql.push(" OR n.lang = ").bind(lang.as_str());
        }
    }
    sql.push(")");
    sql
}

fn translations(members: Members, now: Timestamp) -> Sql {
    let title = if members.translated_titles {
        "s.title"
    } else {
        "CAST(NULL AS text)"
    };
    let outdated = siblings::outdated("o", "s");
    let sql = select(
        "'translation'",
        &[
            ("publication", "t.id"),
            ("place", "0"),
            ("lang", "s.lang"),
            ("slug", "s.slug"),
            ("name", title),
            ("flag", &outdated),
        ],
    );
    let mut sql = Sql::new(&format!(
        "{sql} {FROM_THESE} publications s \
         LEFT JOIN publications o ON o.post_id = s.post_id AND o.lang = s.original_lang AND "
    ));
    live(&mut sql, "o", now);
    sql.push(" WHERE s.post_id = t.post_id AND ");
    if !members.shown_translation {
        sql.push("s.lang <> t.lang AND ");
    }
    live(&mut sql, "s", now);
    sql
}

/// Returns the query for the live languages of the pages above.
fn parents(now: Timestamp) -> Sql {
    let mut sql = languages_of_parents();
    live(&mut sql, "s", now);
    sql
}

fn languages_of_parents() -> Sql {
    let sql = select(
        "'parent'",
        &[
            ("publication", "t.id"),
            ("place", "0"),
            ("id", "s.post_id"),
            ("lang", "s.lang"),
            ("slug", "s.slug"),
            ("name", "s.title"),
            ("flag", "s.lang = s.original_lang"),
        ],
    );
    Sql::new(&format!(
        "{sql} {FROM_THESE} publications s WHERE s.post_id = t.parent_id AND "
    ))
}

/// Returns the query for the discussions of the posts. A post that has none gets the settings of the site.
fn discussions(now: Timestamp) -> Sql {
    // The text before `live`, whose column comes last.
    let sql = select(
        "'discussion'",
        &[
            ("publication", "t.id"),
            ("place", "CAST(coalesce(d.comment_count, 0) AS integer)"),
            ("name", "coalesce(d.comments, 'inherit')"),
            ("close_at", "d.close_at"),
            ("published_at", LAST_PUBLISHED),
        ],
    );
    let (before, after) = sql.split_once(LAST_PUBLISHED).unwrap_or((sql.as_str(), ""));
    let mut sql = Sql::new(before);
    sql.push("(SELECT max(s.published_at) FROM publications s WHERE s.post_id = t.post_id AND ");
    live(&mut sql, "s", now);
    sql.push(&format!(
        "){after} FROM these t LEFT JOIN discussions d ON d.post_id = t.post_id"
    ));
    sql
}

/// The place of an expression with bound values in the text of a query.
const LAST_PUBLISHED: &str = "{last_published}";

/// Joins a relation to the publications. It is looked up from the publications, never the other way round.
// SQLite: CROSS JOIN prevents reordering of the tables.
const FROM_THESE: &str = "FROM these t CROSS JOIN";

/// Starts the query of a relation with these columns; all others are NULL.
fn select(part: &str, has: &[(&str, &str)]) -> String {
    let mut sql = format!("SELECT {part} AS part");
    for (column, kind) in COLUMNS {
        let value = has.iter().find(|(name, _)| *name == column);
        sql.push_str(&match value {
            Some((_, value)) => format!(", {value} AS {column}"),
            None => format!(", CAST(NULL AS {kind}) AS {column}"),
        });
    }
    sql
}
