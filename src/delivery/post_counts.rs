//! The number of public posts of each term, author and organization.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::reader::View;
use super::shown_language::{self, POSTINGS};
use super::visibility::live;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::Result;
use crate::id::Id;

/// Counts the posts of each entity in the languages shown, that is, the length of the list of its posts. Entities
/// without posts are left out. Executes no statement if `post_count` is not requested.
///
/// # Errors
/// Returns database errors.
pub fn load(
    conn: &mut Conn,
    entities: impl Iterator<Item = Id>,
    view: &View,
) -> Result<HashMap<Id, i64>> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Uuid)]
        id: Id,
        #[diesel(sql_type = BigInt)]
        posts: i64,
    }
    if !view.asked.has("post_count") {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(
        "SELECT x.entity_id AS id, count(*) AS posts FROM postings x WHERE x.entity_id IN ",
    );
    sql.bind_all(entities).push(" AND ");
    live(&mut sql, "x", view.now);
    // Pages stand outside of the lists of posts.
    sql.push(" AND x.post_type = 'post'");
    sql.push(" AND ");
    shown_language::push(&mut sql, POSTINGS, &view.languages, view.now);
    sql.push(" GROUP BY x.entity_id");
    let rows: Vec<Count> = sql.load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.posts)).collect())
}
