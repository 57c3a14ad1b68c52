//! The pattern of texts that must not be blank. The attributes of utoipa cannot name a constant, so they abbreviate it.

use utoipa::Modify;
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::walk;
use crate::text;

/// Writes the pattern out in a whole document.
pub struct VisiblePatterns;

impl Modify for VisiblePatterns {
    fn modify(&self, document: &mut OpenApi) {
        walk::schemas(document, &mut write_out);
    }
}

/// Writes the pattern out in one schema, and in those within it.
pub fn write_out_in(schema: &mut RefOr<Schema>) {
    walk::schemas_in(schema, &mut write_out);
}

fn write_out(schema: &mut Schema) {
    if let Schema::Object(object) = schema
        && object.pattern.as_deref() == Some(text::VISIBLE_IN_SOURCE)
    {
        object.pattern = Some(text::VISIBLE.to_owned());
    }
}
