//! One try at a password: counted against its account and its address before the outcome is known.

use std::net::IpAddr;

use crate::error::Result;
use crate::http::address::network;
use crate::resources::state::State;

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
            account: email.trim().to_lowercase(),
            address: network(address).to_string(),
        };
        state.login_addresses.attempt(&attempt.address, now)?;
        state.logins.attempt(&attempt.account, now)?;
        Ok(attempt)
    }

    /// It was the right password. The account starts anew; the address does not, or whoever has one account could go on
    /// guessing at the others.
    pub fn passed(self) {
        self.state.logins.succeeded(&self.account);
        self.state.login_addresses.forgive(&self.address);
    }
}
