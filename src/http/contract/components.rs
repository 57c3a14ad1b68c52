//! Components of a document: replaces inlined schemas with references, and removes unused components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{Components, OpenApi, Ref, RefOr, Schema};

use super::references::{referred, written};
use super::walk;
use crate::error::Result;

/// The schemas of a document by name.
pub type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Returns the name of the component that a schema refers to.
pub fn component_name(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.strip_prefix("#/components/schemas/"),
        RefOr::T(_) => None,
    }
}

/// Returns the component that a schema refers to, with its name.
pub fn component<'a>(
    schema: &RefOr<Schema>,
    schemas: &'a Schemas,
) -> Option<(&'a str, &'a RefOr<Schema>)> {
    let (name, component) = schemas.get_key_value(component_name(schema)?)?;
    Some((name, component))
}

/// Replaces inlined schemas with a `$ref` to the component of the same type. utoipa inlines the type argument of a generic
/// type such as `Page<T>` or `Data<Vec<T>>`.
pub struct SharedSchemas;

impl Modify for SharedSchemas {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else {
            return;
        };
        let names: BTreeSet<String> = components.schemas.keys().cloned().collect();
        for (name, frame) in &mut components.schemas {
            if let Some((kind, inner)) = name.split_once('_')
                && let RefOr::T(Schema::Object(frame)) = frame
                && let Some(data) = frame.properties.get_mut("data")
            {
                let (is_list, inner) = match inner.strip_prefix("Vec_") {
                    Some(item) => (true, item),
                    None => (kind == "Page", inner),
                };
                if is_list && kind != "Page" {
                    frame.description = Some("A list that has no further pages.".to_owned());
                }
                let shared = names.contains(inner).then(|| Ref::from_schema_name(inner));
                match is_list {
                    true => share_items(data, shared),
                    false => share_whole(data, shared),
                }
            }
        }
    }
}

fn share_items(data: &mut RefOr<Schema>, shared: Option<Ref>) {
    if let RefOr::T(Schema::Array(list)) = data {
        if let (Some(shared), ArrayItems::RefOrSchema(items)) = (shared, &mut list.items) {
            **items = shared.into();
        }
        let description = &mut list.description;
        description.get_or_insert_with(|| "The items, in order.".to_owned());
    }
}

fn share_whole(data: &mut RefOr<Schema>, shared: Option<Ref>) {
    if let Some(shared) = shared {
        *data = shared.into();
    }
}

/// Moves the description of an `Option<T>` member to the `oneOf` itself. utoipa writes it next to the `$ref` inside the
/// `oneOf`.
pub struct LiftedDescriptions;

impl Modify for LiftedDescriptions {
    fn modify(&self, document: &mut OpenApi) {
        walk::schemas(document, &mut |schema| {
            let Schema::OneOf(forms) = schema else { return };
            let mut references = forms.items.iter_mut().filter_map(|form| match form {
                RefOr::Ref(reference) => Some(reference),
                RefOr::T(_) => None,
            });
            if let (Some(only), None) = (references.next(), references.next())
                && !only.description.is_empty()
            {
                forms.description = Some(std::mem::take(&mut only.description));
            }
        });
    }
}

/// Removes the schemas, responses and headers that no operation refers to, directly or through other components.
///
/// # Errors
/// Returns [`Error::Internal`](crate::error::Error::Internal) if the document cannot be written as JSON.
pub fn prune(document: &mut OpenApi) -> Result<()> {
    let written = written(document)?;
    let Some(components) = &mut document.components else {
        return Ok(());
    };
    let referred = referred(
        written.get("components").unwrap_or(&Value::Null),
        written.get("paths"),
    );
    let is_referred =
        |section: &str, name: &str| referred.contains_key(&format!("/components/{section}/{name}"));
    let Components {
        schemas,
        responses,
        headers,
        ..
    } = components;
    schemas.retain(|name, _| is_referred("schemas", name));
    responses.retain(|name, _| is_referred("responses", name));
    headers.retain(|name, _| is_referred("headers", name));
    Ok(())
}
