//! The number of resources in a part. Each page lists all its languages, so on a site with many languages parts have fewer
//! resources: every part stays below the 50,000 URLs and 50 MB that search engines accept.

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::kind::Kind;

/// The maximum number of publications in a part.
const MAX_POSTS: i64 = 5000;
/// The maximum number of resources of another kind in a part.
const MAX_THINGS: i64 = 250;
/// The maximum number of addresses in a part, of pages and of their other languages. Each takes up to 400 bytes: slugs
/// have at most 200, tags of languages 35.
const MAX_ADDRESSES: i64 = 125_000;

/// Returns the number of publications in a part. It changes only when the site has many more languages than before.
///
/// # Errors
/// Returns database errors.
pub fn of_posts(conn: &mut Conn) -> Result<i64> {
    // Reads one entry of the index for each language.
    let languages = Sql::new(
        "WITH RECURSIVE l (lang) AS (SELECT min(p.lang) FROM publications p UNION ALL \
         SELECT (SELECT min(p.lang) FROM publications p WHERE p.lang > l.lang) FROM l WHERE l.lang IS NOT NULL) \
         SELECT count(l.lang) AS n FROM l",
    );
    let languages = languages.number(conn)?;
    Ok(fitting(MAX_POSTS, addresses_of_page(languages)))
}

/// Returns the number of resources of another kind in a part, each with a page for each of its languages. Those with one
/// slug for all have a page in each of the site's `languages`.
///
/// # Errors
/// Returns database errors.
pub fn of_things(conn: &mut Conn, kind: Kind, languages: usize) -> Result<i64> {
    let languages = match kind {
        Kind::Category => {
            let mut sql = Sql::new(
                "SELECT count(*) AS n FROM term_names n JOIN terms t ON t.id = n.term_id WHERE t.kind = ",
            );
            sql.bind(kind.as_str())
                .push(" GROUP BY n.term_id ORDER BY 1 DESC LIMIT 1");
            sql.number(conn)?
        }
        _ => i64::try_from(languages).unwrap_or(i64::MAX),
    };
    let addresses = languages.saturating_mul(addresses_of_page(languages));
    Ok(fitting(MAX_THINGS, addresses))
}

/// Returns the number of addresses of a page: its own, those in all languages, and the default.
fn addresses_of_page(languages: i64) -> i64 {
    languages.saturating_add(2)
}

/// Returns how many resources with so many addresses fit into a part. Few numbers are possible, so that a new language
/// seldom moves resources to other parts.
fn fitting(most: i64, addresses: i64) -> i64 {
    let mut size = most;
    while size > 1 && size.saturating_mul(addresses) > MAX_ADDRESSES {
        size /= 2;
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_shrink_with_the_number_of_languages() {
        let posts = |languages| fitting(MAX_POSTS, addresses_of_page(languages));
        let expected = [(0, 5000), (1, 5000), (23, 5000), (24, 2500), (48, 2500)];
        for (languages, size) in expected.into_iter().chain([(49, 1250), (600, 156)]) {
            assert_eq!(posts(languages), size, "{languages}");
        }
        let things = |languages| fitting(MAX_THINGS, languages * addresses_of_page(languages));
        for (languages, size) in [(1, 250), (20, 250), (50, 31), (200, 3), (400, 1)] {
            assert_eq!(things(languages), size, "{languages}");
        }
    }
}
