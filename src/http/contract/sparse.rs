//! Sparse fieldsets in the documents. An operation with a `fields` parameter documents its complete response. The envelope
//! of the response states, in its description and in an extension, that `fields` makes members absent. The schema of the
//! response item provides the valid names of `fields`, unless the operation says that they are those of another schema.

use actix_web::http::StatusCode;
use serde_json::json;
use utoipa::Modify;
use utoipa::openapi::extensions::{Extensions, ExtensionsBuilder};
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder};
use utoipa::openapi::{OpenApi, RefOr, Schema, Type};

use super::components::{Schemas, component, component_name};
use super::walk::{operations, written_out};

/// The name of the query parameter.
const PARAMETER: &str = "fields";

/// The member of the envelope within which members may be absent.
const DATA: &str = "data";

/// The extension on the envelope of a response. If the request has the named parameter, no member within `within` is
/// required, at any depth.
const EXTENSION: &str = "x-sparse-fields";

/// The extension of the parameter that names the schema of which it selects members. The documents do not show it.
const FIELDS_OF: &str = "x-fields-of";

/// Records that `fields` selects members of this schema.
pub fn name_fields_of(parameters: &mut [RefOr<Parameter>], schema: &str) {
    let mut parameters = parameters.iter_mut().filter_map(written_out);
    if let Some(fields) = parameters.find(|one| one.name == PARAMETER) {
        let of = ExtensionsBuilder::new().add(FIELDS_OF, schema);
        fields.extensions = Some(of.build());
    }
}

/// Adds the valid names of `fields` to each operation that takes `fields`, and the extension to the envelope of its
/// response.
pub struct SparseFields;

impl Modify for SparseFields {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (_, _, operation) in operations(paths) {
            complete_operation(operation, &mut components.schemas);
        }
    }
}

/// Completes one operation. Returns `None` if it does not take `fields` or has no JSON response with `data`.
fn complete_operation(operation: &mut Operation, schemas: &mut Schemas) -> Option<()> {
    let mut parameters = operation.parameters.iter_mut().flatten();
    let fields = parameters.find_map(|one| written_out(one).filter(|one| one.name == PARAMETER))?;
    if let Some(of) = fields.extensions.take() {
        let of = of
            .get(FIELDS_OF)
            .and_then(|of| of.as_str().map(str::to_owned))?;
        let mut names = Vec::new();
        collect(schemas.get(&of)?, schemas, "", &mut names);
        set_names(fields, names);
    }
    let responses = &mut operation.responses.responses;
    let response = written_out(responses.get_mut(StatusCode::OK.as_str())?)?;
    let content = written_out(response.content.get_mut("application/json")?)?;
    let frame = component_name(content.schema.as_ref()?)?;
    let RefOr::T(Schema::Object(object)) = schemas.get(frame)? else {
        return None;
    };
    let mut names = Vec::new();
    collect(object.properties.get(DATA)?, schemas, "", &mut names);
    if !has_names(fields) {
        set_names(fields, names);
    }
    if let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(frame) {
        let text = object.description.take().unwrap_or_default();
        let absent = "If the request has `fields`, `data` has only the requested members.";
        object.description = Some(match text.ends_with(absent) {
            true => text,
            false => format!("{text} {absent}").trim_start().to_owned(),
        });
        object.extensions = Some(extension());
    }
    Some(())
}

fn has_names(fields: &Parameter) -> bool {
    let Some(RefOr::T(Schema::Array(list))) = &fields.schema else {
        return false;
    };
    matches!(&list.items, ArrayItems::RefOrSchema(items)
        if matches!(&**items, RefOr::T(Schema::Object(one)) if one.enum_values.is_some()))
}

fn set_names(fields: &mut Parameter, names: Vec<String>) {
    let name = ObjectBuilder::new().schema_type(Type::String);
    if let Some(RefOr::T(Schema::Array(list))) = &mut fields.schema {
        list.items = name.enum_values(Some(names)).into();
    }
}

fn extension() -> Extensions {
    let value = json!({ "parameter": PARAMETER, "within": DATA });
    ExtensionsBuilder::new().add(EXTENSION, value).build()
}

/// Collects the dotted names of all members. The names within a member follow the name of that member.
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
