//! What handlers share: values made once at the start and passed down.

use std::sync::Arc;

use crate::accounts::passwords::Passwords;
use crate::changes::actor::By;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::followers::cache::Follower;
use crate::http::cache::Cache;
use crate::http::throttle::Throttle;
use crate::page::CursorKey;
use crate::secrets;

/// The state of one instance.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// Every setting.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// What delivery has answered already.
    pub cache: Cache,
    /// What cursors are signed with.
    pub cursor_key: CursorKey,
    /// What is kept under an `Idempotency-Key` is sealed with this, and with the key.
    pub idempotency_secret: [u8; 32],
    /// Keyed requests of nobody in particular, per address.
    pub keyed_addresses: Arc<Throttle>,
    /// Failed logins, per account.
    pub logins: Arc<Throttle>,
    /// Failed logins, per address.
    pub login_addresses: Arc<Throttle>,
    /// Where passwords are hashed.
    pub passwords: Passwords,
    /// What tells the cache of changes, once it begins.
    pub follower: Follower,
}

/// Failed logins an account may have …
const ACCOUNT_FAILURES: u32 = 10;
/// … and an address, behind which there may be an office …
const ADDRESS_FAILURES: u32 = 50;
/// … and so many requests with an `Idempotency-Key` from those who are not signed in …
const ADDRESS_KEYS: u32 = 300;
/// … in this many seconds.
const LOGIN_WINDOW: i64 = 300;

impl State {
    /// A new instance's, on a database that is migrated.
    ///
    /// # Errors
    /// What the database reports.
    pub fn open(db: Db, config: Config, clock: Clock) -> Result<Self> {
        let cache = Cache::new(&config, clock.clone());
        Ok(Self {
            follower: Follower::new(&config, cache.clone()),
            cursor_key: CursorKey::new(&secrets::ensure(&db, "cursors")?),
            idempotency_secret: secrets::ensure(&db, "idempotency")?,
            keyed_addresses: Arc::new(Throttle::new(ADDRESS_KEYS, LOGIN_WINDOW)),
            cache,
            db,
            config,
            clock,
            logins: Arc::new(Throttle::new(ACCOUNT_FAILURES, LOGIN_WINDOW)),
            login_addresses: Arc::new(Throttle::new(ADDRESS_FAILURES, LOGIN_WINDOW)),
            passwords: Passwords::new(),
        })
    }

    /// Runs `work` as one transaction, in which `by` acts at the moment it begins: a writer may have waited in line, and
    /// the clock has gone on.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write<T, F>(&self, by: By, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn, By) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let clock = self.clock.clone();
        let stamped = move |conn: &mut Conn| {
            let at = by.at.max(clock.now());
            work(conn, By { at, ..by })
        };
        self.db.write(stamped).await
    }
}
