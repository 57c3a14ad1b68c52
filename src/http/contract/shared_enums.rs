//! Enumerations that parameters share with the bodies. utoipa writes them out in each parameter, and client generators would
//! make a type of each.

use std::collections::BTreeMap;

use utoipa::Modify;
use utoipa::openapi::schema::{ArrayItems, Object};
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema};

use super::components::Schemas;
use super::walk::{operations, written_out};

/// Replaces an enumeration in a parameter with a `$ref` to the component that has the same values.
pub struct SharedEnums;

impl Modify for SharedEnums {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        let names = names_by_values(&components.schemas);
        for (_, _, operation) in operations(paths) {
            let parameters = operation.parameters.iter_mut().flatten();
            let schemas = parameters
                .filter_map(written_out)
                .filter_map(|parameter| parameter.schema.as_mut());
            schemas.for_each(|schema| share(schema, &names));
        }
    }
}

/// Returns the names of the enumerations by their values. An enumeration with the values of another has no entry.
fn names_by_values(schemas: &Schemas) -> BTreeMap<String, &str> {
    let mut names: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, schema) in schemas {
        if let RefOr::T(Schema::Object(object)) = schema
            && let Some(values) = values(object)
        {
            names.entry(values).or_default().push(name);
        }
    }
    let single = names
        .into_iter()
        .filter_map(|(values, names)| match names.as_slice() {
            [only] => Some((values, *only)),
            _ => None,
        });
    single.collect()
}

fn share(schema: &mut RefOr<Schema>, names: &BTreeMap<String, &str>) {
    let shared = match schema {
        RefOr::T(Schema::Array(list)) => {
            if let ArrayItems::RefOrSchema(items) = &mut list.items {
                share(items, names);
            }
            return;
        }
        RefOr::T(Schema::Object(object)) if object.default.is_none() => values(object),
        _ => None,
    };
    if let Some(name) = shared.and_then(|values| names.get(&values)) {
        *schema = Ref::from_schema_name(*name).into();
    }
}

/// Returns the values of an enumeration as one text.
fn values(object: &Object) -> Option<String> {
    let values = object.enum_values.as_ref()?;
    serde_json::to_string(values).ok()
}
