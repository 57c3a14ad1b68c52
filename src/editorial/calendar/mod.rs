//! The calendar: when publications start, are replaced and end, for editors.

pub mod api;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!("calendar", values = VALUES, api::list_calendar);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("CalendarEvent.at_local", r#""2026-05-02T10:00:00.000+02:00""#),
    ("CalendarEvent.at", r#""2026-05-02T08:00:00.000Z""#),
];
