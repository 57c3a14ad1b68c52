//! The operations and the query parameters that the OpenAPI document describes.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;

/// The query parameters of the operation at `GET path`.
pub fn offered(path: &str) -> BTreeSet<&'static str> {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let text = include_str!("../../../openapi/delivery.json");
    let document = DOCUMENT.get_or_init(|| serde_json::from_str(text).unwrap());
    let operation = &document["paths"][path]["get"];
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_query = parameters.filter(|parameter| parameter["in"] == "query");
    let names = in_query.filter_map(|parameter| parameter["name"].as_str());
    names.collect()
}
