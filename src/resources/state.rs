//! What handlers share: values made once at the start and passed down.

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::http::throttle::Throttle;

/// The state of one instance.
pub struct State {
    /// The database.
    pub db: Db,
    /// Every setting.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// Failed logins, per account and per address.
    pub logins: Throttle,
}

/// Failed logins an account or an address may have …
const LOGIN_FAILURES: u32 = 10;
/// … in this many seconds.
const LOGIN_WINDOW: i64 = 300;

impl State {
    /// A new instance's.
    pub fn new(db: Db, config: Config, clock: Clock) -> Self {
        Self {
            db,
            config,
            clock,
            logins: Throttle::new(LOGIN_FAILURES, LOGIN_WINDOW),
        }
    }
}
