//! The terms, authors and organizations of posts, by which filters in memory select them.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::Text;

use super::evaluation::Placed;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The entities of posts, by post and language.
pub type PostEntities = HashMap<(Id, Option<Lang>), Vec<Id>>;

/// Returns the terms with their ancestors, the authors and the organizations of those items that are posts.
///
/// # Errors
/// Returns database errors.
pub fn entities(conn: &mut Conn, items: &[Placed], now: Timestamp) -> Result<PostEntities> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Uuid)]
        post_id: Id,
        #[diesel(sql_type = Text)]
        lang: Lang,
        #[diesel(sql_type = Uuid)]
        entity_id: Id,
    }
    let posts = items.iter().map(|placed| &placed.item);
    let posts = posts.filter(|item| item.post.is_some());
    let posts: Vec<Id> = posts.map(|item| item.id).collect();
    let mut entities = PostEntities::new();
    if posts.is_empty() {
        return Ok(entities);
    }
    let mut sql = Sql::new(
        "SELECT p.post_id, p.lang, x.entity_id FROM publications p \
         JOIN postings x ON x.publication_id = p.id WHERE p.post_id IN ",
    );
    sql.bind_all(posts).push(" AND ");
    live(&mut sql, "p", now);
    let found: Vec<Found> = sql.load(conn)?;
    for one in found {
        let of_it = entities.entry((one.post_id, Some(one.lang))).or_default();
        of_it.push(one.entity_id);
    }
    Ok(entities)
}
