//! Categories, tags, authors, organizations and comments as items: their public shapes without the number of their posts,
//! which changes without an entry in the log.

use diesel::QueryableByName;

use super::model::{Item, ItemFilter, ItemKind};
use crate::catalogue::{authors, categories, organizations, terms};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::delivery::reader::View;
use crate::error::Result;
use crate::fields::{Selected, Selection};
use crate::id::Id;
use crate::kind::Kind;
use crate::publications::comments::store as comments;
use crate::timestamp::Timestamp;

/// The member that is left out.
const COUNT: &str = "post_count";

/// Returns those of these resources that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(
    conn: &mut Conn,
    kind: ItemKind,
    ids: &[Id],
    filter: &ItemFilter,
    now: Timestamp,
) -> Result<Vec<Item>> {
    let view = view(filter, now)?;
    let item = |id| Item::upsert(kind, id, None);
    Ok(match kind {
        // Posts are read by language.
        ItemKind::Post => Vec::new(),
        ItemKind::Category => each(categories::public::load_by_ids(conn, ids, &view)?, |one| {
            Item {
                category: Some(selected(one.clone())),
                ..item(one.term.id)
            }
        }),
        ItemKind::Tag => each(
            terms::public::load_by_ids(conn, Kind::Tag, ids, &view)?,
            |one| Item {
                tag: Some(selected(one.1.clone())),
                ..item(one.0.id)
            },
        ),
        ItemKind::Author => each(authors::public::load_by_ids(conn, ids, &view)?, |one| {
            Item {
                author: Some(selected(one.clone())),
                ..item(one.id)
            }
        }),
        ItemKind::Organization => each(
            organizations::public::load_by_ids(conn, ids, &view)?,
            |one| Item {
                organization: Some(selected(one.clone())),
                ..item(one.id)
            },
        ),
        ItemKind::Comment => each(comments::load_by_ids(conn, ids, now)?, |one| Item {
            comment: Some(selected(one.clone())),
            ..item(one.id)
        }),
    })
}

fn each<T>(found: Vec<T>, item: impl Fn(&T) -> Item) -> Vec<Item> {
    found.iter().map(item).collect()
}

/// Returns the ids of up to `most` resources of a kind after an id, or from the first, in the order of creation.
///
/// # Errors
/// Returns database errors.
pub fn ids(
    conn: &mut Conn,
    kind: ItemKind,
    after: Option<Id>,
    (most, now): (u32, Timestamp),
) -> Result<Vec<Id>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Uuid)]
        id: Id,
    }
    let mut sql = match kind {
        ItemKind::Post => return Ok(Vec::new()),
        ItemKind::Author => Sql::new("SELECT t.id FROM authors t WHERE TRUE"),
        ItemKind::Organization => Sql::new("SELECT t.id FROM organizations t WHERE TRUE"),
        ItemKind::Comment => comments::of_public_posts(now).selecting("t.id"),
        ItemKind::Category | ItemKind::Tag => {
            let mut sql = Sql::new("SELECT t.id FROM terms t WHERE t.kind = ");
            sql.bind(kind.as_str());
            sql
        }
    };
    if let Some(after) = after {
        sql.push(" AND t.id > ").bind(after);
    }
    sql.push(&format!(" ORDER BY t.id LIMIT {most}"));
    let found: Vec<Found> = sql.load(conn)?;
    Ok(found.into_iter().map(|one| one.id).collect())
}

/// Returns the view in the only language of the copy, or in the original language of each resource.
fn view(filter: &ItemFilter, now: Timestamp) -> Result<View> {
    Ok(View {
        now,
        languages: filter.languages()?,
        asked: Selection::all_but(COUNT),
    })
}

fn selected<T>(shown: T) -> Selected<T> {
    Selected::one(shown, Selection::all_but(COUNT))
}
