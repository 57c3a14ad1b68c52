//! Lists of names in a parameter, with commas between, any of which will do.

use serde::{Deserialize, Deserializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Ids and slugs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf(pub Vec<String>);

/// One name or more, up to 50.
pub const PATTERN: &str = "^[^,]+(,[^,]+){0,49}$";
/// The same in words.
pub const EXPECTED: &str = "must be an id or a slug, or up to 50 of them with commas between";

impl<'de> Deserialize<'de> for AnyOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err(de::Error::custom(EXPECTED));
        }
        Ok(Self(names))
    }
}

impl PartialSchema for AnyOf {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .description(Some("Up to 50 ids or slugs, with commas between."))
            .examples(["housing,climate"])
            .into()
    }
}

impl ToSchema for AnyOf {}
