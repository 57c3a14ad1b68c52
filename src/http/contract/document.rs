//! The two OpenAPI documents, assembled from the descriptions of all operations.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::Paths;

use super::audience::Audience;
use super::bodies::let_bodies_be_absent;
use super::complete::complete;
use super::components::{lift_descriptions, prune, share_inlined};
use super::examples;
use super::headers::headers;
use super::links;
use super::operation::OperationList;
use super::problems::{problem_responses, problem_schemas};
use super::responses::keep_previews_private;
use super::sparse;
use crate::error::{Error, Result};

/// Makes the document for one audience.
///
/// # Errors
/// [`Error::Internal`] when the description cannot be written as JSON.
pub fn document(audience: Audience, lists: &[&OperationList]) -> Result<Value> {
    let mut schemas = Map::new();
    let mut items = Paths::new();
    for list in lists {
        merge(&mut schemas, Some(&json(&list.schemas)?));
        for operation in &list.operations {
            if audience.owns(&operation.path) {
                let item = items.paths.entry(operation.path.clone()).or_default();
                item.merge_operations(operation.item());
            }
        }
    }
    let mut paths = Map::new();
    merge(&mut paths, Some(&json(&items)?));
    for (name, schema) in problem_schemas() {
        schemas.insert(name, schema);
    }
    for operation in lists.iter().flat_map(|list| &list.operations) {
        let method = operation.method.as_str().to_ascii_lowercase();
        let item = paths.get_mut(&operation.path);
        if let Some(described) = item.and_then(|item| item.get_mut(method)?.as_object_mut()) {
            complete(described, operation);
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": audience.title(),
            "description": audience.description(),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
            "contact": { "name": "The Tribuna developers", "url": "https://example.org/tribuna" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "tags": tags(&paths),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": problem_responses(audience),
            "headers": headers(),
        },
    });
    if audience == Audience::Management
        && let Some(components) = document
            .get_mut("components")
            .and_then(Value::as_object_mut)
    {
        let scheme = json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The `access_token` that `POST /v1/auth/login` gives." });
        components.insert("securitySchemes".into(), json!({ "bearer": scheme }));
    }
    links::add(&mut document);
    share_inlined(&mut document);
    sparse::complete(&mut document);
    lift_descriptions(&mut document);
    let_bodies_be_absent(&mut document);
    keep_previews_private(&mut document);
    prune(&mut document);
    examples::add(&mut document);
    Ok(document)
}

fn json(described: &impl Serialize) -> Result<Value> {
    serde_json::to_value(described).map_err(|error| Error::Internal(error.to_string()))
}

fn merge(into: &mut Map<String, Value>, more: Option<&Value>) {
    for (name, schema) in more.and_then(Value::as_object).into_iter().flatten() {
        into.insert(name.clone(), schema.clone());
    }
}

fn tags(paths: &Map<String, Value>) -> Value {
    let used: BTreeSet<&str> = paths
        .values()
        .flat_map(|item| item.as_object().into_iter().flat_map(Map::values))
        .filter_map(|operation| operation.pointer("/tags/0")?.as_str())
        .collect();
    used.into_iter()
        .map(|tag| json!({ "name": tag, "description": tag_description(tag) }))
        .collect()
}

/// Says what the operations of a tag do, where a plural noun does not say it.
fn tag_description(tag: &str) -> String {
    match tag {
        "audit" => "The audit trail: who changed what, and when.".to_owned(),
        "batch" => "Many operations in one request.".to_owned(),
        "calendar" => "What was published and taken down, and what will be.".to_owned(),
        "health" => "Health checks, for load balancers and orchestrators.".to_owned(),
        "keys" => "The public keys that verify access tokens.".to_owned(),
        "previews" => {
            "Preview links, through which anyone who has the link reads one revision.".to_owned()
        }
        "resolve" => "The current resource behind a slug or a path of the site.".to_owned(),
        "sessions" => "Signing in and out, and tokens.".to_owned(),
        plural => format!("Operations on {plural}."),
    }
}
