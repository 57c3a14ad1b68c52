//! One try at a password: counted against its account and its address before the outcome is known.

use std::net::IpAddr;

use crate::error::Result;
use crate::http::address::network;
use crate::state::State;

/// A try under way. Dropped without [`Attempt::passed`], it stays counted as a failure.
pub struct Attempt<'a> {
    state: &'a State,
    account: String,
    address: String,
}

impl<'a> Attempt<'a> {
    /// Begins a try for an account, by its e-mail however written.
    ///
    /// # Errors
    /// [`crate::error::Error::Throttled`] after too many failures.
    pub fn begin(state: &'a State, email: &str, address: IpAddr) -> Result<Self> {
        let now = state.clock.now();
        let attempt = Self {
            state,
            account: account(email),
            address: network(address).to_string(),
        };
        state.login_addresses.attempt(&attempt.address, now)?;
        state.logins.attempt(&attempt.account, now)?;
        Ok(attempt)
    }

    /// Whether such tries are held back, and nobody was told of that in this window yet.
    pub fn is_news(state: &State, email: &str, address: IpAddr) -> bool {
        let now = state.clock.now();
        let address = state
            .login_addresses
            .is_news(&network(address).to_string(), now);
        let account = state.logins.is_news(&account(email), now);
        address || account
    }

    /// It was the right password. The account starts anew; the address does not, or whoever has one account could go on
    /// guessing at the others.
    pub fn passed(self) {
        self.state.logins.succeeded(&self.account);
        self.state.login_addresses.forgive(&self.address);
    }
}

fn account(email: &str) -> String {
    email.trim().to_lowercase()
}
