//! SQL for comments on the delivery surface. A page takes one statement, besides those that find the post.

use super::model::{CommentQuery, PublicComment, keys_of};
use crate::db::Conn;
use crate::db::keyset::{self, Select};
use crate::db::sql::{FENCE, Sql};
use crate::delivery::reader::{Lasting, ListPage, View};
use crate::delivery::visibility::live;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::languages::Languages;
use crate::page::Listing;
use crate::publications::{siblings, single};
use crate::slugs::addresses::comments_url;
use crate::timestamp::Timestamp;

/// Returns a page of the comments of a post.
///
/// # Errors
/// Returns the same errors as [`single::locate`] for a reader of any language; [`Error::Parameters`] for a cursor of another
/// list.
pub fn list(
    conn: &mut Conn,
    id_or_slug: &str,
    (listing, query): (&Listing, &CommentQuery),
    view: &View,
) -> Result<Lasting<ListPage<PublicComment>>> {
    // The language of the request is that of the comments. A post has the same comments in all languages.
    let languages = Languages::default();
    let located = single::locate(conn, id_or_slug, &languages, view.now, comments_url)?;
    let post = located.shown.post_id;
    let mut from = Sql::new("public_comments t WHERE t.post_id = ");
    from.bind(post);
    if let Some(lang) = &query.lang {
        from.push(" AND t.lang = ").bind(lang.as_str());
    }
    let sort = query.sort();
    let select = Select {
        columns: "t.*",
        from: &from,
    };
    let key = |row: &PublicComment| sort.key(row.id, &row.path);
    let (items, page) = keyset::sorted(conn, listing, sort.order(), select, key)?;
    Ok(Lasting {
        shown: ListPage {
            items,
            page,
            keys: keys_of(post),
        },
        until: located.until,
    })
}

/// Returns a comment of a post that is public.
///
/// # Errors
/// Returns [`Error::NotFound`] if the public sees no such comment.
pub fn find(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Lasting<PublicComment>> {
    let shown = load(conn, id)?.ok_or(Error::NotFound)?;
    let (live, until) = siblings::load_live(conn, &[shown.post], now)?;
    match live.is_empty() {
        true => Err(Error::NotFound),
        false => Ok(Lasting { shown, until }),
    }
}

/// Returns those of the comments that the public sees.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<Vec<PublicComment>> {
    let mut sql = of_public_posts(now).selecting("t.*");
    sql.push(" AND t.id IN ").bind_all(ids.iter().copied());
    sql.load(conn)
}

/// Returns the part of a statement after `FROM` for the comments of posts that are public in some language, under the alias
/// `t`.
pub fn of_public_posts(now: Timestamp) -> Sql {
    let mut from = Sql::new(
        "public_comments t WHERE EXISTS (SELECT 1 FROM publications p WHERE p.post_id = t.post_id AND ",
    );
    live(&mut from, "p", now);
    from.push(FENCE);
    from
}

/// Returns a comment that the public sees if its post is public; `None` if there is none.
///
/// # Errors
/// Returns database errors.
pub fn load(conn: &mut Conn, id: Id) -> Result<Option<PublicComment>> {
    let mut sql = Sql::new("SELECT t.* FROM public_comments t WHERE t.id = ");
    sql.bind(id);
    let found: Vec<PublicComment> = sql.load(conn)?;
    Ok(found.into_iter().next())
}
