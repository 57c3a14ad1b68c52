//! The table of resources. Each row contains the routes of a resource, their documentation, the values that its
//! handlers share, and the function that deletes its expired data.

pub mod texts;

use actix_web::web::ServiceConfig;

use crate::accounts::{api_keys, sessions, signing_keys, users};
use crate::catalogue::{authors, categories, organizations, site, tags};
use crate::community::{comments, guard};
use crate::editorial::{self, calendar, posts, previews};
use crate::error::Result;
use crate::followers::{audit, events, sync, webhooks};
use crate::http::contract::operation::OperationList;
use crate::jobs::expiry::Expiry;
use crate::mail;
use crate::operations::health;
use crate::publications::comments as public_comments;
use crate::publications::{self, embeds, feeds, resolve, sitemap};
use crate::requests::{batch, idempotency};
use crate::state::{AppData, State};

const TABLE: &[Resource] = &[
    Resource::new(health::routes, health::openapi),
    Resource::new(signing_keys::routes, signing_keys::openapi),
    Resource::new(sessions::routes, sessions::openapi)
        .app_data(sessions::app_data)
        .expires(sessions::store::delete_expired),
    Resource::new(users::routes, users::openapi).app_data(users::app_data),
    Resource::new(users::me::routes, users::me::openapi),
    Resource::new(api_keys::routes, api_keys::openapi),
    Resource::new(organizations::routes, organizations::openapi),
    Resource::new(authors::routes, authors::openapi),
    Resource::new(categories::routes, categories::openapi),
    Resource::new(tags::routes, tags::openapi),
    Resource::new(site::routes, site::openapi),
    Resource::new(publications::routes, publications::openapi),
    Resource::new(public_comments::routes, public_comments::openapi),
    Resource::new(feeds::routes, feeds::openapi),
    Resource::new(feeds::comments::routes, feeds::comments::openapi),
    Resource::new(sitemap::routes, sitemap::openapi),
    Resource::new(embeds::routes, embeds::openapi),
    Resource::new(resolve::routes, resolve::openapi),
    Resource::new(editorial::routes, editorial::openapi).expires(posts::expiry::empty_trash),
    Resource::new(comments::routes, comments::openapi).expires(comments::expiry::forget_addresses),
    Resource::new(guard::routes, guard::openapi)
        .app_data(guard::app_data)
        .expires(guard::expiry::forget_forms),
    Resource::new(batch::routes, batch::openapi),
    Resource::new(previews::routes, previews::openapi).expires(previews::store::delete_expired),
    Resource::new(calendar::routes, calendar::openapi),
    Resource::new(audit::routes, audit::openapi),
    Resource::new(sync::routes, sync::openapi).app_data(sync::app_data),
    Resource::new(events::routes, events::openapi),
    Resource::new(webhooks::routes, webhooks::openapi)
        .app_data(webhooks::app_data)
        .expires(webhooks::expiry::delete_old),
    Resource::new(mail::routes, mail::openapi)
        .app_data(mail::app_data)
        .expires(mail::outbox::expiry::delete_old),
    Resource::without_routes()
        .app_data(idempotency::app_data)
        .expires(idempotency::store::delete_expired),
];

/// Registers the routes of all resources.
pub fn routes(config: &mut ServiceConfig) {
    for resource in TABLE {
        if let Some((routes, _)) = resource.operations {
            routes(config);
        }
    }
}

/// Returns the OpenAPI descriptions of all resources.
pub fn openapi() -> Vec<&'static OperationList> {
    let operations = TABLE.iter().filter_map(|resource| resource.operations);
    operations.map(|(_, openapi)| openapi()).collect()
}

/// Creates the values that the handlers of all resources share.
///
/// # Errors
/// Returns the error of the first resource that cannot create its values.
pub fn app_data(state: &State) -> Result<AppData> {
    let makers = TABLE.iter().filter_map(|resource| resource.app_data);
    makers
        .map(|make| make(state))
        .try_fold(AppData::new(), |all, made| Ok(all.and(made?)))
}

/// Returns the functions that delete expired data, of all resources that have one.
pub fn expiries() -> Vec<Expiry> {
    let expiries = TABLE.iter().filter_map(|resource| resource.expiry);
    expiries.collect()
}

/// A row of the table of resources.
struct Resource {
    operations: Option<Operations>,
    app_data: Option<fn(&State) -> Result<AppData>>,
    expiry: Option<Expiry>,
}

/// The function that registers the routes, and the one that describes them.
type Operations = (fn(&mut ServiceConfig), fn() -> &'static OperationList);

impl Resource {
    const fn new(routes: fn(&mut ServiceConfig), openapi: fn() -> &'static OperationList) -> Self {
        Self {
            operations: Some((routes, openapi)),
            app_data: None,
            expiry: None,
        }
    }

    /// Creates a row for a resource without its own routes.
    const fn without_routes() -> Self {
        Self {
            operations: None,
            app_data: None,
            expiry: None,
        }
    }

    /// Sets the function that creates the shared values of the handlers, once per instance.
    const fn app_data(mut self, make: fn(&State) -> Result<AppData>) -> Self {
        self.app_data = Some(make);
        self
    }

    /// Sets the function that deletes expired data. Housekeeping calls it once a minute.
    const fn expires(mut self, expiry: Expiry) -> Self {
        self.expiry = Some(expiry);
        self
    }
}
