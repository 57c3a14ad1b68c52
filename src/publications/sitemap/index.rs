//! The index: all parts with anything in them.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::part::{Number, Part, THINGS};
use super::{news, size, things};
use crate::catalogue::site::public::PublicSite;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::delivery::site_pages::SitePages;
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// A part in the index.
pub type Indexed = (Part, Option<Timestamp>);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = Instant)]
    updated_at: Timestamp,
}

/// Returns the parts, and the time at which the news are others.
///
/// # Errors
/// Returns database errors.
pub fn read(
    conn: &mut Conn,
    pages: SitePages<'_>,
    site: &PublicSite,
    now: Timestamp,
) -> Result<(Vec<Indexed>, Option<Timestamp>)> {
    let mut parts = Vec::new();
    let size = size::of_posts(conn)?;
    for row in of_posts(conn, size, now)? {
        let part = Number::at(row.part).map(Part::Posts);
        parts.extend(part.map(|part| (part, Some(row.updated_at))));
    }
    let (recent, until) = news::read(conn, pages, site, now)?;
    let latest = recent.iter().map(|page| page.updated_at).max();
    parts.extend(latest.map(|latest| (Part::News, Some(latest))));
    for kind in THINGS {
        // Those with one slug for all languages have a page in each language of the site.
        let has_languages = kind.slugs().is_per_language() || !site.languages.is_empty();
        if pages.site.paths.has(kind) && has_languages {
            let size = size::of_things(conn, kind, site.languages.len())?;
            let (count, updated_at) = things::parts(conn, kind, size)?;
            let numbers = (0..count).filter_map(Number::at);
            parts.extend(numbers.map(|number| (Part::Things(kind, number), updated_at)));
        }
    }
    Ok((parts, until))
}

/// Returns the parts with live publications, each with the time of the last change. Reads an index of all publications.
fn of_posts(conn: &mut Conn, size: i64, now: Timestamp) -> Result<Vec<Row>> {
    let mut sql = Sql::new(&format!(
        "SELECT p.id / {size} AS part, max(p.updated_at) AS updated_at FROM publications p WHERE "
    ));
    live(&mut sql, "p", now);
    sql.push(" GROUP BY 1 ORDER BY 1");
    sql.load(conn)
}
