//! Users, their sessions and passwords, the keys that sign their tokens, and API keys.

pub mod api_keys;
pub mod passwords;
pub mod sessions;
pub mod signing_keys;
pub mod users;
