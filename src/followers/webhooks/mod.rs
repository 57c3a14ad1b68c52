//! Webhooks: receivers that are told what changes.
//!
//! - **The planner** ([`planner`]) follows the change log and turns what changed into deliveries, once ([`changes`]). A
//!   delivery says what changed, not what it is now ([`payload`]), so nothing that is sent late can be wrong.
//! - **The dispatcher** ([`dispatcher`]) leases deliveries that are due ([`queue`]), sends them on threads of its own
//!   ([`client`]), and stores how it went ([`outcome`]). What is about one thing is sent in order, and again until it
//!   arrives ([`retries`]).
//! - **Nothing inside of the operator's network can be reached** ([`address`]): each address is checked when it is
//!   connected to.
//! - **The request** is signed by the specification of Standard Webhooks ([`sign`]), or has the form that a CDN or a build
//!   hook expects ([`presets`]).

pub mod address;
pub mod api;
pub mod categories;
pub mod changes;
pub mod client;
pub mod deliveries;
pub mod dispatcher;
pub mod events;
pub mod expiry;
pub mod model;
pub mod outcome;
pub mod payload;
pub mod plan;
pub mod planner;
pub mod presets;
pub mod progress;
pub mod purge_all;
pub mod queue;
pub mod retries;
mod rows;
pub mod secret;
pub mod sign;
pub mod store;
pub mod testing;

use actix_web::web;

use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;
use crate::state::{AppData, State};

operations!(
    "webhooks",
    values = VALUES,
    api::list_webhooks,
    api::create_webhook => shows_secret.calls_out,
    api::get_webhook,
    api::update_webhook => calls_out,
    api::delete_webhook,
    api::create_webhook_rotation => shows_secret,
    deliveries::api::list_deliveries,
    deliveries::api::get_delivery,
    deliveries::api::replay_delivery,
    deliveries::api::replay_deliveries,
    testing::test_webhook => calls_out,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("Webhook.description", r#""The website of the City Network""#),
    ("MadeWebhook.description", r#""The website of the City Network""#),
];

/// Creates the value that the handlers share: the client that sends requests.
///
/// # Errors
/// Returns [`crate::error::Error::Internal`] if the cryptography cannot be used.
pub fn app_data(state: &State) -> Result<AppData> {
    let client = client::Client::new(&state.config.webhooks.allow);
    Ok(AppData::new().with(web::Data::new(client)))
}
