//! The handler of events.

use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::{TryStreamExt, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::hub::Hub;
use super::listener::Listener;
use crate::error::{Error, Fault, Result};
use crate::followers::items::beginning::{Beginning, beginning, check_fields};
use crate::followers::items::model::ItemFilter;
use crate::followers::items::position::Position;
use crate::followers::items::token::TokenKey;
use crate::http::input::Query;
use crate::http::places::Occupant;
use crate::request_id::RequestId;
use crate::state::State;

/// The header by which a client continues a stream.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// The header that keeps nginx from holding the stream back.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The parameters of a stream beside the filter.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// The token of a copy that is up to date. The stream begins with the changes since then, and has the filter of the
    /// copy.
    #[param(min_length = 1, max_length = 4096)]
    pub token: Option<String>,
}

/// Listen to changes
///
/// Streams server-sent events (`upsert` or `delete`) whose `data` is an item as in sync. The stream begins with the changes
/// from now on or, with `token`, after a copy. The `id` of an event is a position in the change log: a client that sends the
/// last one in `Last-Event-ID`, as browsers do, misses nothing and receives nothing twice. A comment is sent every 15
/// seconds. The stream ends when the server stops, or if the client reads too slowly; then connect again. Categories, tags,
/// authors and organizations are named in their original language.
#[utoipa::path(
    get, path = "/v1/events",
    params(EventsQuery, ItemFilter,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that the client has received.")),
    responses(
        (status = 200, body = String, content_type = "text/event-stream", headers(
            ("X-Accel-Buffering" = String, description = "`no`: proxies must not hold the stream back."))),
        (status = 410))
)]
pub async fn follow_events(
    state: web::Data<State>,
    hub: web::Data<Hub>,
    request: HttpRequest,
    Query(query): Query<EventsQuery>,
    Query(filter): Query<ItemFilter>,
) -> Result<HttpResponse> {
    let (filter, position) = beginning_of(hub.key(), query, filter)?;
    let position = last_event(hub.key(), &request)?.or(position);
    let place = hub.place(Occupant::of(&request, &state.config.server))?;
    let listener = Listener::new(&hub, place, filter, position).await?;
    let id = request.extensions().get::<RequestId>().copied();
    let texts = stream::try_unfold(listener, Listener::next).inspect_err(move |error| {
        let id = id.as_ref().map_or("-", RequestId::as_str);
        log::error!(request_id = id; "a stream of events broke off: {error}");
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_ACCEL_BUFFERING, "no"))
        .streaming(texts))
}

fn beginning_of(
    key: &TokenKey,
    query: EventsQuery,
    filter: ItemFilter,
) -> Result<(ItemFilter, Option<Position>)> {
    let (is_new, fields) = (query.token.is_none(), filter.fields.clone());
    match beginning(is_new, query.token, filter)? {
        Beginning::New(filter) => Ok((*filter, None)),
        Beginning::Token(token) => {
            let progress = key.open_copy("token", &token)?;
            check_fields(&fields, &progress.filter)?;
            if progress.walk.is_some() {
                let detail = "belongs to a copy that is not complete yet; follow `next` while `more` is true";
                return Err(Error::parameter("token", "incomplete", detail));
            }
            Ok((progress.filter, Some(progress.position)))
        }
    }
}

/// Returns the position of the last event that the client has received, if it says so.
fn last_event(key: &TokenKey, request: &HttpRequest) -> Result<Option<Position>> {
    let Some(id) = request.headers().get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let id = id.to_str().unwrap_or_default();
    if id.is_empty() {
        return Ok(None);
    }
    let unknown = || {
        let detail = "is not the id of an event of this service";
        Error::Header(Fault::header("Last-Event-ID", "invalid", detail))
    };
    key.open_event(id).map(Some).ok_or_else(unknown)
}
