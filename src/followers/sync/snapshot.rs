//! The snapshot: a whole copy in one response, batch by batch. Each batch is a read of its own, which begins when the
//! client has taken the one before it, so a slow client holds neither memory nor a connection to the database.

use actix_web::web::{self, Bytes};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::{TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use validator::Validate;

use super::pages::{self, CopyPage};
use crate::error::{Error, Result};
use crate::followers::items::beginning::{Beginning, beginning, check_fields};
use crate::followers::items::model::ItemFilter;
use crate::followers::items::token::{CopyProgress, TokenKey, check_length};
use crate::http::input::Query;
use crate::http::places::{Full, Occupant, Place, Places, RETRY_SECONDS};
use crate::request_id::RequestId;
use crate::state::State;

/// The number of items in a batch.
const BATCH: u32 = 100;

/// The maximum number of snapshots at the same time.
const MAX_SNAPSHOTS: usize = 100;
/// The maximum number of snapshots of one client at the same time.
const MAX_OWN_SNAPSHOTS: usize = 10;

/// The places of snapshots, which are limited in number.
pub struct Snapshots(Places);

impl Default for Snapshots {
    fn default() -> Self {
        Self(Places::new(MAX_SNAPSHOTS, MAX_OWN_SNAPSHOTS))
    }
}

impl Snapshots {
    fn place(&self, occupant: Occupant) -> Result<Place> {
        self.0.take(occupant).map_err(|full| match full {
            Full::All => Error::Unavailable("there are too many snapshots".into()),
            Full::Share => Error::TooManyAtOnce(RETRY_SECONDS),
        })
    }
}

/// The parameters of a snapshot beside the filter.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    /// The last `resume` token of a snapshot that broke off. It contains the filter. The response continues after the items
    /// before the token.
    #[param(min_length = 1, max_length = 4096)]
    pub resume: Option<String>,
}

/// Read everything at once
///
/// Returns all items that match the filter, one JSON object per line, as in sync. A line such as `{"resume":"…"}` after each
/// batch of items has a token with which `resume` continues a response that broke off. The last line, `{"sync":"…"}`, has
/// the token with which `/v1/sync` continues, beginning with the changes in the meantime. A response without this line is
/// incomplete.
#[utoipa::path(
    get, path = "/v1/snapshot.ndjson",
    params(SnapshotQuery, ItemFilter),
    responses((status = 200, body = String, content_type = "application/x-ndjson"))
)]
pub async fn get_snapshot(
    state: web::Data<State>,
    key: web::Data<TokenKey>,
    snapshots: web::Data<Snapshots>,
    request: HttpRequest,
    Query(query): Query<SnapshotQuery>,
    Query(filter): Query<ItemFilter>,
) -> Result<HttpResponse> {
    let place = snapshots.place(Occupant::of(&request, &state.config.server))?;
    let (is_new, fields) = (query.resume.is_none(), filter.fields.clone());
    let progress = match beginning(is_new, query.resume, filter)? {
        Beginning::New(filter) => {
            check_length(&filter)?;
            let begin = move |conn: &mut _| pages::begin(conn, (*filter).clone());
            state.db.read(begin).await?
        }
        Beginning::Token(token) => {
            let progress = key.open_copy("resume", &token)?;
            check_fields(&fields, &progress.filter)?;
            progress
        }
    };
    let snapshot = Snapshot {
        state: state.clone(),
        key: key.as_ref().clone(),
        progress: Some(progress),
        _place: place,
    };
    let id = request.extensions().get::<RequestId>().copied();
    let parts = stream::try_unfold(snapshot, Snapshot::next).inspect_err(move |error| {
        let id = id.as_ref().map_or("-", RequestId::as_str);
        log::error!(request_id = id; "a snapshot broke off: {error}");
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .streaming(parts))
}

/// The last line of a batch, or of the snapshot.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Resume(String),
    Sync(String),
}

/// The state of a snapshot in progress.
struct Snapshot {
    state: web::Data<State>,
    key: TokenKey,
    /// The progress at the next batch; `None` after the last line.
    progress: Option<CopyProgress>,
    _place: Place,
}

impl Snapshot {
    /// Reads the next batch of lines. A failure breaks the response off, so that nobody takes it for complete.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let Some(progress) = self.progress.take() else {
            return Ok(None);
        };
        let mut page = match progress.walk {
            Some(_) => self.read(progress).await?,
            None => CopyPage {
                items: Vec::new(),
                progress,
                more: false,
            },
        };
        page.complete(&self.state.config.site)?;
        let mut lines = Vec::new();
        for item in &page.items {
            write_line(&mut lines, item)?;
        }
        let token = self.key.of_copy(&page.progress)?;
        if page.progress.walk.is_some() {
            write_line(&mut lines, &Line::Resume(token))?;
            self.progress = Some(page.progress);
        } else {
            write_line(&mut lines, &Line::Sync(token))?;
        }
        Ok(Some((lines.into(), self)))
    }

    async fn read(&self, progress: CopyProgress) -> Result<CopyPage> {
        let clock = self.state.clock.clone();
        let read = move |conn: &mut _| pages::after(conn, progress.clone(), BATCH, clock.now());
        self.state.db.read_at_length(read).await
    }
}

fn write_line(lines: &mut Vec<u8>, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *lines, line).map_err(|error| Error::Internal(error.to_string()))?;
    lines.push(b'\n');
    Ok(())
}
