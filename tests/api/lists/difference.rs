//! Describes the difference between two answers briefly.

use serde_json::Value;

/// Describes the first place where the answers differ.
pub fn difference(expected: &Value, got: &Value) -> Option<String> {
    if expected == got {
        return None;
    }
    if let (Value::Array(expected), Value::Array(got)) = (expected, got)
        && labels(expected) != labels(got)
    {
        let list = |all: &[Value]| format!("{} items:\n  {}", all.len(), labels(all).join("\n  "));
        return Some(format!("expected {}\ngot {}", list(expected), list(got)));
    }
    let (place, expected, got) = first(String::new(), expected, got);
    Some(format!("at {place:?}\nexpected {expected:#}\ngot {got:#}"))
}

/// Enough of each item to identify it.
fn labels(items: &[Value]) -> Vec<String> {
    let label = |item: &Value| {
        let members = ["id", "lang", "slug", "name", "title"];
        let shown = members.iter().filter_map(|name| item.get(name)?.as_str());
        let shown: Vec<&str> = shown.collect();
        let label = if shown.is_empty() {
            item.to_string()
        } else {
            shown.join(" ")
        };
        label.chars().take(LONGEST_LABEL).collect()
    };
    items.iter().map(label).collect()
}

const LONGEST_LABEL: usize = 90;

/// The JSON Pointer of the first difference, and both values.
fn first(place: String, expected: &Value, got: &Value) -> (String, Value, Value) {
    match (expected, got) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            let (index, (a, b)) = pairs.find(|(_, (a, b))| a != b).expect("a difference");
            first(format!("{place}/{index}"), a, b)
        }
        (Value::Object(a), Value::Object(b))
            if a.keys().all(|name| b.contains_key(name)) && a.len() == b.len() =>
        {
            let name = a
                .keys()
                .find(|name| a[*name] != b[*name])
                .expect("a difference");
            first(format!("{place}/{name}"), &a[name], &b[name])
        }
        _ => (place, expected.clone(), got.clone()),
    }
}
