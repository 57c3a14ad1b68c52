//! Reading publications for the public: a page of posts, or one, with all relations, in a constant number of statements.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};

use super::choice;
use super::model::{
    Body, Byline, PublicPost, PublicPostQuery, PublicPostSummary, PublicSeo, Row, TextRow,
    TranslationRef,
};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::{Cursor, Direction, Listing, PageInfo};
use crate::resources::live::live;
use crate::resources::organizations::model::OrganizationRef;
use crate::resources::slugs::{self, Kind, Lead};
use crate::resources::terms::model::TermRef;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Everything a list shows; the text stays in the database.
const COLUMNS: &str = "p.id, p.post_id, p.lang, p.original_lang, p.slug, p.published_at, p.updated_at, p.featured, \
                       p.licence, p.canonical_url, p.title, p.subtitle, p.excerpt, p.excerpt_source, p.word_count, \
                       p.reading_minutes";

/// A page of posts, newest first, and until when it stays as it is.
pub struct PostPage {
    /// The posts.
    pub posts: Vec<PublicPostSummary>,
    /// Where the page stands.
    pub page: PageInfo,
    /// The next instant at which a publication begins or ends.
    pub until: Option<Timestamp>,
}

/// The sort key of the list.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Key(Timestamp, Id);

/// Reads a page: five statements, whatever its size.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &PublicPostQuery,
    languages: &Languages,
    now: Timestamp,
) -> Result<PostPage> {
    let cursor: Option<Cursor<Key>> = listing.open(query.cursor.as_deref())?;
    let matching = matching(query, languages, now);
    let mut page = matching.selecting(COLUMNS);
    let order = match &cursor {
        Some(Cursor {
            direction: Direction::Prev,
            key,
        }) => {
            page.push(" AND (p.published_at, p.post_id) > (")
                .bind(key.0)
                .push(", ")
                .bind(key.1)
                .push(")");
            "ASC"
        }
        Some(Cursor { key, .. }) => {
            page.push(" AND (p.published_at, p.post_id) < (")
                .bind(key.0)
                .push(", ")
                .bind(key.1)
                .push(")");
            "DESC"
        }
        None => "DESC",
    };
    page.push(&format!(
        " ORDER BY p.published_at {order}, p.post_id {order} LIMIT "
    ));
    page.bind(i64::from(listing.limit()) + 1);
    let rows: Vec<Row> = page.load(conn)?;
    let (total, until) = outlook(conn, query.count.unwrap_or(false).then_some(&matching), now)?;
    let (rows, page) = listing.page(
        rows,
        cursor.as_ref(),
        |row| Key(row.published_at, row.post_id),
        total,
    );
    let ids: Vec<Id> = rows.iter().map(|row| row.post_id).collect();
    let siblings = live_siblings(conn, &ids, now)?;
    let posts = with_relations(conn, rows, &siblings, languages)?;
    Ok(PostPage { posts, page, until })
}

/// The publications a list holds: live, in the language shown, and true to every filter.
fn matching(query: &PublicPostQuery, languages: &Languages, now: Timestamp) -> Sql {
    let mut sql = Sql::new("publications p WHERE ");
    live(&mut sql, "p", now);
    sql.push(" AND ");
    choice::shown(&mut sql, languages, now);
    for any_of in &query.category {
        sql.push(
            " AND p.id IN (SELECT l.publication_id FROM publication_terms l WHERE l.term_id IN (",
        );
        sql.push("WITH RECURSIVE d(id) AS (SELECT t.id FROM terms t WHERE t.kind = 'category' AND t.id IN (");
        named(&mut sql, Kind::Category, any_of);
        sql.push(
            ") UNION SELECT c.id FROM terms c JOIN d ON c.parent_id = d.id) SELECT d.id FROM d))",
        );
    }
    for any_of in &query.tag {
        sql.push(
            " AND p.id IN (SELECT l.publication_id FROM publication_terms l WHERE l.term_id IN (",
        );
        named(&mut sql, Kind::Tag, any_of);
        sql.push("))");
    }
    for any_of in &query.author {
        sql.push(" AND p.id IN (SELECT b.publication_id FROM publication_bylines b WHERE b.author_id IN (");
        named(&mut sql, Kind::Author, any_of);
        sql.push("))");
    }
    sql
}

/// A sub-query of the things that a list of ids and slugs names: current slugs, old ones, and ids that were merged away.
fn named(sql: &mut Sql, kind: Kind, any_of: &str) {
    let names = any_of.split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let ids: Vec<Id> = names.iter().filter_map(|name| name.parse().ok()).collect();
    // The id of what was merged away stands among the slugs, in its one proper form.
    let merged = ids.iter().map(Id::to_string);
    let slugs = names.iter().map(|name| (*name).to_owned()).chain(merged);
    sql.push("SELECT s.owner_id FROM slugs s WHERE s.kind = ")
        .bind(kind.as_str());
    sql.push(" AND s.slug IN ").bind_all(slugs);
    if !ids.is_empty() {
        sql.push(" UNION SELECT s.owner_id FROM slugs s WHERE s.kind = ")
            .bind(kind.as_str());
        sql.push(" AND s.owner_id IN ").bind_all(ids);
    }
}

/// How many there are, if that was asked, and when that or anything else shown changes by itself.
fn outlook(
    conn: &mut Conn,
    counted: Option<&Sql>,
    now: Timestamp,
) -> Result<(Option<i64>, Option<Timestamp>)> {
    #[derive(QueryableByName)]
    struct Outlook {
        #[diesel(sql_type = BigInt)]
        total: i64,
        #[diesel(sql_type = Nullable<Instant>)]
        begins: Option<Timestamp>,
        #[diesel(sql_type = Nullable<Instant>)]
        ends: Option<Timestamp>,
    }
    let mut sql = Sql::new("SELECT ");
    match counted {
        Some(matching) => {
            sql = matching.selecting("count(*)");
            sql = sql.within("SELECT (", ") AS total");
        }
        None => {
            sql.push("CAST(0 AS bigint) AS total");
        }
    }
    sql.push(", (SELECT min(n.published_at) FROM publications n WHERE n.published_at > ")
        .bind(now);
    sql.push(
        ") AS begins, (SELECT min(n.unpublish_at) FROM publications n WHERE n.unpublish_at > ",
    )
    .bind(now);
    sql.push(") AS ends");
    let row: Option<Outlook> = sql.load(conn)?.into_iter().next();
    let until = row
        .as_ref()
        .and_then(|row| row.begins.into_iter().chain(row.ends).min());
    Ok((counted.and(row.map(|row| row.total)), until))
}

/// One language of a post, with its times.
#[derive(Debug, Clone, QueryableByName)]
struct Sibling {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    original_lang: Lang,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Instant)]
    published_at: Timestamp,
    #[diesel(sql_type = Nullable<Instant>)]
    unpublish_at: Option<Timestamp>,
    #[diesel(sql_type = Instant)]
    updated_at: Timestamp,
}

impl Sibling {
    fn is_live(&self, now: Timestamp) -> bool {
        self.published_at <= now && self.unpublish_at.is_none_or(|end| now < end)
    }
}

const SIBLING_COLUMNS: &str = "SELECT p.post_id, p.lang, p.original_lang, p.slug, p.published_at, p.unpublish_at, p.updated_at FROM publications p WHERE ";

fn live_siblings(conn: &mut Conn, posts: &[Id], now: Timestamp) -> Result<Vec<Sibling>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(SIBLING_COLUMNS);
    sql.push("p.post_id IN ")
        .bind_all(posts.iter().copied())
        .push(" AND ");
    live(&mut sql, "p", now);
    sql.push(" ORDER BY p.lang");
    sql.load(conn)
}

/// One post and until when it stays as it is.
pub struct PostRead {
    /// The post.
    pub post: PublicPost,
    /// The next instant at which one of its languages begins or ends.
    pub until: Option<Timestamp>,
}

/// Reads one post by id or slug, in the best language.
///
/// # Errors
/// [`Error::Moved`] for a slug it once had, [`Error::Gone`] when it was public once, [`Error::NotFound`].
pub fn find(
    conn: &mut Conn,
    id_or_slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<PostRead> {
    let (id, slug_lang) = match id_or_slug.parse::<Id>() {
        Ok(id) => (id, None),
        Err(_) => lead(conn, id_or_slug, languages, now)?,
    };
    let mut sql = Sql::new(SIBLING_COLUMNS);
    sql.push("p.post_id = ").bind(id).push(" ORDER BY p.lang");
    let all: Vec<Sibling> = sql.load(conn)?;
    let until = all
        .iter()
        .flat_map(|one| [Some(one.published_at), one.unpublish_at])
        .flatten()
        .filter(|at| *at > now)
        .min();
    let live: Vec<Sibling> = all.into_iter().filter(|one| one.is_live(now)).collect();
    let Some(shown) = shown(&live, languages, slug_lang.as_ref()) else {
        // Where nothing of it is left, the whole post is gone; else only a language that was there once.
        let lang = languages.wanted().filter(|_| !live.is_empty());
        return Err(if slugs::was_public(conn, id, lang, now)? {
            Error::Gone
        } else {
            Error::NotFound
        });
    };
    if let Some(lang) = &slug_lang {
        // An old slug, or one of a language that is no longer live, leads to where the post can be read.
        let current = live.iter().find(|one| one.lang == *lang).unwrap_or(shown);
        if current.slug.as_str() != id_or_slug {
            // Without a language, the new slug could be another post's in another one.
            return Err(Error::Moved(match languages.wanted() {
                Some(_) => format!("/v1/posts/{}", current.slug),
                None => url(&current.slug, &current.lang),
            }));
        }
    }
    let mut sql = Sql::new(&format!(
        "SELECT {COLUMNS} FROM publications p WHERE p.post_id = "
    ));
    sql.bind(id)
        .push(" AND p.lang = ")
        .bind(shown.lang.as_str());
    let rows: Vec<Row> = sql.load(conn)?;
    let mut sql = Sql::new(
        "SELECT toc, body_html, body_text, seo_title, seo_description FROM publications p WHERE p.post_id = ",
    );
    sql.bind(id)
        .push(" AND p.lang = ")
        .bind(shown.lang.as_str());
    let text: TextRow = sql.load(conn)?.into_iter().next().ok_or(Error::NotFound)?;
    let summary = with_relations(conn, rows, &live, languages)?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)?;
    let TextRow {
        toc,
        body_html,
        body_text,
        seo_title,
        seo_description,
    } = text;
    let body = Body {
        html: body_html,
        text: body_text,
        toc: toc.0,
    };
    let seo = PublicSeo {
        title: seo_title,
        description: seo_description,
    };
    Ok(PostRead {
        post: PublicPost { summary, body, seo },
        until,
    })
}

/// The post a slug leads to, and the language it is a slug of. Where posts share it in different languages: the language
/// asked for first, then what can be read before what is gone.
fn lead(
    conn: &mut Conn,
    slug: &str,
    languages: &Languages,
    now: Timestamp,
) -> Result<(Id, Option<Lang>)> {
    let mut leads = slugs::find(conn, Kind::Post, slug, languages.wanted())?;
    leads.retain(|lead| lead.public_at.is_some_and(|at| at <= now));
    let asked_for = languages.wanted().map(Lang::as_str);
    if leads.len() > 1 && leads.first().map(|lead| &*lead.lang) != asked_for {
        let ids: Vec<Id> = leads.iter().map(|lead| lead.id).collect();
        let live = live_siblings(conn, &ids, now)?;
        let is_live = |lead: &Lead| {
            live.iter()
                .any(|one| one.post_id == lead.id && one.lang.as_str() == lead.lang)
        };
        leads.sort_by_key(|lead| !is_live(lead));
    }
    let lead = leads.into_iter().next().ok_or(Error::NotFound)?;
    Ok((lead.id, lead.lang.parse().ok()))
}

/// The language to show: by the reader's wish, else the slug's, else the original, else the first published.
fn shown<'a>(
    live: &'a [Sibling],
    languages: &Languages,
    slug_lang: Option<&Lang>,
) -> Option<&'a Sibling> {
    let first = live
        .iter()
        .min_by_key(|one| (one.published_at, &one.lang))?;
    let there = |lang: &Lang| live.iter().find(|one| one.lang == *lang);
    if languages.wanted().is_some() {
        return languages
            .choose(&first.original_lang, |lang| there(lang).is_some())
            .and_then(there);
    }
    Some(
        slug_lang
            .and_then(there)
            .or_else(|| there(&first.original_lang))
            .unwrap_or(first),
    )
}

fn with_relations(
    conn: &mut Conn,
    rows: Vec<Row>,
    siblings: &[Sibling],
    languages: &Languages,
) -> Result<Vec<PublicPostSummary>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut bylines = bylines(conn, &ids)?;
    let mut terms = terms(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let authors = bylines.remove(&row.id).unwrap_or_default();
            let named = terms.remove(&row.id).unwrap_or_default();
            let (categories, tags) = named
                .into_iter()
                .partition::<Vec<_>, _>(|(kind, _)| kind == Kind::Category.as_str());
            let translations = translations(&row, siblings);
            let only =
                |terms: Vec<(String, TermRef)>| terms.into_iter().map(|(_, term)| term).collect();
            summary(
                row,
                authors,
                only(categories),
                only(tags),
                translations,
                languages,
            )
        })
        .collect())
}

fn bylines(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<Byline>>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        publication_id: i64,
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Text)]
        slug: Slug,
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Nullable<Text>)]
        role: Option<String>,
        #[diesel(sql_type = Nullable<Uuid>)]
        organization_id: Option<Id>,
        #[diesel(sql_type = Nullable<Text>)]
        organization_slug: Option<Slug>,
        #[diesel(sql_type = Nullable<Text>)]
        organization_name: Option<String>,
    }
    let mut sql = Sql::new(
        "SELECT b.publication_id, a.id, a.slug, a.name, b.role, o.id AS organization_id, o.slug AS organization_slug, \
         o.name AS organization_name FROM publication_bylines b JOIN authors a ON a.id = b.author_id \
         LEFT JOIN organizations o ON o.id = b.organization_id WHERE b.publication_id IN ",
    );
    sql.bind_all(ids.iter().copied())
        .push(" ORDER BY b.publication_id, b.position");
    let mut found: HashMap<i64, Vec<Byline>> = HashMap::new();
    for row in sql.load::<Found>(conn)? {
        let organization = match (
            row.organization_id,
            row.organization_slug,
            row.organization_name,
        ) {
            (Some(id), Some(slug), Some(name)) => Some(OrganizationRef { id, slug, name }),
            _ => None,
        };
        let byline = Byline {
            id: row.id,
            slug: row.slug,
            name: row.name,
            role: row.role,
            organization,
        };
        found.entry(row.publication_id).or_default().push(byline);
    }
    Ok(found)
}

/// Each publication's terms with their kind, in order, named in its language or else in the term's first.
fn terms(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<(String, TermRef)>>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = BigInt)]
        publication_id: i64,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = Text)]
        slug: Slug,
        #[diesel(sql_type = Text)]
        name: String,
    }
    let mut sql = Sql::new(
        "SELECT l.publication_id, n.kind, n.term_id AS id, n.slug, n.name FROM publication_terms l \
         JOIN publications p ON p.id = l.publication_id JOIN term_names n ON n.term_id = l.term_id \
         WHERE (n.lang = p.lang OR n.position = (SELECT min(m.position) FROM term_names m WHERE m.term_id = l.term_id)) \
         AND l.publication_id IN ",
    );
    sql.bind_all(ids.iter().copied());
    sql.push(" ORDER BY l.publication_id, l.position, CASE WHEN n.lang = p.lang THEN 0 ELSE 1 END");
    let mut found: HashMap<i64, Vec<(String, TermRef)>> = HashMap::new();
    for row in sql.load::<Found>(conn)? {
        let terms = found.entry(row.publication_id).or_default();
        if terms.last().is_none_or(|(_, last)| last.id != row.id) {
            terms.push((
                row.kind,
                TermRef {
                    id: row.id,
                    slug: row.slug,
                    name: row.name,
                },
            ));
        }
    }
    Ok(found)
}

fn translations(row: &Row, siblings: &[Sibling]) -> Vec<TranslationRef> {
    let others = siblings.iter().filter(|one| one.post_id == row.post_id);
    let original = others.clone().find(|one| one.lang == one.original_lang);
    others
        .filter(|one| one.lang != row.lang)
        .map(|one| TranslationRef {
            lang: one.lang.clone(),
            slug: one.slug.clone(),
            url: url(&one.slug, &one.lang),
            is_outdated: original.is_some_and(|original| original.updated_at > one.updated_at),
        })
        .collect()
}

fn summary(
    row: Row,
    authors: Vec<Byline>,
    categories: Vec<TermRef>,
    tags: Vec<TermRef>,
    translations: Vec<TranslationRef>,
    languages: &Languages,
) -> PublicPostSummary {
    PublicPostSummary {
        url: url(&row.slug, &row.lang),
        is_fallback: languages.wanted().is_some_and(|wanted| *wanted != row.lang),
        requested_lang: languages.wanted().cloned(),
        id: row.post_id,
        slug: row.slug,
        lang: row.lang,
        original_lang: row.original_lang,
        title: row.title,
        subtitle: row.subtitle,
        excerpt: row.excerpt,
        excerpt_source: row.excerpt_source,
        word_count: row.word_count,
        reading_minutes: row.reading_minutes,
        featured: row.featured,
        published_at: row.published_at,
        updated_at: row.updated_at,
        authors,
        categories,
        tags,
        translations,
        licence: row.licence,
        canonical_url: row.canonical_url,
    }
}

/// The address of a post in one language.
fn url(slug: &Slug, lang: &Lang) -> String {
    format!("/v1/posts/{slug}?lang={lang}")
}
