//! What has been kept long enough goes, once a minute: posts in the trash, answers kept for a repeated request, links to
//! previews.

use diesel::prelude::*;

use crate::changes::actor::{Actor, By};
use crate::db::{Conn, Db, each};
use crate::editorial::{posts, previews};
use crate::error::Result;
use crate::id::Id;
use crate::requests::idempotency;
use crate::schema::posts as post_table;
use crate::timestamp::Timestamp;

/// How often, in seconds.
const INTERVAL: i64 = 60;
/// So many posts at most go in one turn.
const BATCH: i64 = 100;
const DAY: i64 = 24 * 3600;

/// How long things are kept, and when it was last looked after.
#[derive(Debug, Clone, Default)]
pub struct Housekeeping {
    /// After how many days a post in the trash is deleted for good; 0: never.
    pub trash_days: u32,
    last: Option<Timestamp>,
}

impl Housekeeping {
    /// With a trash that is kept for so many days.
    pub fn new(trash_days: u32) -> Self {
        Self {
            trash_days,
            last: None,
        }
    }

    /// Deletes what is over, if a minute has passed, and only while `is_ours` lets it: it is asked in each transaction.
    ///
    /// # Errors
    /// What the database reports.
    pub fn tidy(
        &mut self,
        db: &Db,
        now: Timestamp,
        is_ours: impl Fn(&mut Conn) -> Result<bool>,
    ) -> Result<()> {
        if self
            .last
            .is_some_and(|last| now < last.plus_seconds(INTERVAL))
        {
            return Ok(());
        }
        self.last = Some(now);
        if db.read_now(|conn| has_expired(conn, now))? {
            db.write_now(|conn| match is_ours(conn)? {
                true => forget_expired(conn, now),
                false => Ok(()),
            })?;
        }
        let limit =
            (self.trash_days > 0).then(|| now.plus_seconds(-DAY * i64::from(self.trash_days)));
        let Some(limit) = limit else {
            return Ok(());
        };
        for post in db.read_now(|conn| trashed_before(conn, limit))? {
            let purged = db.write_now(|conn| match is_ours(conn)? {
                true => posts::trash::purge_trashed(conn, By::new(Actor::Clock, now), post, limit),
                false => Ok(()),
            });
            if let Err(error) = purged {
                log::error!("post {post} in the trash could not be deleted: {error}");
            }
        }
        Ok(())
    }
}

fn has_expired(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    Ok(idempotency::store::has_expired(conn, now)? || previews::store::has_expired(conn, now)?)
}

fn forget_expired(conn: &mut Conn, now: Timestamp) -> Result<()> {
    idempotency::store::forget_expired(conn, now)?;
    previews::store::forget_expired(conn, now)
}

fn trashed_before(conn: &mut Conn, limit: Timestamp) -> Result<Vec<Id>> {
    let old = post_table::table
        .filter(post_table::deleted_at.le(limit))
        .order((post_table::deleted_at, post_table::id))
        .limit(BATCH)
        .select(post_table::id);
    Ok(each!(conn, old.load(conn))?)
}
