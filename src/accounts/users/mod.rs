//! Users: logins, with a role. Not authors: a user may be tied to one. There is always an active admin once there is one.

pub mod api;
pub mod me;
pub mod model;
pub mod store;

use crate::http::contract::document::operations;

operations!(
    "users",
    api::list_users,
    api::create_user,
    api::get_user,
    api::replace_user,
    api::update_user,
    api::delete_user,
);
