//! The names of schemas and enumeration values in generated clients. They are words that no generator needs to alter, and
//! they stay distinct in languages with one scope for all names.

use utoipa::Modify;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema};

use super::walk;

/// The start of every reference to a schema.
const SCHEMAS: &str = "#/components/schemas/";

/// Renames the envelopes of responses: `Data_Tag`, utoipa's name of a generic type, becomes `TagResponse`.
pub struct EnvelopeNames;

impl Modify for EnvelopeNames {
    fn modify(&self, document: &mut OpenApi) {
        walk::references(document, &mut |reference| {
            let name = reference.ref_location.strip_prefix(SCHEMAS);
            if let Some(name) = name.and_then(envelope_name) {
                *reference = Ref::from_schema_name(name);
            }
        });
        if let Some(components) = &mut document.components {
            let schemas = std::mem::take(&mut components.schemas).into_iter();
            let renamed =
                schemas.map(|(name, schema)| (envelope_name(&name).unwrap_or(name), schema));
            components.schemas = renamed.collect();
        }
    }
}

/// Returns the new name of an envelope, or `None` for other components.
fn envelope_name(name: &str) -> Option<String> {
    let (envelope, inner) = name.split_once('_')?;
    match (envelope, inner.strip_prefix("Vec_")) {
        ("Page", _) => Some(format!("{inner}Page")),
        ("Data", Some(item)) => Some(format!("{item}ListResponse")),
        ("Data", None) => Some(format!("{inner}Response")),
        ("CheckedData", _) => Some(format!("Checked{inner}Response")),
        _ => None,
    }
}

/// Adds `x-enum-varnames` to enumerations. Each name contains that of the type, because all constants of a Go package share
/// one scope.
pub struct ValueNames;

impl Modify for ValueNames {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let schemas = components.iter_mut().flat_map(|all| &mut all.schemas);
        for (name, schema) in schemas {
            name_values(name, schema);
        }
        for (_, _, operation) in walk::operations(paths) {
            let id = operation.operation_id.clone().unwrap_or_default();
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(Parameter {
                    name,
                    schema: Some(schema),
                    ..
                }) = parameter
                {
                    name_values(&(in_one_word(&id) + &in_one_word(name)), schema);
                }
            }
        }
    }
}

/// Names the values of an enumeration, or of a list of its values.
fn name_values(enumeration: &str, schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Array(list)) => {
            if let ArrayItems::RefOrSchema(items) = &mut list.items {
                name_values(enumeration, items);
            }
        }
        RefOr::T(Schema::Object(object)) => {
            let Some(values) = &object.enum_values else {
                return;
            };
            let values = values.iter().filter_map(|value| value.as_str());
            let names: Vec<String> = values.map(|value| value_name(enumeration, value)).collect();
            let names = ExtensionsBuilder::new().add("x-enum-varnames", names);
            let extensions = object.extensions.get_or_insert_default();
            extensions.merge(names.build());
        }
        _ => {}
    }
}

/// Returns the name of an enumeration value, such as `ActionHandBack` for `hand_back` of `Action`. The value of a descending
/// order begins with a hyphen, and its name ends with `Descending`. `*` stands for all values.
fn value_name(enumeration: &str, value: &str) -> String {
    if value == "*" {
        return format!("{enumeration}All");
    }
    match value.strip_prefix('-') {
        Some(value) => value_name(enumeration, value) + "Descending",
        None => enumeration.to_owned() + &in_one_word(value),
    }
}

/// Returns words that underscores, dots or colons separate as one word, in which each begins with a capital letter.
fn in_one_word(words: &str) -> String {
    let mut name = String::new();
    for word in words.split(['_', '.', ':']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(&letters.as_str().to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_and_values_are_named_in_one_word() {
        assert_eq!(envelope_name("Page_Tag").as_deref(), Some("TagPage"));
        assert_eq!(envelope_name("Data_Tag").as_deref(), Some("TagResponse"));
        let list = envelope_name("Data_Vec_Tag");
        assert_eq!(list.as_deref(), Some("TagListResponse"));
        let checked = envelope_name("CheckedData_Post");
        assert_eq!(checked.as_deref(), Some("CheckedPostResponse"));
        assert_eq!(envelope_name("Tag"), None);
        assert_eq!(value_name("Action", "hand_back"), "ActionHandBack");
        assert_eq!(value_name("BatchMethod", "GET"), "BatchMethodGet");
        assert_eq!(value_name("EventType", "*"), "EventTypeAll");
        let sort = in_one_word("list_posts") + &in_one_word("sort");
        assert_eq!(
            value_name(&sort, "-created_at"),
            "ListPostsSortCreatedAtDescending"
        );
        assert_eq!(value_name("Fields", "authors.name"), "FieldsAuthorsName");
    }
}
