//! The audit trail: who did what, when and from where, with what was before and after. It is the change log, read by admins;
//! nothing is written here, and nobody can alter what is read.

pub mod api;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("audit", api::list_audit, api::get_audit_export);
