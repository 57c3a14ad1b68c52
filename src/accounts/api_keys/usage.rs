//! The use of keys: counted in memory, and stored once a minute, so that no request waits for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::sql::Sql;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The use of one key that has not been stored yet.
#[derive(Debug, Default)]
pub struct Use {
    requests: AtomicU64,
    /// The time of the last request, in milliseconds since 1970.
    last: AtomicI64,
}

impl Use {
    /// Counts a request.
    pub(super) fn count(&self, now: Timestamp) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.last.fetch_max(now.millis(), Ordering::Relaxed);
    }

    /// Returns the number of requests.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

/// The use of all keys of an instance.
#[derive(Debug, Default)]
pub struct Usage(Mutex<HashMap<Id, Arc<Use>>>);

impl Usage {
    /// Returns the use of a key.
    pub(super) fn of(&self, key: Id) -> Arc<Use> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_default())
    }

    /// Stores the use of every key that was used since the last time.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`]. The use is then stored the next time.
    pub fn store(&self, db: &Db) -> Result<()> {
        let all: Vec<(Id, Arc<Use>)> = {
            let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.iter()
                .map(|(id, used)| (*id, Arc::clone(used)))
                .collect()
        };
        let taken = |(id, used): (Id, Arc<Use>)| {
            let requests = used.requests.swap(0, Ordering::Relaxed);
            (requests > 0).then_some((id, used, requests))
        };
        let taken: Vec<_> = all.into_iter().filter_map(taken).collect();
        if taken.is_empty() {
            return Ok(());
        }
        let stored = db.write_now(|conn| {
            let mut taken = taken.iter();
            taken.try_for_each(|(id, used, requests)| write(conn, *id, used, *requests))
        });
        if stored.is_err() {
            for (_, used, requests) in &taken {
                used.requests.fetch_add(*requests, Ordering::Relaxed);
            }
        }
        stored
    }
}

/// Adds the use of a key. Another instance may have stored a later one.
fn write(conn: &mut Conn, id: Id, used: &Use, requests: u64) -> Result<()> {
    let last = Timestamp::from_millis(used.last.load(Ordering::Relaxed));
    let mut update = Sql::new("UPDATE api_keys SET requests = requests + ");
    update.bind(i64::try_from(requests).unwrap_or(i64::MAX));
    update.push(" WHERE id = ").bind(id).execute(conn)?;
    let mut update = Sql::new("UPDATE api_keys SET last_used_at = ");
    update.bind(last).push(" WHERE id = ").bind(id);
    update.push(" AND (last_used_at IS NULL OR last_used_at < ");
    update.bind(last).push(")").execute(conn)?;
    Ok(())
}
