//! THE TABLE: every resource, in dependency order; a resource imports only from those above it.

pub mod actor;
pub mod choice;
pub mod delivered;
pub mod leads;
pub mod listing;
pub mod live;
pub mod localized;
pub mod named;
pub mod reader;
pub mod rules;
pub mod state;

pub mod audit;
pub mod authors;
pub mod batch;
pub mod categories;
pub mod changes;
pub mod freshness;
pub mod health;
pub mod idempotency;
pub mod keys;
pub mod organizations;
pub mod passwords;
pub mod postings;
pub mod posts;
pub mod preconditions;
pub mod previews;
pub mod publications;
pub mod resolve;
pub mod schedule;
pub mod secrets;
pub mod sessions;
pub mod slugs;
pub mod tags;
pub mod terms;
pub mod users;

use actix_web::web::ServiceConfig;
use utoipa::openapi::OpenApi;

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
    (keys::routes, keys::openapi),
    (sessions::routes, sessions::openapi),
    (users::routes, users::openapi),
    (users::me::routes, users::me::openapi),
    (organizations::routes, organizations::openapi),
    (authors::routes, authors::openapi),
    (categories::routes, categories::openapi),
    (tags::routes, tags::openapi),
    (publications::routes, publications::openapi),
    (resolve::routes, resolve::openapi),
    (posts::routes, posts::openapi),
    (batch::routes, batch::openapi),
    (previews::routes, previews::openapi),
    (schedule::routes, schedule::openapi),
    (audit::routes, audit::openapi),
];
