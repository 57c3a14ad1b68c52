//! The management of the site: read by anyone signed in, written by admins.

use super::model::{NewSite, Site};
use super::store;
use crate::accounts::sessions::{AdminRole, AnyRole, As};
use crate::error::Result;
use crate::http::input::Json;
use crate::http::response::{Data, Editable};
use crate::version::Seen;

/// Read the site
///
/// Returns what is stored, and in `settings` what applies where nothing is. `GET /v1/site` returns both together, as
/// readers see it.
#[utoipa::path(get, path = "/v1/admin/site", responses((status = 200, body = Data<Site>)))]
pub async fn get_site(reader: As<AnyRole>) -> Result<Editable<Site>> {
    let settings = reader.state.config.site.clone();
    reader
        .read(move |conn, _| store::find(conn, &settings))
        .await
        .map(Editable)
}

/// Replace the site
///
/// Stores what `GET /v1/site` says. Members that are absent, null or empty are left to the settings of the server.
#[utoipa::path(put, path = "/v1/admin/site", responses((status = 200, body = Data<Site>)), request_body = NewSite)]
pub async fn replace_site(
    admin: As<AdminRole>,
    seen: Seen,
    Json(new): Json<NewSite>,
) -> Result<Editable<Site>> {
    let settings = admin.state.config.site.clone();
    admin
        .write(move |conn, by| store::replace(conn, by, &seen, new, &settings))
        .await
        .map(Editable)
}
