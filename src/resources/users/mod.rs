//! Users: logins, with a role. Not authors: a user may be tied to one.

pub mod model;
