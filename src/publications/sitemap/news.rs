//! The posts of the last two days, for search engines that show news.

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::xml::{News, Page};
use crate::catalogue::site::public::PublicSite;
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

/// The age up to which posts are news, in seconds.
const RECENT: i64 = 2 * 24 * 60 * 60;

/// The greatest number of pages that search engines accept.
const MOST: i64 = 1000;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Instant)]
    published_at: Timestamp,
    #[diesel(sql_type = Instant)]
    updated_at: Timestamp,
}

/// Returns the pages with news, and the time at which the first of them is none any more.
///
/// # Errors
/// Returns database errors.
pub fn read(
    conn: &mut Conn,
    pages: SitePages<'_>,
    site: &PublicSite,
    now: Timestamp,
) -> Result<(Vec<Page>, Option<Timestamp>)> {
    let mut sql = Sql::new(
        "SELECT p.lang, p.slug, p.title, p.published_at, p.updated_at FROM publications p WHERE p.published_at > ",
    );
    sql.bind(now.plus_seconds(-RECENT))
        .push(" AND p.canonical_url IS NULL AND p.post_type = ")
        .bind(PostType::Post.as_str())
        .push(" AND ");
    live(&mut sql, "p", now);
    sql.push(" ORDER BY p.published_at DESC, p.post_id DESC, p.lang LIMIT ")
        .bind(MOST);
    let rows: Vec<Row> = sql.load(conn)?;
    let oldest = rows.iter().map(|row| row.published_at).min();
    let page = |row: Row| {
        Some(Page {
            url: pages.post(PostType::Post, &row.slug, &row.lang)?,
            updated_at: row.updated_at,
            alternates: Vec::new(),
            news: Some(News {
                name: name(site, &row.lang, pages),
                published_at: row.published_at,
                title: row.title,
                lang: row.lang,
            }),
        })
    };
    Ok((
        rows.into_iter().filter_map(page).collect(),
        oldest.map(|oldest| oldest.plus_seconds(RECENT)),
    ))
}

/// Returns the name of the site in a language, else in its own, else its address.
fn name(site: &PublicSite, lang: &Lang, pages: SitePages<'_>) -> String {
    let in_lang = site.translations.iter().find(|text| text.lang == *lang);
    let name = in_lang.map(|text| &text.name).or(site.name.as_ref());
    let address = || pages.site.url.as_ref().map(ToString::to_string);
    name.cloned().or_else(address).unwrap_or_default()
}
