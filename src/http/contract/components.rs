//! Components of a document: inlined schemas become references, unused components go, and the rest is sorted.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Puts a `$ref` back where a component is the same: utoipa writes out the inside of a generic frame (`Page<T>`, `Data<Vec<T>>`)
/// at each place.
pub fn share_inlined(document: &mut Value) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, frame) in schemas.iter_mut() {
        let Some((kind, inner)) = name.split_once('_') else {
            continue;
        };
        let (place, inner) = match (kind, inner.strip_prefix("Vec_")) {
            ("Page", _) => ("/properties/data/items", inner),
            (_, Some(item)) => ("/properties/data/items", item),
            _ => ("/properties/data", inner),
        };
        if let (true, Some(inlined)) = (names.contains(inner), frame.pointer_mut(place)) {
            *inlined = json!({ "$ref": format!("#/components/schemas/{inner}") });
        }
        if let Some(list) = frame
            .pointer_mut("/properties/data")
            .and_then(Value::as_object_mut)
            && !list.contains_key("$ref")
        {
            list.entry("description")
                .or_insert_with(|| "The items, in order.".into());
        }
    }
}

/// Moves the description of an `Option<T>` member from beside the `$ref` within its `oneOf`, where utoipa writes it, to the member.
pub fn lift_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let branches = members.get_mut("oneOf").and_then(Value::as_array_mut);
            let lifted = branches.and_then(|branches| {
                let mut of_refs = branches
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .filter(|branch| branch.contains_key("$ref"));
                match (of_refs.next(), of_refs.next()) {
                    (Some(only), None) => only.shift_remove("description"),
                    _ => None,
                }
            });
            if let Some(description) = lifted {
                members.insert("description".into(), description);
            }
            members.values_mut().for_each(lift_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(lift_descriptions),
        _ => {}
    }
}

/// Removes the components that no operation of this document refers to, and sorts the others.
pub fn prune(document: &mut Value) {
    let mut wanted = BTreeSet::new();
    if let Some(paths) = document.get("paths") {
        references(paths, &mut wanted);
    }
    loop {
        let mut more = wanted.clone();
        for target in &wanted {
            if let Some(component) = document.pointer(target) {
                references(component, &mut more);
            }
        }
        if more.len() == wanted.len() {
            break;
        }
        wanted = more;
    }
    for section in ["schemas", "responses", "headers"] {
        if let Some(components) = document
            .pointer_mut(&format!("/components/{section}"))
            .and_then(Value::as_object_mut)
        {
            components.retain(|name, _| wanted.contains(&format!("/components/{section}/{name}")));
            sort_by_key(components);
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        sort_by_key(paths);
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                found.insert(target.trim_start_matches('#').to_owned());
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(list) => list.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// Sorts the members by name.
pub fn sort_by_key(map: &mut Map<String, Value>) {
    let mut members: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    map.extend(members);
}
