//! Sparse fieldsets in the documents: wherever an operation takes `fields`, the names there are and the shapes that can
//! come of them are read off the item's own schema, so that neither can be wrong.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AnyOf, ArrayItems, ObjectBuilder};
use utoipa::openapi::{OpenApi, Ref, RefOr, Schema, Type};

use super::components::{Schemas, component};
use super::walk::{operations, parts, written_out};

/// Completes every operation of a document that takes `fields`: its names, and the answer that has only some of them.
pub struct SparseFields;

impl Modify for SparseFields {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        let mut sparse = Schemas::new();
        for (_, _, operation) in operations(paths) {
            complete_operation(operation, &components.schemas, &mut sparse);
        }
        components.schemas.extend(sparse);
    }
}

/// `None` for an operation that does not take `fields`.
fn complete_operation(
    operation: &mut Operation,
    schemas: &Schemas,
    sparse: &mut Schemas,
) -> Option<()> {
    let mut parameters = operation.parameters.iter_mut().flatten();
    let fields = parameters.find_map(|one| written_out(one).filter(|one| one.name == "fields"))?;
    let answer = written_out(operation.responses.responses.get_mut("200")?)?;
    let content = written_out(answer.content.get_mut("application/json")?)?;
    let whole = content.schema.clone()?;
    let RefOr::T(Schema::Object(frame)) = component(&whole, schemas)?.1 else {
        return None;
    };
    let data = frame.properties.get("data")?;
    let mut names = Vec::new();
    collect(data, schemas, "", &mut names);
    let name = ObjectBuilder::new().schema_type(Type::String);
    if let Some(RefOr::T(Schema::Array(list))) = &mut fields.schema {
        list.items = name.enum_values(Some(names)).into();
    }
    let mut some = frame.clone();
    *some.properties.get_mut("data")? = relaxed(data, schemas, sparse);
    let description =
        "With `fields`, the response has the second form, with only the requested members.";
    content.schema = Some(RefOr::T(Schema::AnyOf(AnyOf {
        items: vec![whole, some.into()],
        description: Some(description.to_owned()),
        ..AnyOf::default()
    })));
    Some(())
}

/// The dotted names of all members, those of a member behind it.
fn collect(schema: &RefOr<Schema>, schemas: &Schemas, path: &str, names: &mut Vec<String>) {
    let schema = match schema {
        RefOr::Ref(_) => {
            if let Some((_, component)) = component(schema, schemas) {
                collect(component, schemas, path, names);
            }
            return;
        }
        RefOr::T(schema) => schema,
    };
    match schema {
        Schema::Array(list) => {
            if let ArrayItems::RefOrSchema(items) = &list.items {
                collect(items, schemas, path, names);
            }
        }
        Schema::AllOf(whole) => collect_each(&whole.items, schemas, path, names),
        Schema::OneOf(forms) => collect_each(&forms.items, schemas, path, names),
        Schema::Object(object) => {
            for (name, member) in &object.properties {
                let name = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                if !names.contains(&name) {
                    names.push(name.clone());
                    collect(member, schemas, &name, names);
                }
            }
        }
        _ => {}
    }
}

fn collect_each(parts: &[RefOr<Schema>], schemas: &Schemas, path: &str, names: &mut Vec<String>) {
    for part in parts {
        collect(part, schemas, path, names);
    }
}

/// The same schema with nothing required, in it or in what it refers to; objects become components of their own.
fn relaxed(schema: &RefOr<Schema>, schemas: &Schemas, sparse: &mut Schemas) -> RefOr<Schema> {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(_) => return relaxed_component(schema, schemas, sparse),
    };
    let mut schema = schema.clone();
    if let Schema::Object(object) = &mut schema {
        object.required.clear();
    }
    for part in parts(&mut schema) {
        *part = relaxed(part, schemas, sparse);
    }
    RefOr::T(schema)
}

fn relaxed_component(
    reference: &RefOr<Schema>,
    schemas: &Schemas,
    sparse: &mut Schemas,
) -> RefOr<Schema> {
    let Some((name, component)) = component(reference, schemas) else {
        return reference.clone();
    };
    let is_object = match component {
        RefOr::T(Schema::Object(object)) => !object.properties.is_empty(),
        RefOr::T(Schema::AllOf(_)) => true,
        _ => false,
    };
    if !is_object {
        return reference.clone();
    }
    let name = format!("Sparse{name}");
    if !sparse.contains_key(&name) {
        // Stands in for what follows, where a component holds itself.
        sparse.insert(name.clone(), reference.clone());
        let relaxed = relaxed(component, schemas, sparse);
        sparse.insert(name.clone(), relaxed);
    }
    Ref::from_schema_name(name).into()
}
