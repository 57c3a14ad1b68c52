//! The walk through all operations of a document.

use serde_json::Value;

/// All operations of a document, with their paths and methods.
pub fn operations_of(document: &mut Value) -> impl Iterator<Item = (&String, &String, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let all = item.as_object_mut().into_iter().flatten();
        all.map(move |(method, operation)| (path, method, operation))
    })
}
