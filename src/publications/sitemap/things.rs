//! The categories, authors and organizations of a part, in the order of their creation.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::part::Number;
use super::size;
use super::xml::Page;
use crate::config::Site;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs::addresses::site_url;
use crate::timestamp::Timestamp;

/// A slug of a resource.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: Id,
    #[diesel(sql_type = Text)]
    slug: Slug,
    /// The language of the slug; `None` if the resource has one for all.
    #[diesel(sql_type = Nullable<Text>)]
    lang: Option<Lang>,
    #[diesel(sql_type = Instant)]
    updated_at: Timestamp,
}

/// The parts of a kind.
#[derive(QueryableByName)]
struct Extent {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Nullable<Instant>)]
    updated_at: Option<Timestamp>,
}

/// Returns the number of parts of a kind with `size` resources each, and the time of the last change if there is only one.
///
/// # Errors
/// Returns database errors.
pub fn parts(conn: &mut Conn, kind: Kind, size: i64) -> Result<(i64, Option<Timestamp>)> {
    let count = "SELECT count(*) AS count, max(t.updated_at) AS updated_at FROM ";
    let found: Vec<Extent> = table(kind).within(count, "").load(conn)?;
    let Some(extent) = found.first() else {
        return Ok((0, None));
    };
    let parts = extent.count / size + i64::from(extent.count % size > 0);
    Ok((parts, extent.updated_at.filter(|_| parts == 1)))
}

/// Returns the pages of a part, each in the languages of its names, or else in those of the site.
///
/// # Errors
/// Returns database errors.
pub fn read(
    conn: &mut Conn,
    (kind, number): (Kind, Number),
    site: &Site,
    langs: &[Lang],
) -> Result<Vec<Page>> {
    let size = size::of_things(conn, kind, langs.len())?;
    let first = number.index().saturating_mul(size);
    let some = table(kind).within(
        "SELECT t.* FROM ",
        &format!(" ORDER BY t.id LIMIT {size} OFFSET {first}"),
    );
    let sql = match kind {
        Kind::Category => some.within(
            "SELECT t.id, n.slug, n.lang, t.updated_at FROM (",
            ") t JOIN term_names n ON n.term_id = t.id ORDER BY t.id, n.position",
        ),
        _ => some.within(
            "SELECT t.id, t.slug, CAST(NULL AS text) AS lang, t.updated_at FROM (",
            ") t ORDER BY t.id",
        ),
    };
    let rows: Vec<Row> = sql.load(conn)?;
    let url = |slug: &Slug, lang: &Lang| {
        let url = site_url(site, kind, None, slug, Some(lang))?;
        Some((lang.clone(), url))
    };
    let mut pages = Vec::new();
    for rows in rows.chunk_by(|a, b| a.id == b.id) {
        let mut alternates: Vec<(Lang, String)> = Vec::new();
        for row in rows {
            match &row.lang {
                Some(lang) => alternates.extend(url(&row.slug, lang)),
                None => alternates.extend(langs.iter().filter_map(|lang| url(&row.slug, lang))),
            }
        }
        pages.extend(rows.first().map(|row| of_thing(alternates, row.updated_at)));
    }
    Ok(pages.into_iter().flatten().collect())
}

/// Returns a page for each language, or a single one if its address has no language.
fn of_thing(mut alternates: Vec<(Lang, String)>, updated_at: Timestamp) -> Vec<Page> {
    alternates.dedup_by(|a, b| a.1 == b.1);
    let urls = alternates.iter().map(|(_, url)| url.clone());
    let page = |url| Page {
        url,
        updated_at,
        alternates: alternates.clone(),
        news: None,
    };
    urls.map(page).collect()
}

/// Returns the rows of a kind, with the alias `t`.
fn table(kind: Kind) -> Sql {
    match kind {
        Kind::Author => Sql::new("authors t"),
        Kind::Organization => Sql::new("organizations t"),
        kind => {
            let mut sql = Sql::new("terms t WHERE t.kind = ");
            sql.bind(kind.as_str());
            sql
        }
    }
}
