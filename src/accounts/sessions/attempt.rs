//! Sign-in attempts, which are counted per account and per IP address before their outcome is known.

use actix_web::{HttpRequest, web};

use crate::clock::Clock;
use crate::error::Result;
use crate::http::address;
use crate::http::app_data::app_data;
use crate::http::throttle::Throttle;
use crate::state::State;

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

/// An attempt. Once it has begun, it counts as a failure unless [`Attempt::passed`] or [`Attempt::undecided`] is called.
pub struct Attempt {
    throttle: web::Data<LoginThrottle>,
    clock: Clock,
    account: String,
    address: String,
    stage: Stage,
}

/// The counts that wait for the outcome of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Neither,
    Address,
    Both,
}

impl Attempt {
    /// Creates an attempt for the account with an e-mail address, in any spelling. It is counted when it
    /// [begins](Self::begin).
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the application has no [`LoginThrottle`].
    pub fn new(request: &HttpRequest, state: &State, email: &str) -> Result<Self> {
        let address = address::client(request, &state.config.server);
        Ok(Self {
            throttle: app_data::<LoginThrottle>(request)?.clone(),
            clock: state.clock.clone(),
            account: email.trim().to_lowercase(),
            address: address::network(address).to_string(),
            stage: Stage::Neither,
        })
    }

    /// Begins the attempt. Waits while so many others of the account or the address are in progress that their failure
    /// would reach the limit.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Throttled`] after too many failures, and [`crate::error::Error::Unavailable`] if it
    /// waits too long.
    pub async fn begin(&mut self) -> Result<()> {
        let clock = &self.clock;
        self.throttle.addresses.begin(&self.address, clock).await?;
        self.stage = Stage::Address;
        self.throttle.accounts.begin(&self.account, clock).await?;
        self.stage = Stage::Both;
        Ok(())
    }

    /// Returns true once per window while sign-ins are throttled, so that the audit trail gets one entry instead of
    /// thousands.
    pub fn is_news(&self) -> bool {
        let now = self.clock.now();
        let address = self.throttle.addresses.is_news(&self.address, now);
        let account = self.throttle.accounts.is_news(&self.account, now);
        address || account
    }

    /// Ends the attempt, because the password was correct. All failures of the account are cleared, but not those of the
    /// address: otherwise the owner of one account could continue to guess the passwords of others.
    pub fn passed(mut self) {
        self.throttle.accounts.succeeded(&self.account);
        self.throttle.addresses.undecided(&self.address);
        self.stage = Stage::Neither;
    }

    /// Ends the attempt, because the password was not verified. It counts neither as a failure nor as a success.
    pub fn undecided(mut self) {
        self.throttle.accounts.undecided(&self.account);
        self.throttle.addresses.undecided(&self.address);
        self.stage = Stage::Neither;
    }
}

impl Drop for Attempt {
    /// Counts the failure, also when the client hangs up before it hears of it.
    fn drop(&mut self) {
        let now = self.clock.now();
        if self.stage == Stage::Both {
            self.throttle.accounts.failed(&self.account, now);
        }
        if self.stage != Stage::Neither {
            self.throttle.addresses.failed(&self.address, now);
        }
    }
}
