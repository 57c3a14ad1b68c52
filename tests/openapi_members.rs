//! Members of responses: a member is optional only if some responses lack it. serde's attributes in the source say which do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Names of structs and their members that serde leaves out of some responses. A name in `#[schema(as = …)]` replaces that
/// of the struct.
fn left_out_of_some() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let source = std::fs::read_to_string(file).unwrap();
        let mut owner = String::new();
        let mut alias = None;
        let mut is_left_out = false;
        for line in source.lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("as = ") {
                alias = rest.split([',', ')']).next().map(str::to_owned);
            }
            is_left_out |= line.contains("skip_serializing_if");
            if let Some((_, rest)) = line.split_once("pub struct ") {
                let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap();
                owner = alias.take().unwrap_or_else(|| name.to_owned());
            } else if let Some((name, _)) = line
                .strip_prefix("pub ")
                .and_then(|rest| rest.split_once(": "))
                && std::mem::take(&mut is_left_out)
            {
                found.insert((owner.clone(), name.trim_start_matches("r#").to_owned()));
            }
        }
    }
    assert!(found.len() > 20, "found only {found:?}");
    found
}

fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let inner = folders.iter().flat_map(|folder| sources(folder));
    let is_source = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "rs");
    inner.chain(files.into_iter().filter(is_source)).collect()
}

/// Collects the names of the schemas that a part of a document refers to, directly or through others.
fn reached(part: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                let component = document.pointer(target.trim_start_matches('#')).unwrap();
                let name = target.strip_prefix("#/components/schemas/");
                if name.is_none_or(|name| found.insert(name.to_owned())) {
                    reached(component, document, found);
                }
            }
            members
                .values()
                .for_each(|member| reached(member, document, found));
        }
        Value::Array(list) => list.iter().for_each(|item| reached(item, document, found)),
        _ => {}
    }
}

/// Calls `visit` with each object within a schema that has members.
fn objects<'a>(schema: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    if schema["properties"].is_object() {
        visit(schema);
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let parts = schema[keyword].as_array().into_iter().flatten();
        parts.for_each(|part| objects(part, visit));
    }
}

#[test]
fn a_member_of_a_response_is_optional_only_if_some_responses_lack_it() {
    let contract = tribuna::app::contract().unwrap();
    let left_out = left_out_of_some();
    for document in [&contract.delivery, &contract.management] {
        let mut sent = BTreeSet::new();
        for item in document["paths"].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                reached(&operation["responses"], document, &mut sent);
            }
        }
        for name in &sent {
            objects(&document["components"]["schemas"][name], &mut |object| {
                let required = object["required"].as_array().cloned().unwrap_or_default();
                for member in object["properties"].as_object().unwrap().keys() {
                    let is_optional = !required.contains(&member.as_str().into());
                    let may_be_absent = left_out.contains(&(name.clone(), member.clone()));
                    assert!(
                        !is_optional || may_be_absent,
                        "{name}.{member} is always sent"
                    );
                }
            });
        }
    }
}

#[test]
fn a_request_may_leave_out_what_a_response_always_has() {
    let management = tribuna::app::contract().unwrap().management;
    let schemas = &management["components"]["schemas"];
    for (name, required) in [
        ("Seo", serde_json::json!(["title", "description"])),
        ("SeoInput", Value::Null),
    ] {
        assert_eq!(schemas[name]["required"], required, "{name}");
    }
    let seo = schemas["PostInput"].to_string() + &schemas["TranslationInput"].to_string();
    assert!(!seo.contains("schemas/Seo\""), "{seo}");
}
