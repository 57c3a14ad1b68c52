//! The calendar of publications.

use actix_web::web;

use super::store::{self, CalendarEvent, CalendarQuery};
use crate::accounts::sessions::{As, WriterRole};
use crate::error::Result;
use crate::http::input::Query;
use crate::http::reply::Page;
use crate::page::{Listing, Paging};
use crate::state::State;

/// Read the calendar
///
/// What was and will be published, replaced and taken down by its time, in order of time. Of what has happened, it knows
/// what still stands: the present text's dates, not those of texts before it or of what was taken down. Contributors and
/// authors see their own posts.
#[utoipa::path(get, path = "/v1/admin/calendar", params(Paging, CalendarQuery), responses((status = 200, body = Page<CalendarEvent>)))]
pub async fn list_calendar(
    state: web::Data<State>,
    writer: As<WriterRole>,
    listing: Listing,
    Query(query): Query<CalendarQuery>,
) -> Result<Page<CalendarEvent>> {
    let by = writer.by();
    let (data, page) = state
        .db
        .read(move |conn| store::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page })
}
