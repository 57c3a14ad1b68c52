//! Attempts to sign in, counted per account and per IP address before the outcome is known.

use actix_web::{HttpRequest, web};

use crate::error::Result;
use crate::http::address;
use crate::http::throttle::Throttle;
use crate::state::{AppData, State};
use crate::timestamp::Timestamp;

/// Failed tries that an account may have within [`WINDOW`].
const ACCOUNT_FAILURES: u32 = 10;
/// Failed tries that an address, behind which there may be an office, may have within [`WINDOW`].
const ADDRESS_FAILURES: u32 = 50;
/// In seconds.
const WINDOW: i64 = 300;

/// The failed tries of one instance, per account and per address.
pub struct LoginThrottle {
    accounts: Throttle,
    addresses: Throttle,
}

impl LoginThrottle {
    /// No failures yet.
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

/// A try under way. It counts as a failure unless [`Attempt::passed`] is called.
pub struct Attempt {
    throttle: web::Data<LoginThrottle>,
    account: String,
    address: String,
}

impl Attempt {
    /// A try for the account with an e-mail address, however that is written. It counts once it [begins](Self::begin).
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when the application has no [`LoginThrottle`].
    pub fn new(request: &HttpRequest, state: &State, email: &str) -> Result<Self> {
        let address = address::client(request, &state.config.server.trusted_proxies);
        Ok(Self {
            throttle: AppData::find(request)?,
            account: email.trim().to_lowercase(),
            address: address::network(address).to_string(),
        })
    }

    /// Counts the try.
    ///
    /// # Errors
    /// [`crate::error::Error::Throttled`] after too many failures.
    pub fn begin(&self, now: Timestamp) -> Result<()> {
        self.throttle.addresses.attempt(&self.address, now)?;
        self.throttle.accounts.attempt(&self.account, now)
    }

    /// Returns true once per window while sign-ins are throttled, so that the audit trail has one entry and not thousands.
    pub fn is_news(&self, now: Timestamp) -> bool {
        let address = self.throttle.addresses.is_news(&self.address, now);
        let account = self.throttle.accounts.is_news(&self.account, now);
        address || account
    }

    /// Takes the try back, as its password was right. The account starts anew; the address does not, or whoever has one
    /// account could go on guessing at the others.
    pub fn passed(self) {
        self.throttle.accounts.succeeded(&self.account);
        self.throttle.addresses.forgive(&self.address);
    }
}
