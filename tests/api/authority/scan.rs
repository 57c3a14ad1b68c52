//! Finds the functions that take an actor in the source text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Finds the public functions below `folder` that take an actor, as `room/file::function`.
pub fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = path.strip_prefix(root).unwrap().with_extension("");
            let module = module.to_str().unwrap().replace('\\', "/");
            let module = module.trim_end_matches("/mod");
            let text = fs::read_to_string(&path).unwrap();
            found.extend(taking_an_actor(&text).map(|name| format!("{module}::{name}")));
        }
    }
}

fn taking_an_actor(text: &str) -> impl Iterator<Item = &str> {
    let after = [
        "pub fn ",
        "pub async fn ",
        "pub(crate) fn ",
        "pub(crate) async fn ",
    ]
    .into_iter()
    .flat_map(move |start| text.split(start).skip(1));
    after.filter_map(|rest| {
        let name = &rest[..rest.find(['(', '<'])?];
        let head = &rest[..rest.find("{\n").unwrap_or(rest.len())];
        let parameters = head.split("->").next().unwrap();
        let mut behind = parameters.split(": By").skip(1);
        behind
            .any(|part| part.starts_with([',', ')']))
            .then_some(name)
    })
}

#[test]
fn the_scan_finds_an_actor_among_the_parameters() {
    let text = "pub fn a(conn: &mut Conn, by: By) -> Result<()> {\n}\npub async fn b<T>(\n    by: By,\n) {\n}\n\
                fn c(by: By) {\n}\npub fn d() -> By {\n}\npub fn e(line: Byline) {\n}\n";
    assert_eq!(taking_an_actor(text).collect::<Vec<_>>(), ["a", "b"]);
}
