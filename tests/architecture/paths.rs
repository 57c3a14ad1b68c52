//! What the architecture document names exists.

use std::path::Path;

const DOCUMENT: &str = include_str!("../../docs/architecture.md");

/// The paths in code spans that begin at the root, each perhaps with an item: `src/db/pool.rs::open`.
fn named() -> impl Iterator<Item = &'static str> {
    let spans = DOCUMENT.split('`').skip(1).step_by(2);
    let is_path = |span: &&str| span.starts_with("src/") || span.starts_with("tests/");
    // An example of a resource that somebody may add.
    spans
        .filter(is_path)
        .filter(|span| !span.contains("podcasts"))
}

#[test]
fn every_file_and_item_in_the_document_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut items = 0;
    for name in named() {
        let (file, item) = match name.split_once("::") {
            Some((file, item)) => (file, Some(item)),
            None => (name, None),
        };
        let path = root.join(file);
        assert!(path.exists(), "{name}: there is no such file");
        if let Some(item) = item {
            let text = std::fs::read_to_string(path).unwrap();
            let kinds = ["fn ", "enum ", "struct ", "const ", "macro_rules! "];
            let is_there = kinds.iter().any(|kind| {
                let start = format!("{kind}{item}");
                let mut after = text.split(&start).skip(1);
                after.any(|rest| rest.starts_with(['(', '<', ' ', ':', '{']))
            });
            assert!(is_there, "{name}: there is no such item");
            items += 1;
        }
    }
    assert!(items > 10, "only {items} items are named");
}
