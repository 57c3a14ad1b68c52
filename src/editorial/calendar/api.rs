//! The management API of the calendar.

use super::model::{CalendarEvent, CalendarQuery};
use super::store;
use crate::accounts::sessions::{As, ReaderRole};
use crate::editorial::posts::query::PostFilter;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::Query;
use crate::http::response::Page;
use crate::page::{Listing, Paging};

/// Read the calendar
///
/// Returns when publications start, are replaced and end, in chronological order. Past events cover current
/// publications only: the dates of the text that is public now, not those of texts that it replaced, nor of
/// publications that were taken down. Contributors and authors see their own posts only.
#[utoipa::path(get, path = "/v1/admin/calendar", params(Paging, CalendarQuery, PostFilter, Fields), responses((status = 200, body = Page<CalendarEvent>)))]
pub async fn list_calendar(
    reader: As<ReaderRole>,
    listing: Listing,
    Query(query): Query<CalendarQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<CalendarEvent>>> {
    let (data, page) = reader
        .read(move |conn, by| store::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}
