//! The handlers of sync.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{CustomizeResponder, HttpRequest, Responder, web};

use super::model::{SyncPage, SyncProgress, SyncQuery};
use super::pages::{self, CopyPage};
use super::waiting::{Waiter, Waiting};
use crate::accounts::api_keys::copies::SyncedCopy;
use crate::accounts::api_keys::identify;
use crate::accounts::api_keys::known::KnownKey;
use crate::config::Site;
use crate::error::{Error, Result};
use crate::followers::items::beginning::{Beginning, check_fields};
use crate::followers::items::model::ItemFilter;
use crate::followers::items::token::{CopyProgress, TokenKey, check_length};
use crate::http::input::Query;
use crate::http::places::Occupant;
use crate::http::response::Validated;
use crate::state::State;

/// Keep a copy up to date
///
/// Begin with `initial=true` and a filter, apply the items of each page in order, and follow `next` for as long as there is
/// `more`. Then keep `next`, and request it whenever you want to know what has changed since: the response has the
/// changes, with deletions and their reasons. You may apply a page again, or continue from an earlier `next`: the copy
/// ends up the same. Each post is an item per language, complete with its authors and terms. A deletion may name an
/// item that you do not have. While nothing changes, `next` stays the same, and a request with `If-None-Match` is
/// answered with 304.
#[utoipa::path(
    get, path = "/v1/sync",
    params(SyncQuery, ItemFilter),
    responses(
        (status = 200, body = SyncPage, headers(
            ("Cache-Control" = String, description = "`no-cache`: caches ask the server each time."),
            ("ETag" = String, description = "The validator of the page."))),
        (status = 304, description = "Not modified: nothing has changed.", headers(
            ("Cache-Control" = String, description = "`no-cache`: caches ask the server each time."),
            ("ETag" = String, description = "The validator of the page."))),
        (status = 410))
)]
pub async fn sync_copy(
    state: web::Data<State>,
    key: web::Data<TokenKey>,
    waiting: web::Data<Waiting>,
    request: HttpRequest,
    Query(query): Query<SyncQuery>,
    Query(filter): Query<ItemFilter>,
) -> Result<CustomizeResponder<Validated<SyncPage>>> {
    let fields = filter.fields.clone();
    let page = match query.beginning(filter)? {
        Beginning::New(filter) => {
            check_length(&filter)?;
            first(&state, *filter, query.limit()).await?
        }
        Beginning::Token(token) => {
            let progress = key.open_copy("token", &token)?;
            check_fields(&fields, &progress.filter)?;
            let continued = continued(&request, &state, &progress)?;
            let wait = query.wait.unwrap_or_default();
            let patience = Duration::from_secs(u64::from(wait));
            let occupant = Occupant::of(&request, &state.config.server);
            let waiter = waiting.begin(occupant, patience)?;
            let page = following(&state, waiter, progress, query.limit()).await?;
            // The log has the position, so the token is one of this log.
            if let Some((key, copy)) = continued {
                key.record(copy);
            }
            page
        }
    };
    let page = shown(&key, &state.config.site, page, query.limit)?;
    // Every client revalidates: a copy must not be held back by a cache.
    let response = Validated(page).customize();
    Ok(response.insert_header((CACHE_CONTROL, "no-cache")))
}

/// Returns the copy that a request with an API key continues: whoever sends a token has applied everything up to it. `None`
/// before the end of the first reading, and without a key.
fn continued(
    request: &HttpRequest,
    state: &State,
    progress: &CopyProgress,
) -> Result<Option<(Arc<KnownKey>, SyncedCopy)>> {
    let key = identify::identified(request).filter(|_| progress.walk.is_none());
    let Some(key) = key else { return Ok(None) };
    let filter = serde_json::to_value(&progress.filter);
    let copy = SyncedCopy {
        filter: filter.map_err(|error| Error::Internal(error.to_string()))?,
        seq: progress.position.last_complete(),
        at: state.clock.now(),
    };
    Ok(Some((key, copy)))
}

async fn first(state: &State, filter: ItemFilter, limit: u32) -> Result<CopyPage> {
    let clock = state.clock.clone();
    let read = move |conn: &mut _| {
        let progress = pages::begin(conn, filter.clone())?;
        pages::after(conn, progress, limit, clock.now())
    };
    state.db.read_at_length(read).await
}

/// Reads the next page. If the copy is up to date, waits for changes for as long as requested.
async fn following(
    state: &State,
    mut waiter: Option<Waiter>,
    mut progress: CopyProgress,
    limit: u32,
) -> Result<CopyPage> {
    loop {
        let (clock, from) = (state.clock.clone(), progress);
        let is_first_reading = from.walk.is_some();
        let read = move |conn: &mut _| pages::after(conn, from.clone(), limit, clock.now());
        let page = match is_first_reading {
            true => state.db.read_at_length(read).await?,
            false => state.db.read(read).await?,
        };
        let is_over = page.more || !page.items.is_empty();
        let has_changed = match &mut waiter {
            Some(waiter) if !is_over => waiter.wait().await,
            _ => false,
        };
        if !has_changed {
            return Ok(page);
        }
        progress = page.progress;
    }
}

fn shown(key: &TokenKey, site: &Site, mut page: CopyPage, limit: Option<u32>) -> Result<SyncPage> {
    page.complete(site)?;
    let token = key.of_copy(&page.progress)?;
    let limit = limit.map_or_else(String::new, |limit| format!("&limit={limit}"));
    let fields = match page.progress.filter.fields.as_slice() {
        [] => String::new(),
        fields => format!("&fields={}", fields.join(",")),
    };
    Ok(SyncPage {
        data: page.items,
        page: SyncProgress {
            next: format!("/v1/sync?token={token}{limit}{fields}"),
            token,
            more: page.more,
        },
    })
}
