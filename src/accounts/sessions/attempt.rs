//! Sign-in attempts, which are counted per account and per IP address before their outcome is known.

use actix_web::{HttpRequest, web};

use crate::error::Result;
use crate::http::address;
use crate::http::app_data::app_data;
use crate::http::throttle::Throttle;
use crate::state::State;
use crate::timestamp::Timestamp;

/// The number of failed attempts that an account may have within [`WINDOW`].
const ACCOUNT_FAILURES: u32 = 10;
/// The number of failed attempts that an IP address may have within [`WINDOW`]. It is higher because a whole office may
/// share one address.
const ADDRESS_FAILURES: u32 = 50;
/// The time window in seconds.
const WINDOW: i64 = 300;

/// The failed attempts on one instance, per account and per address.
pub struct LoginThrottle {
    accounts: Throttle,
    addresses: Throttle,
}

impl LoginThrottle {
    /// Creates a throttle without failures.
    pub fn new() -> Self {
        Self {
            accounts: Throttle::new(ACCOUNT_FAILURES, WINDOW),
            addresses: Throttle::new(ADDRESS_FAILURES, WINDOW),
        }
    }
}

impl Default for LoginThrottle {
    fn default() -> Self {
        Self::new()
    }
}

/// An attempt in progress. It counts as a failure unless [`Attempt::passed`] is called.
pub struct Attempt {
    throttle: web::Data<LoginThrottle>,
    account: String,
    address: String,
}

impl Attempt {
    /// Creates an attempt for the account with an e-mail address, in any spelling. It is counted when it
    /// [begins](Self::begin).
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the application has no [`LoginThrottle`].
    pub fn new(request: &HttpRequest, state: &State, email: &str) -> Result<Self> {
        let address = address::client(request, &state.config.server.trusted_proxies);
        Ok(Self {
            throttle: app_data::<LoginThrottle>(request)?.clone(),
            account: email.trim().to_lowercase(),
            address: address::network(address).to_string(),
        })
    }

    /// Counts the attempt.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Throttled`] after too many failures.
    pub fn begin(&self, now: Timestamp) -> Result<()> {
        self.throttle.addresses.attempt(&self.address, now)?;
        self.throttle.accounts.attempt(&self.account, now)
    }

    /// Returns true once per window while sign-ins are throttled, so that the audit trail gets one entry instead of
    /// thousands.
    pub fn is_news(&self, now: Timestamp) -> bool {
        let address = self.throttle.addresses.is_news(&self.address, now);
        let account = self.throttle.accounts.is_news(&self.account, now);
        address || account
    }

    /// Uncounts the attempt, because the password was correct. All failures of the account are cleared, but not those
    /// of the address: otherwise the owner of one account could continue to guess the passwords of others.
    pub fn passed(self) {
        self.throttle.accounts.succeeded(&self.account);
        self.throttle.addresses.forgive(&self.address);
    }
}
