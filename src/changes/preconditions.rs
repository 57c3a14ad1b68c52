//! Lost updates: a write that expects another state than the one that is there is refused, with who brought that about
//! and when.

use diesel::prelude::*;

use crate::changes::Operation;
use crate::changes::actor::ActorKind;
use crate::db::{Conn, each};
use crate::error::{Error, Result, Stale};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::changes;
use crate::timestamp::Timestamp;
use crate::version::{Seen, etag};

/// Lets the write through if the thing's version is one that the caller expects, or nothing was asked.
///
/// # Errors
/// [`Error::Stale`] with the current validator and the last change.
pub fn check(conn: &mut Conn, seen: &Seen, version: i32, id: Id) -> Result<()> {
    if seen.allows(version) {
        return Ok(());
    }
    refuse(conn, Some(version), id, None)
}

/// The same for one language of a post.
///
/// # Errors
/// As [`check`].
pub fn check_in(conn: &mut Conn, seen: &Seen, version: i32, post: Id, lang: &Lang) -> Result<()> {
    if seen.allows(version) {
        return Ok(());
    }
    refuse(conn, Some(version), post, Some(lang))
}

/// Lets a write make a language of a post that is not there.
///
/// # Errors
/// [`Error::Stale`], without a validator, when the caller has seen it.
pub fn check_absent(conn: &mut Conn, seen: &Seen, post: Id, lang: &Lang) -> Result<()> {
    if seen.allows_absent() {
        return Ok(());
    }
    refuse(conn, None, post, Some(lang))
}

fn refuse(conn: &mut Conn, version: Option<i32>, id: Id, lang: Option<&Lang>) -> Result<()> {
    Err(Error::Stale(Box::new(Stale {
        current: version.map(etag),
        changed: last_change(conn, id, lang)?,
    })))
}

/// Who changed it last, and when. What changes a post as a whole changes each of its languages.
fn last_change(
    conn: &mut Conn,
    id: Id,
    lang: Option<&Lang>,
) -> Result<Option<(Option<Id>, Timestamp)>> {
    let of_it = changes::table
        .filter(changes::entity_id.eq(id))
        .filter(changes::kind.ne_all([Kind::Session, Kind::PreviewLink]))
        .filter(changes::operation.ne(Operation::Prune))
        .filter(changes::actor.ne(ActorKind::Clock))
        .order(changes::seq.desc())
        .select((changes::actor_id, changes::at));
    Ok(match lang {
        Some(lang) => {
            let of_it = of_it.filter(changes::lang.eq(lang).or(changes::lang.is_null()));
            each!(conn, of_it.first(conn).optional())?
        }
        None => each!(conn, of_it.first(conn).optional())?,
    })
}
