//! Permanent deletion of posts that have been in the trash for the configured time.

use diesel::prelude::*;

use super::trash;
use crate::changes::actor::{Actor, By};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::schema::posts;
use crate::timestamp::Timestamp;

/// The maximum number of posts deleted per run.
const BATCH: i64 = 100;
const DAY: i64 = 24 * 3600;

/// Permanently deletes the posts that have been in the trash for the configured number of days; none if that is 0.
/// Logs a post that cannot be deleted, and continues with the others.
///
/// # Errors
/// Returns the same errors as [`crate::db::Db::read_now`].
pub fn empty_trash(round: &ExpiryRound<'_>) -> Result<()> {
    let days = i64::from(round.config.editorial.trash_days);
    if days == 0 {
        return Ok(());
    }
    let limit = round.now.plus_seconds(-DAY * days);
    for post in round.db().read_now(|conn| trashed_before(conn, limit))? {
        let by = By::new(Actor::Clock, round.now);
        let purge = |conn: &mut Conn| trash::purge_trashed(conn, by, post, limit);
        if let Err(error) = round.write(purge) {
            log::error!("post {post} in the trash could not be deleted: {error}");
        }
    }
    Ok(())
}

fn trashed_before(conn: &mut Conn, limit: Timestamp) -> Result<Vec<Id>> {
    let old = posts::table
        .filter(posts::deleted_at.le(limit))
        .order((posts::deleted_at, posts::id))
        .limit(BATCH)
        .select(posts::id);
    Ok(each!(conn, old.load(conn))?)
}
