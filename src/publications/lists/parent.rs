//! The page above, as a filter of lists of pages.

use crate::db::sql::{FENCE, Sql};
use crate::delivery::visibility::live;
use crate::id::Id;
use crate::kind::Kind;
use crate::timestamp::Timestamp;

/// Appends, in parentheses, the posts that an id or a current or former slug identifies, and that are public. Those that are
/// not must not be told from those that do not exist.
pub(super) fn push_public_parent(sql: &mut Sql, id_or_slug: &str, now: Timestamp) {
    sql.push("(SELECT s.owner_id FROM slugs s WHERE s.kind = ")
        .bind(Kind::Post.as_str());
    match id_or_slug.parse::<Id>() {
        Ok(id) => sql.push(" AND s.owner_id = ").bind(id),
        Err(_) => sql
            .push(" AND s.slug = ")
            .bind(id_or_slug.to_ascii_lowercase())
            .push(" AND s.public_at <= ")
            .bind(now),
    };
    sql.push(" AND EXISTS (SELECT 1 FROM publications a WHERE a.post_id = s.owner_id AND ");
    live(sql, "a", now);
    sql.push(FENCE).push(")");
}
