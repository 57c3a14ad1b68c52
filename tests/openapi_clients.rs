//! The OpenAPI documents, as generators of clients read them: answers with all their members, roles as alternatives, and
//! names that no two things share.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Both, with their names.
fn documents() -> [(&'static str, Value); 2] {
    let contract = tribuna::app::contract().unwrap();
    [
        ("delivery", contract.delivery),
        ("management", contract.management),
    ]
}

/// The operations of a document, by their ids.
fn operations(document: &Value) -> BTreeMap<&str, &Value> {
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations
        .map(|operation| (operation["operationId"].as_str().unwrap(), operation))
        .collect()
}

fn schemas(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    schemas.iter().map(|(name, schema)| (name.as_str(), schema))
}

#[test]
fn every_answer_is_one_component_and_fields_is_said_in_an_extension() {
    for (name, document) in documents() {
        for (id, operation) in operations(&document) {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let takes_fields = parameters.into_iter().any(|one| one["name"] == "fields");
            let content = &operation["responses"]["200"]["content"]["application/json"];
            if content.is_null() {
                // Each line of a stream has the members that `fields` selects.
                let is_stream = ["follow_events", "get_snapshot"].contains(&id);
                assert!(!takes_fields || is_stream, "{name}: {id}");
                continue;
            }
            let target = content["schema"]["$ref"].as_str();
            let target = target.unwrap_or_else(|| panic!("{name}: {id}: {}", content["schema"]));
            let frame = document.pointer(target.trim_start_matches('#')).unwrap();
            if takes_fields {
                let extension = json!({ "parameter": "fields", "within": "data" });
                assert_eq!(frame["x-sparse-fields"], extension, "{name}: {id}");
                let said = frame["description"].as_str().unwrap();
                assert_eq!(said.matches("`fields`").count(), 1, "{name}: {id}: {said}");
            }
        }
    }
}

#[test]
fn the_members_of_a_public_post_are_required() {
    let [(_, delivery), _] = documents();
    let operation = operations(&delivery)["get_public_post"];
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(schema["$ref"], "#/components/schemas/PublicPostResponse");
    let schemas = &delivery["components"]["schemas"];
    let summary = &schemas["PublicPostSummary"]["required"];
    for member in ["id", "title", "slug", "lang", "authors"] {
        let required = summary.as_array().unwrap();
        assert!(required.iter().any(|one| one == member), "{member}");
    }
    assert!(
        !schemas
            .as_object()
            .unwrap()
            .keys()
            .any(|name| name.starts_with("Sparse"))
    );
}

#[test]
fn an_operation_requires_any_one_of_its_roles_and_admin_is_among_them() {
    let [_, (_, management)] = documents();
    let all = operations(&management);
    for (id, operation) in &all {
        let requirements = operation["security"].as_array().unwrap();
        let roles: Vec<&Vec<Value>> = requirements
            .iter()
            .filter_map(|requirement| requirement["bearer"].as_array())
            .collect();
        match roles.as_slice() {
            [] => {}
            [only] if only.is_empty() => {}
            several => {
                assert!(several.iter().all(|roles| roles.len() == 1), "{id}");
                assert!(several.iter().any(|roles| roles[0] == "admin"), "{id}");
            }
        }
    }
    let roles = &all["replace_publication"]["security"];
    assert_eq!(
        *roles,
        json!([{ "bearer": ["editor"] }, { "bearer": ["admin"] }, { "api_key": ["content:publish"] }])
    );
}

#[test]
fn the_default_of_a_member_is_said_in_words() {
    let [_, (_, management)] = documents();
    let mut members = 0;
    for (name, schema) in schemas(&management) {
        for (member, described) in schema["properties"].as_object().into_iter().flatten() {
            assert!(described.get("default").is_none(), "{name}.{member}");
            members += 1;
        }
    }
    assert!(members > 100, "only {members}");
    let link = &management["components"]["schemas"]["PreviewLinkInput"];
    let ttl = link["properties"]["ttl"]["description"].as_str().unwrap();
    assert!(ttl.ends_with("Default: `86400`."), "{ttl}");
}

/// Go has one scope for types, constructors (`New` and the name of the type) and constants.
#[test]
fn no_two_types_constructors_or_values_have_the_same_name() {
    for (document_name, document) in documents() {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let mut add = |name: String, what: String| {
            if let Some(other) = seen.insert(name.to_lowercase(), what.clone()) {
                panic!("{document_name}: {name} is {other} and {what}");
            }
        };
        for (name, schema) in schemas(&document) {
            let is_one_word = name.starts_with(|first: char| first.is_ascii_uppercase())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            assert!(is_one_word, "{document_name}: {name}");
            add(name.to_owned(), format!("the type {name}"));
            add(format!("New{name}"), format!("the constructor of {name}"));
            let values = schema["enum"].as_array().map_or(0, Vec::len);
            let names = schema["x-enum-varnames"].as_array().into_iter().flatten();
            let names: Vec<&str> = names.map(|name| name.as_str().unwrap()).collect();
            assert_eq!(names.len(), values, "{document_name}: {name}");
            for value in names {
                add(value.to_owned(), format!("a value of {name}"));
            }
        }
    }
}
