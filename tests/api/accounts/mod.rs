//! The accounts of users: sign-in, sessions, keys and names.

mod keys;
mod sessions;
mod signing_keys;
mod user_names;
mod users;
