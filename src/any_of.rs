//! Query parameters with comma-separated names, which are ORed.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Ids and slugs, any of which may match. They are in lower case, as slugs are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf(pub Vec<String>);

/// The regular expression of the parameter: 1 to 50 non-empty names. Spaces around a name are ignored.
pub const PATTERN: &str = "^ *[^, ][^,]*(, *[^, ][^,]*){0,49}$";
/// The error for any other text.
pub const EXPECTED: &str = "must be an id or a slug, or up to 50 of them separated by commas";

impl<'de> Deserialize<'de> for AnyOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names: Vec<String> = text
            .split(',')
            .map(|name| name.trim_matches(' ').to_ascii_lowercase())
            .collect();
        if names.iter().any(String::is_empty) {
            return Err(de::Error::custom(EXPECTED));
        }
        Ok(Self(names))
    }
}

impl Serialize for AnyOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.join(",").serialize(serializer)
    }
}

impl PartialSchema for AnyOf {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .description(Some("Up to 50 ids or slugs, comma-separated."))
            .examples(["housing,climate"])
            .into()
    }
}

impl ToSchema for AnyOf {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_documents_allow_what_is_read_and_nothing_else() {
        let schema = serde_json::to_value(<AnyOf as PartialSchema>::schema()).unwrap();
        let documented = jsonschema::validator_for(&schema).unwrap();
        for text in [
            "a", "a,b", " a , b ", "\u{85}", "a,\u{a0}", "", " ", ",", "a,", "a, ,b",
        ] {
            let read = serde_json::from_value::<AnyOf>(text.into()).is_ok();
            assert_eq!(documented.is_valid(&text.into()), read, "{text:?}");
        }
    }
}
