//! The audit trail: who changed what, when and from where, with the values before and after. It presents the change log
//! to admins; nobody can alter it.

pub mod api;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("audit", api::list_audit, api::get_audit_export);
