//! The extension `x-sparse-fields`, read as a client would read it: if the request has the parameter, no member of the answer
//! within the named one is required, at any depth.

use std::sync::Arc;

use serde_json::{Map, Value, json};

/// Added to the name of a component whose members are all optional.
const SPARSE: &str = ".sparse";

/// The form of an answer to a request that has the parameter.
pub struct SparseForm {
    parameter: String,
    /// The schema of the answer.
    pub schema: Value,
}

impl SparseForm {
    /// Reads the extension of the frame that `schema` refers to. `None` where the frame has none.
    pub fn of(schema: &Value, components: &Arc<Value>) -> Option<Self> {
        let target = schema["$ref"].as_str()?;
        let frame = components.pointer(target.strip_prefix("#/components")?)?;
        let extension = frame.get("x-sparse-fields")?;
        let within = extension["within"].as_str()?;
        let mut schema = frame.clone();
        let data = &mut schema["properties"][within];
        *data = relaxed(data);
        Some(Self {
            parameter: extension["parameter"].as_str()?.to_owned(),
            schema,
        })
    }

    /// Says whether a request with this query is answered in the form.
    pub fn is_asked_for(&self, query: &str) -> bool {
        let mut names = query.split('&').map(|pair| pair.split('=').next());
        names.any(|name| name == Some(&self.parameter))
    }
}

/// A document with each component of its schemas a second time, with no member required.
pub fn with_sparse_schemas(document: &Value) -> Value {
    let mut document = document.clone();
    let schemas = &mut document["components"]["schemas"];
    let sparse: Vec<(String, Value)> = schemas
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (format!("{name}{SPARSE}"), relaxed(schema)))
        .collect();
    if let Some(schemas) = schemas.as_object_mut() {
        schemas.extend(sparse);
    }
    document
}

/// The schema with nothing required, in it or in what it refers to.
fn relaxed(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let mut kept = Map::new();
            for (keyword, value) in keywords {
                let value = match (keyword.as_str(), value) {
                    ("required", _) => continue,
                    ("$ref", Value::String(target)) => json!(format!("{target}{SPARSE}")),
                    // Names of members, not keywords.
                    ("properties", Value::Object(named)) => named
                        .iter()
                        .map(|(name, schema)| (name.clone(), relaxed(schema)))
                        .collect(),
                    (_, value) => relaxed(value),
                };
                kept.insert(keyword.clone(), value);
            }
            kept.into()
        }
        Value::Array(list) => list.iter().map(relaxed).collect(),
        literal => literal.clone(),
    }
}
