//! The use of keys: counted in memory, and stored once a minute, so that no request waits for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::copies::{self, Copies, FilterHash, SyncedCopy};
use crate::db::sql::Sql;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The number of keys whose use is stored in one transaction. Each takes up to 22 statements, and editors must not wait for
/// those of all keys.
const AT_ONCE: usize = 5;

/// The use of one key that has not been stored yet.
#[derive(Debug, Default)]
pub struct Use {
    requests: AtomicU64,
    /// The time of the last request, in milliseconds since 1970.
    last: AtomicI64,
    pub(super) copies: Copies,
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
        let mut used = all.into_iter().filter_map(Taken::of).peekable();
        while used.peek().is_some() {
            let taken: Vec<Taken> = used.by_ref().take(AT_ONCE).collect();
            let stored = db.write_now(|conn| taken.iter().try_for_each(|taken| taken.write(conn)));
            if stored.is_err() {
                taken.into_iter().chain(used).for_each(Taken::put_back);
                return stored;
            }
        }
        Ok(())
    }
}

/// The use of a key that is being stored.
struct Taken {
    id: Id,
    used: Arc<Use>,
    requests: u64,
    copies: Vec<(FilterHash, SyncedCopy)>,
}

impl Taken {
    /// Takes the use of a key; `None` if the key was not used.
    fn of((id, used): (Id, Arc<Use>)) -> Option<Self> {
        let requests = used.requests.swap(0, Ordering::Relaxed);
        let copies = used.copies.take();
        let was_used = requests > 0 || !copies.is_empty();
        was_used.then_some(Self {
            id,
            used,
            requests,
            copies,
        })
    }

    /// Adds the use of a key, unless the key has been deleted. Another instance may have stored a later one.
    fn write(&self, conn: &mut Conn) -> Result<()> {
        let last = Timestamp::from_millis(self.used.last.load(Ordering::Relaxed));
        let mut update = Sql::new("UPDATE api_keys SET requests = requests + ");
        update
            .bind(i64::try_from(self.requests).unwrap_or(i64::MAX))
            .push(", last_used_at = CASE WHEN last_used_at > ")
            .bind(last)
            .push(" THEN last_used_at ELSE ")
            .bind(last)
            .push(" END WHERE id = ")
            .bind(self.id);
        match update.execute(conn)? {
            0 => Ok(()),
            _ => copies::write(conn, self.id, &self.copies),
        }
    }

    /// Keeps the use for the next time.
    fn put_back(self) {
        self.used
            .requests
            .fetch_add(self.requests, Ordering::Relaxed);
        self.used.copies.put_back(self.copies);
    }
}
