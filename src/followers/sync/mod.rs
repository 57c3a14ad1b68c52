//! Sync: copies of the public content elsewhere, kept up to date with deletions. A copy needs one token; the change log has
//! everything else ([`crate::followers::items`]).

pub mod api;
pub mod model;
pub mod pages;
pub mod snapshot;
pub mod waiting;

use actix_web::web;

use self::snapshot::Snapshots;
use crate::error::Result;
use crate::followers::items::model::Item;
use crate::followers::items::token::TokenKey;
use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;
use crate::publications::model::PublicPostSummary;
use crate::secrets;
use crate::state::{AppData, State};

operations!(
    "sync",
    values = VALUES,
    api::sync_copy => fields_of::<PublicPostSummary>,
    snapshot::get_snapshot => each_line::<Item>.fields_of::<PublicPostSummary>,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("SyncProgress.next", r#""/v1/sync?token=N4bQ0y8Yp1s""#),
    ("SyncProgress.token", r#""N4bQ0y8Yp1s""#),
];

/// Returns the key that seals the tokens of all instances.
///
/// # Errors
/// Returns database errors.
pub fn token_key(state: &State) -> Result<TokenKey> {
    TokenKey::new(&secrets::ensure(&state.db, "sync_tokens")?)
}

/// Creates the values that the handlers share, except those that need the follower of the log.
///
/// # Errors
/// Returns database errors.
pub fn app_data(state: &State) -> Result<AppData> {
    Ok(AppData::new()
        .with(web::Data::new(token_key(state)?))
        .with(web::Data::new(Snapshots::default())))
}
