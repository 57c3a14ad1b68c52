//! Members that every response has. utoipa makes a member that may be null optional, but responses always have it: only a
//! member that is left out of some responses is optional, and such a member is never null.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, Schema, SchemaType};
use utoipa::openapi::{OpenApi, Ref, RefOr, Type};

use super::components::{Schemas, component_name};
use super::references::{referred, schema_name, written};
use super::walk;
use crate::error::Result;
use crate::http::problem::Problem;

/// The end of the name of a schema that request bodies have instead of one with more required members.
const INPUT: &str = "Input";

/// Requires the members of responses that may be null. Request bodies that have the same schema get a copy of it, in which
/// these members remain optional.
///
/// # Errors
/// Returns [`Error::Internal`](crate::error::Error::Internal) if the document cannot be written as JSON.
pub fn require_sent_members(document: &mut OpenApi) -> Result<()> {
    let written = written(document)?;
    let sent = names_in(&written, "responses");
    let received = names_in(&written, "requestBody");
    let Some(components) = &mut document.components else {
        return Ok(());
    };
    let shared = sent.intersection(&received).cloned().collect();
    let parted = parted(&components.schemas, shared);
    for name in &parted {
        let copy = components.schemas.get(name).cloned();
        let copy = copy.map(|schema| (format!("{name}{INPUT}"), schema));
        components.schemas.extend(copy);
    }
    let is_input = |name: &str| match name.strip_suffix(INPUT) {
        Some(start) if parted.contains(start) => true,
        _ => received.contains(name) && !sent.contains(name),
    };
    let mut rename = |reference: &mut Ref| {
        let name = reference.ref_location.rsplit('/').next();
        if let Some(name) = name.filter(|name| parted.contains(*name)) {
            let description = std::mem::take(&mut reference.description);
            *reference = Ref::from_schema_name(format!("{name}{INPUT}"));
            reference.description = description;
        }
    };
    for (name, schema) in &mut components.schemas {
        if is_input(name) {
            walk::references_in(schema, &mut rename);
        } else if sent.contains(name) && *name != Problem::name() {
            walk::schemas_in(schema, &mut require_nullable);
        }
    }
    for (_, _, operation) in walk::operations(&mut document.paths) {
        walk::body_schemas(operation).for_each(|schema| walk::references_in(schema, &mut rename));
    }
    Ok(())
}

/// Returns the names of the schemas that a part of the operations refers to: `responses` or `requestBody`.
fn names_in(document: &Value, part: &str) -> BTreeSet<String> {
    let items = document.get("paths").and_then(Value::as_object);
    let items = items.into_iter().flat_map(|items| items.values());
    let operations = items
        .filter_map(Value::as_object)
        .flat_map(|item| item.values());
    let parts = operations.filter_map(|operation| operation.get(part));
    let components = document.get("components").unwrap_or(&Value::Null);
    let referred = referred(components, parts);
    let names = referred.keys().filter_map(|pointer| schema_name(pointer));
    names.map(str::to_owned).collect()
}

/// Returns those of the shared schemas that requests and responses cannot share: those with optional members that may be
/// null, and those that refer to one of them.
fn parted(schemas: &Schemas, shared: BTreeSet<String>) -> BTreeSet<String> {
    let mut parted = BTreeSet::new();
    loop {
        let more: Vec<String> = shared
            .iter()
            .filter(|name| !parted.contains(*name))
            .filter(|name| {
                schemas
                    .get(*name)
                    .is_some_and(|one| must_part(one, &parted))
            })
            .cloned()
            .collect();
        if more.is_empty() {
            return parted;
        }
        parted.extend(more);
    }
}

fn must_part(schema: &RefOr<Schema>, parted: &BTreeSet<String>) -> bool {
    let mut schema = schema.clone();
    let mut found = false;
    walk::schemas_in(&mut schema, &mut |schema| {
        if let Schema::Object(object) = schema {
            found |= optional_nullable(object).next().is_some();
        }
    });
    walk::references_in(&mut schema, &mut |reference| {
        let name = component_name(&RefOr::Ref(reference.clone())).map(str::to_owned);
        found |= name.is_some_and(|name| parted.contains(&name));
    });
    found
}

fn require_nullable(schema: &mut Schema) {
    if let Schema::Object(object) = schema {
        let more: Vec<String> = optional_nullable(object).cloned().collect();
        object.required.extend(more);
    }
}

fn optional_nullable(object: &Object) -> impl Iterator<Item = &String> {
    let members = object.properties.iter();
    let nullable = members.filter(|(_, member)| may_be_null(member));
    nullable
        .map(|(name, _)| name)
        .filter(|name| !object.required.contains(name))
}

fn may_be_null(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => names_null(&object.schema_type),
        RefOr::T(Schema::Array(list)) => names_null(&list.schema_type),
        RefOr::T(Schema::OneOf(forms)) => forms.items.iter().any(may_be_null),
        RefOr::T(Schema::AnyOf(forms)) => forms.items.iter().any(may_be_null),
        RefOr::T(_) | RefOr::Ref(_) => false,
    }
}

fn names_null(schema_type: &SchemaType) -> bool {
    match schema_type {
        SchemaType::Type(only) => *only == Type::Null,
        SchemaType::Array(types) => types.contains(&Type::Null),
        SchemaType::AnyValue => false,
    }
}
