//! Live events: what changes, as it changes, to any number of listeners.
//!
//! - **One reader per instance** evaluates new entries of the log once ([`hub`], [`message`]) and tells all listeners.
//! - **Filters are evaluated in memory**, against the terms, authors and organizations of each post ([`filter`]).
//! - **A listener is a position** ([`listener`]). It reads the log when it connects, and whenever it is not where the next
//!   message begins. So nothing is lost, and nothing comes twice.
//! - **Nothing is buffered without end**: a listener that is too far behind is ended, and continues by its last id.

pub mod api;
pub mod filter;
pub mod hub;
pub mod listener;
pub mod message;
pub mod shape;

use crate::followers::items::model::Item;
use crate::http::contract::operation::operations;
use crate::publications::model::PublicPostSummary;

operations!("sync", api::follow_events => streams.each_line::<Item>.fields_of::<PublicPostSummary>);
