//! What has been kept long enough goes, once a minute: posts in the trash, answers kept for a repeated request, links to
//! previews.

use diesel::prelude::*;

use crate::db::{Conn, Db, each};
use crate::error::Result;
use crate::id::Id;
use crate::resources::actor::{Actor, By};
use crate::resources::posts;
use crate::schema::{idempotency_keys, posts as post_table, preview_links};
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
                true => delete_expired(conn, now),
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
                true => posts::store::purge_trashed(conn, By::new(Actor::Clock, now), post, limit),
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
    let answers = idempotency_keys::table.filter(idempotency_keys::expires_at.le(now));
    let links = preview_links::table.filter(preview_links::expires_at.le(now));
    let any = diesel::dsl::exists(answers).or(diesel::dsl::exists(links));
    Ok(each!(conn, diesel::select(any).get_result(conn))?)
}

fn delete_expired(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let answers = idempotency_keys::table.filter(idempotency_keys::expires_at.le(now));
    let links = preview_links::table.filter(preview_links::expires_at.le(now));
    each!(conn, {
        diesel::delete(answers).execute(conn)?;
        diesel::delete(links).execute(conn)?;
    });
    Ok(())
}

fn trashed_before(conn: &mut Conn, limit: Timestamp) -> Result<Vec<Id>> {
    let old = post_table::table
        .filter(post_table::deleted_at.le(limit))
        .order((post_table::deleted_at, post_table::id))
        .limit(BATCH)
        .select(post_table::id);
    Ok(each!(conn, old.load(conn))?)
}
