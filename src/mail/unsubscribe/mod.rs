//! Unsubscribing from a topic, by a link in a message: by one click in the mail program (RFC 8058), or on a small page. Only
//! `POST` changes something, because programs that look for viruses follow every link.

pub mod delivery;
pub mod page;
pub mod store;
pub mod token;
