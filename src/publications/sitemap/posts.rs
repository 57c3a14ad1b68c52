//! The posts and pages of a part: the live publications in a range of numbers, each with the other languages of its post.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text};

use super::part::Number;
use super::size;
use super::xml::Page;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::delivery::site_pages::SitePages;
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// A language of a post.
#[derive(QueryableByName)]
struct Row {
    /// The number of the publication whose page the row belongs to.
    #[diesel(sql_type = BigInt)]
    id: i64,
    /// True if the row is that publication.
    #[diesel(sql_type = Bool)]
    is_own: bool,
    #[diesel(sql_type = Bool)]
    is_original: bool,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Text)]
    post_type: PostType,
    #[diesel(sql_type = Instant)]
    updated_at: Timestamp,
}

/// Returns the pages of a part. Posts that first appeared elsewhere are left out, because the address of those is elsewhere.
///
/// # Errors
/// Returns database errors.
pub fn read(
    conn: &mut Conn,
    number: Number,
    pages: SitePages<'_>,
    now: Timestamp,
) -> Result<Vec<Page>> {
    let size = size::of_posts(conn)?;
    let first = number.index().saturating_mul(size);
    let mut sql = Sql::new(
        "SELECT p.id, s.id = p.id AS is_own, s.lang = s.original_lang AS is_original, s.lang, s.slug, s.post_type, \
         s.updated_at FROM publications p CROSS JOIN publications s WHERE p.id >= ",
    );
    sql.bind(first)
        .push(" AND p.id < ")
        .bind(first.saturating_add(size))
        .push(" AND p.canonical_url IS NULL AND ");
    live(&mut sql, "p", now);
    sql.push(" AND s.post_id = p.post_id AND ");
    live(&mut sql, "s", now);
    sql.push(" ORDER BY p.id, s.lang");
    let rows: Vec<Row> = sql.load(conn)?;
    let of_each = rows.chunk_by(|a, b| a.id == b.id);
    Ok(of_each.filter_map(|rows| page(rows, pages)).collect())
}

/// Returns a page with its languages, the original first.
fn page(rows: &[Row], pages: SitePages<'_>) -> Option<Page> {
    let url = |row: &Row| pages.post(row.post_type, &row.slug, &row.lang);
    let own = rows.iter().find(|row| row.is_own)?;
    let mut langs: Vec<&Row> = rows.iter().collect();
    langs.sort_by_key(|row| !row.is_original);
    let alternates = langs.into_iter();
    Some(Page {
        url: url(own)?,
        updated_at: own.updated_at,
        alternates: alternates
            .filter_map(|row| Some((row.lang.clone(), url(row)?)))
            .collect(),
        news: None,
    })
}
