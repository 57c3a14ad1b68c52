//! What stands around publications: their authors, terms and other languages, each in one statement however many there are.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::model::{Byline, PublicPostSummary, TranslationRef};
use super::row::{Parts, Row};
use super::siblings::{self, Sibling, url};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;
use crate::languages::Languages;
use crate::resources::organizations::model::OrganizationRef;
use crate::resources::slugs::Kind;
use crate::resources::terms::model::TermRef;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// The posts of a list, with what is wanted around them: three statements at most.
///
/// # Errors
/// What the database reports.
pub fn dressed(
    conn: &mut Conn,
    rows: Vec<Row>,
    parts: Parts,
    languages: &Languages,
    now: Timestamp,
) -> Result<Vec<PublicPostSummary>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.post_id).collect();
    let siblings = match parts.translations {
        true => siblings::live_of(conn, &ids, now)?,
        false => Vec::new(),
    };
    with_relations(conn, rows, parts, &siblings, languages)
}

/// The same where the other languages are known.
///
/// # Errors
/// What the database reports.
pub fn with_relations(
    conn: &mut Conn,
    rows: Vec<Row>,
    parts: Parts,
    siblings: &[Sibling],
    languages: &Languages,
) -> Result<Vec<PublicPostSummary>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut around = Around::default();
    if parts.authors && !ids.is_empty() {
        around.bylines = bylines(conn, &ids)?;
    }
    if parts.terms && !ids.is_empty() {
        around.terms = terms(conn, &ids)?;
    }
    let dress = |row| around.dress(row, parts, siblings, languages);
    Ok(rows.into_iter().map(dress).collect())
}

/// What stands around publications, by their number.
#[derive(Default)]
pub(super) struct Around {
    bylines: HashMap<i64, Vec<Byline>>,
    terms: HashMap<i64, Vec<(String, TermRef)>>,
}

impl Around {
    /// What stands around one.
    pub(super) fn of_one(row: &Row, bylines: Vec<Byline>, terms: Vec<(String, TermRef)>) -> Self {
        Self {
            bylines: HashMap::from([(row.id, bylines)]),
            terms: HashMap::from([(row.id, terms)]),
        }
    }

    /// The publication as it is delivered.
    pub(super) fn dress(
        &mut self,
        mut row: Row,
        parts: Parts,
        siblings: &[Sibling],
        languages: &Languages,
    ) -> PublicPostSummary {
        let named = self.terms.remove(&row.id).unwrap_or_default();
        let (categories, tags) = named
            .into_iter()
            .partition::<Vec<_>, _>(|(kind, _)| kind == Kind::Category.as_str());
        let only =
            |terms: Vec<(String, TermRef)>| terms.into_iter().map(|(_, term)| term).collect();
        PublicPostSummary {
            body: row.take_body(),
            seo: parts.seo.then(|| row.take_seo()),
            translations: translations(&row, parts, siblings),
            authors: self.bylines.remove(&row.id).unwrap_or_default(),
            categories: only(categories),
            tags: only(tags),
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
            licence: row.licence,
            canonical_url: row.canonical_url,
        }
    }
}

fn translations(row: &Row, parts: Parts, siblings: &[Sibling]) -> Vec<TranslationRef> {
    let all = siblings.iter().filter(|one| one.post_id == row.post_id);
    let original = all.clone().find(|one| one.lang == one.original_lang);
    // Published for the first time is not published again.
    let again = original.filter(|one| one.updated_at > one.published_at);
    let again = again.map(|one| one.updated_at);
    all.filter(|one| one.lang != row.lang)
        .map(|one| TranslationRef {
            lang: one.lang.clone(),
            slug: one.slug.clone(),
            url: url(&one.slug, &one.lang),
            is_outdated: again.is_some_and(|again| again > one.updated_at),
            title: parts.translated_titles.then(|| one.title.clone()),
        })
        .collect()
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
    for row in sql.kept().load::<Found>(conn)? {
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
    sql.push(" ORDER BY l.publication_id, l.position, n.term_id, CASE WHEN n.lang = p.lang THEN 0 ELSE 1 END");
    let mut found: HashMap<i64, Vec<(String, TermRef)>> = HashMap::new();
    for row in sql.kept().load::<Found>(conn)? {
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
