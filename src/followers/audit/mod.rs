//! The audit trail: who changed what, when and from where, with the values before and after. It presents the change log
//! to admins; nobody can alter it.

pub mod api;
pub mod history;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "audit",
    values = VALUES,
    api::list_audit,
    api::get_audit_export => each_line::<model::AuditEntry>,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("address", r#""203.0.113.7""#),
    ("request_id", r#""0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11""#),
    ("AuditEntry.after", r#"{ "title": "A right to the city" }"#),
    ("AuditEntry.before", r#"{ "title": "Housing" }"#),
    ("AuditEntry.operation", r#""update""#),
];
