//! Traversal of a document: iterates over its operations and visits its inline schemas.

use utoipa::openapi::path::{HttpMethod, Operation, Paths};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Schema};

/// Returns all operations with their paths and methods.
pub fn operations(paths: &mut Paths) -> impl Iterator<Item = (&str, HttpMethod, &mut Operation)> {
    paths.paths.iter_mut().flat_map(|(path, item)| {
        let slots = [
            (HttpMethod::Get, &mut item.get),
            (HttpMethod::Put, &mut item.put),
            (HttpMethod::Post, &mut item.post),
            (HttpMethod::Delete, &mut item.delete),
            (HttpMethod::Patch, &mut item.patch),
        ];
        slots
            .into_iter()
            .filter_map(move |(method, slot)| Some((path.as_str(), method, slot.as_mut()?)))
    })
}

/// Returns the value, or `None` for a reference to a component.
pub fn written_out<T>(value: &mut RefOr<T>) -> Option<&mut T> {
    match value {
        RefOr::T(value) => Some(value),
        RefOr::Ref(_) => None,
    }
}

/// Calls `visit` with every schema of a document that is not a reference. Outer schemas come before those inside them.
pub fn schemas(document: &mut OpenApi, visit: &mut impl FnMut(&mut Schema)) {
    for root in roots(document) {
        schemas_in(root, visit);
    }
}

/// Calls `visit` with a schema and every schema within it that is not a reference, outer schemas first.
pub fn schemas_in(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut Schema)) {
    if let Some(schema) = written_out(schema) {
        visit(schema);
        for part in parts(schema) {
            schemas_in(part, visit);
        }
    }
}

/// Calls `visit` with every reference to a schema.
pub fn references(document: &mut OpenApi, visit: &mut impl FnMut(&mut Ref)) {
    for root in roots(document) {
        references_in(root, visit);
    }
}

/// Calls `visit` with every reference within a schema, or with the schema itself if it is one.
pub fn references_in(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut Ref)) {
    match schema {
        RefOr::Ref(reference) => visit(reference),
        RefOr::T(schema) => {
            for part in parts(schema) {
                references_in(part, visit);
            }
        }
    }
}

/// Returns the schemas of the request body of an operation, one for each media type.
pub fn body_schemas(operation: &mut Operation) -> impl Iterator<Item = &mut RefOr<Schema>> {
    let body = operation.request_body.as_mut().and_then(written_out);
    let content = body.into_iter().flat_map(|body| body.content.values_mut());
    content.filter_map(schema_of)
}

/// Returns the direct subschemas of a schema. The schemas in `propertyNames` are left out, because they contain no
/// references.
pub fn parts(schema: &mut Schema) -> Vec<&mut RefOr<Schema>> {
    match schema {
        Schema::Array(array) => match &mut array.items {
            ArrayItems::RefOrSchema(items) => vec![items.as_mut()],
            ArrayItems::False => Vec::new(),
        },
        Schema::Object(object) => {
            let mut parts: Vec<&mut RefOr<Schema>> = object.properties.values_mut().collect();
            if let Some(AdditionalProperties::RefOr(each)) =
                object.additional_properties.as_deref_mut()
            {
                parts.push(each);
            }
            parts
        }
        Schema::OneOf(forms) => forms.items.iter_mut().collect(),
        Schema::AllOf(whole) => whole.items.iter_mut().collect(),
        Schema::AnyOf(forms) => forms.items.iter_mut().collect(),
        _ => Vec::new(),
    }
}

/// Returns the schemas that are not part of another schema.
fn roots(document: &mut OpenApi) -> Vec<&mut RefOr<Schema>> {
    let mut roots = Vec::new();
    let mut responses = Vec::new();
    for (_, _, operation) in operations(&mut document.paths) {
        let parameters = operation.parameters.iter_mut().flatten();
        let parameters = parameters.filter_map(written_out);
        roots.extend(parameters.filter_map(|parameter| parameter.schema.as_mut()));
        let body = operation.request_body.as_mut().and_then(written_out);
        let content = body.into_iter().flat_map(|body| body.content.values_mut());
        roots.extend(content.filter_map(schema_of));
        responses.extend(operation.responses.responses.values_mut());
    }
    if let Some(components) = &mut document.components {
        roots.extend(components.schemas.values_mut());
        let headers = components.headers.values_mut().filter_map(written_out);
        roots.extend(headers.filter_map(|header| header.schema.as_mut()));
        responses.extend(components.responses.values_mut());
    }
    for response in responses.into_iter().filter_map(written_out) {
        let headers = response.headers.values_mut().filter_map(written_out);
        roots.extend(headers.filter_map(|header| header.schema.as_mut()));
        roots.extend(response.content.values_mut().filter_map(schema_of));
    }
    roots
}

fn schema_of(content: &mut RefOr<Content>) -> Option<&mut RefOr<Schema>> {
    written_out(content)?.schema.as_mut()
}
