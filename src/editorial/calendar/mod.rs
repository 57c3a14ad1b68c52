//! The calendar: what the clock will do to publications, for editors.

pub mod api;
pub mod store;

use crate::http::contract::operation::operations;

operations!("calendar", api::list_calendar);
