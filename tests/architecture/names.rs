//! The rule that `http` and the small types name no resource: no segment and no variable of a resource's path. Otherwise a new
//! resource would require changes there. A resource declares its particular properties with its operations or in `surfaces`.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::{Import, SMALL, assert_none, imports, root, sources};

/// The variables that belong to small types.
const OWN_VARIABLES: [&str; 2] = ["id", "lang"];
/// The path segments that select a surface. The paths below `auth` belong to the sessions surface.
const SURFACES: [&str; 3] = ["v1", "admin", "auth"];
/// The small types that belong to a resource. `http` must not import them.
const OWN_TYPES: [&str; 1] = ["translation_id"];
/// The list of kinds, from which their paths are derived. It may name resources.
const KINDS: &str = "src/kind.rs";

/// The names in the paths of resources.
struct Names {
    segments: BTreeSet<String>,
    variables: BTreeSet<String>,
}

impl Names {
    /// Reads the names from the committed documents.
    fn documented() -> Self {
        let mut paths = BTreeSet::new();
        for file in ["delivery", "management"] {
            let text = fs::read_to_string(root().join(format!("openapi/{file}.json"))).unwrap();
            let document: Value = serde_json::from_str(&text).unwrap();
            paths.extend(document["paths"].as_object().unwrap().keys().cloned());
        }
        Self::of(paths.iter().map(String::as_str))
    }

    fn of<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let paths = paths.filter(|path| path.starts_with("/v1/") && !path.starts_with("/v1/auth/"));
        let segments: BTreeSet<&str> = paths.flat_map(|path| path.split('/').skip(1)).collect();
        let (named, said): (Vec<&str>, Vec<&str>) = segments
            .into_iter()
            .partition(|segment| segment.contains('{'));
        let variables = named.iter().flat_map(|segment| segment.split('{').skip(1));
        let variables = variables.map(|rest| rest.split('}').next().unwrap());
        let owned = |names: Vec<&str>, own: &[&str]| {
            let names = names.into_iter().filter(|name| !own.contains(name));
            names.map(str::to_owned).collect()
        };
        Self {
            segments: owned(said, &SURFACES),
            variables: owned(variables.collect(), &OWN_VARIABLES),
        }
    }

    /// Returns the names that a string literal contains: alone, as part of a path, or before a colon, as in a surrogate key.
    /// Words of a sentence do not count.
    fn held_by(&self, literal: &str) -> Vec<&str> {
        let segments = self.segments.iter().filter(|name| {
            literal == *name
                || parts(literal, name).any(|(before, after)| {
                    let is_key = after.starts_with(':') && !after[1..].starts_with([' ', ':']);
                    before.ends_with('/') || is_key && !after[1..].is_empty()
                })
        });
        let variables = self
            .variables
            .iter()
            .filter(|name| literal == *name || literal.contains(&format!("/{{{name}}}")));
        segments.chain(variables).map(String::as_str).collect()
    }
}

/// Returns the text before and after each occurrence of `name` as a separate word.
fn parts<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices(name)
        .map(|(start, name)| (&text[..start], &text[start + name.len()..]))
        .filter(move |(before, after)| !before.ends_with(is_word) && !after.starts_with(is_word))
}

/// Returns the string literals of the code with their line numbers. Comments and tests are skipped.
fn literals(text: &str) -> Vec<(usize, String)> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let from = &rest[at..];
        let line = code[..code.len() - from.len()].matches('\n').count() + 1;
        let raw = rest[..at].ends_with("r#") || rest[..at].ends_with('r');
        let length = match from.as_bytes() {
            [b'/', b'/', ..] => from.find('\n').unwrap_or(from.len()),
            [b'\'', b'\\', ..] => 4.min(from.len()),
            [b'\'', _, b'\'', ..] => 3,
            [b'"', ..] => {
                let inside = &from[1..];
                let end = match (raw, rest[..at].ends_with('#')) {
                    (true, true) => inside.find("\"#"),
                    (true, false) => inside.find('"'),
                    (false, _) => end_of_escaped(inside),
                };
                let end = end.unwrap_or(inside.len());
                found.push((line, inside[..end].to_owned()));
                (end + 2).min(from.len())
            }
            _ => 1,
        };
        rest = &from[length..];
    }
    found
}

fn end_of_escaped(inside: &str) -> Option<usize> {
    let mut escaped = false;
    inside.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[test]
fn http_and_small_types_name_no_resource() {
    let names = Names::documented();
    assert!(names.segments.contains("posts") && names.variables.contains("id_or_slug"));
    let bound = |file: &str| {
        let module = Import::module(file);
        let is_test = file.contains("/tests/") || file.ends_with("/tests.rs");
        (module == "http" || SMALL.contains(&module)) && file != KINDS && !is_test
    };
    let mut violations = Vec::new();
    for (file, text) in sources().iter().filter(|(file, _)| bound(file)) {
        for (line, literal) in literals(text) {
            for name in names.held_by(&literal) {
                violations.push(format!(
                    "{file}:{line}: names {name}, which belongs to a resource: \"{literal}\""
                ));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn http_imports_no_type_of_a_resource() {
    let violations: Vec<String> = imports()
        .iter()
        .filter(|import| import.from() == "http" && OWN_TYPES.contains(&import.part(0)))
        .map(|import| import.breaks("the type belongs to a resource"))
        .collect();
    assert_none(&violations);
}

#[test]
fn a_name_is_found_alone_in_a_path_and_in_a_key_but_not_in_a_sentence() {
    let paths = ["/v1/posts/{id_or_slug}", "/v1/admin/copies/{from}...{to}"];
    let names = Names::of(paths.into_iter());
    for (literal, held) in [
        ("posts", true),
        ("</v1/posts?limit=20>", true),
        ("lang:fr posts:fr", true),
        ("id_or_slug", true),
        ("to", true),
        ("/x/{from}", true),
        ("no posts here", false),
        ("moved to {to}", false),
        ("/postscript", false),
        ("/v1/admin/{id}", false),
    ] {
        assert_eq!(!names.held_by(literal).is_empty(), held, "{literal}");
    }
}

#[test]
fn literals_are_read_without_comments_and_tests() {
    let text = "// \"a\"\nlet x = ('\"', \"b\\\"c\"); /// \"d\"\nlet y = r#\"e\"f\"#;\n#[cfg(test)]\n\"g\"";
    let found = literals(text);
    assert_eq!(found, [(2, "b\\\"c".to_owned()), (3, "e\"f".to_owned())]);
}
