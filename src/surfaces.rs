//! THE TABLE: every resource with its routes and its documentation. A resource imports only what stands above it.

use actix_web::web::ServiceConfig;
use utoipa::openapi::OpenApi;

use crate::accounts::{sessions, signing_keys, users};
use crate::catalogue::{authors, categories, organizations, tags};
use crate::editorial::{self, calendar, previews};
use crate::followers::audit;
use crate::operations::health;
use crate::publications::{self, resolve};
use crate::requests::batch;

/// The routes of all resources.
pub fn routes(config: &mut ServiceConfig) {
    for (routes, _) in TABLE {
        routes(config);
    }
}

/// The descriptions of all resources.
pub fn openapi() -> Vec<OpenApi> {
    TABLE.iter().map(|(_, openapi)| openapi()).collect()
}

/// What a resource registers, and how it describes that.
type Row = (fn(&mut ServiceConfig), fn() -> OpenApi);

const TABLE: &[Row] = &[
    (health::routes, health::openapi),
    (signing_keys::routes, signing_keys::openapi),
    (sessions::routes, sessions::openapi),
    (users::routes, users::openapi),
    (users::me::routes, users::me::openapi),
    (organizations::routes, organizations::openapi),
    (authors::routes, authors::openapi),
    (categories::routes, categories::openapi),
    (tags::routes, tags::openapi),
    (publications::routes, publications::openapi),
    (resolve::routes, resolve::openapi),
    (editorial::routes, editorial::openapi),
    (batch::routes, batch::openapi),
    (previews::routes, previews::openapi),
    (calendar::routes, calendar::openapi),
    (audit::routes, audit::openapi),
];
