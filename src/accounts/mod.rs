//! Users, their sessions and passwords, and the keys that sign their tokens.

pub mod passwords;
pub mod sessions;
pub mod signing_keys;
pub mod users;
