//! The variable by which the public addresses a thing: its id, or a slug of it.

use std::ops::Deref;

use serde::Deserialize;
use utoipa::PartialSchema;
use utoipa::openapi::schema::ObjectBuilder;
use utoipa::openapi::{RefOr, Schema, Type};

use crate::http::contract::path_variables::PathVariable;
use crate::slug;

/// An id or a slug, as it was sent. Text that is neither names nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct IdOrSlug(String);

impl Deref for IdOrSlug {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialSchema for IdOrSlug {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(slug::PATTERN))
            .min_length(Some(1))
            .max_length(Some(slug::MAX_LENGTH))
            .into()
    }
}

impl PathVariable for IdOrSlug {
    const DESCRIPTION: &'static str = "The id, or the slug in any language.";
    const MEMBER: Option<&'static str> = Some("slug");
}
