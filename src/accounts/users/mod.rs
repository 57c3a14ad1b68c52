//! Users are people who sign in, each with a role. A user is not an author, but may be linked to one. As soon as there
//! is an active admin, at least one always remains.

pub mod api;
pub mod list;
pub mod me;
pub mod model;
pub mod name;
pub mod store;

use actix_web::web;

use crate::accounts::passwords::Passwords;
use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;
use crate::state::{AppData, State};

operations!(
    "users",
    values = VALUES,
    api::list_users,
    api::create_user,
    api::get_user,
    api::replace_user,
    api::update_user,
    api::delete_user,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("User.active", "true"),
];

/// Returns the password queue as application data.
///
/// # Errors
/// Never fails.
pub fn app_data(_: &State) -> Result<AppData> {
    Ok(AppData::new().with(web::Data::new(Passwords::new())))
}
