//! The calendar: when publications start, are replaced and end, for editors.

pub mod api;
pub mod store;

use crate::http::contract::operation::operations;

operations!("calendar", api::list_calendar);
