//! Architecture rules that the compiler does not enforce. They restrict imports between modules and the names of files. `http`
//! names no resource, and delivery never reads a working copy. Each violation is reported with its file and rule, and with its
//! line if it has one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "architecture/comments.rs"]
mod comments;
#[path = "architecture/line_length.rs"]
mod line_length;
#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/paths.rs"]
mod paths;
#[path = "architecture/tables.rs"]
mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Small types, which every module may import. They import only each other and the SQL types in which they are stored.
const SMALL: &[&str] = &[
    "any_of",
    "by_lang",
    "clock",
    "collation",
    "email",
    "error",
    "fields",
    "id",
    "kind",
    "lang",
    "languages",
    "licence",
    "named_ref",
    "logging",
    "page",
    "patch",
    "plain_words",
    "post_type",
    "request_id",
    "secret_rotation",
    "secret_token",
    "sha256",
    "shutdown",
    "slug",
    "surrogate_keys",
    "text",
    "timestamp",
    "translation_id",
    "user_ref",
    "version",
    "written_time",
    "schema",
];

/// The top-level modules in layers, from top to bottom. A module imports only itself, modules below it and small types.
const WINGS: [&str; 26] = [
    "cli",
    "app",
    "demo",
    "import",
    "surfaces",
    "operations",
    "community",
    "editorial",
    "followers",
    "publications",
    "catalogue",
    "requests",
    "accounts",
    "delivery",
    "mail",
    "state",
    "secrets",
    "changes",
    "postings",
    "slugs",
    "jobs",
    "docs",
    "http",
    "db",
    "config",
    "content",
];

/// Pairs of modules that must be independent of each other. The first must not import the second, although the layers allow it.
const STRANGERS: [(&str, &str); 2] = [("http", "db"), ("http", "content")];

/// The only module in `WINGS` that a small type may import besides [`STORAGE`]: logging reads its settings at startup.
const LOGGING: (&str, &str) = ("logging", "config");

/// The part of the database that small types may import: the SQL types for which they implement diesel's traits.
const STORAGE: &str = "db::sql_types";

/// Module names that describe no responsibility.
const DRAWERS: [&str; 8] = [
    "common", "dto", "helper", "helpers", "misc", "types", "util", "utils",
];

/// A path that begins with `crate::`, anywhere in the code.
struct Import {
    file: String,
    line: usize,
    /// The path without `crate::`.
    path: String,
}

impl Import {
    /// Returns the part of the path at `depth`, or an empty string.
    fn part(&self, depth: usize) -> &str {
        self.path.split("::").nth(depth).unwrap_or_default()
    }

    /// Returns the top-level module that contains the import.
    fn from(&self) -> &str {
        Self::module(&self.file)
    }

    /// Returns the top-level module of a file.
    fn module(file: &str) -> &str {
        let rest = file.trim_start_matches("src/");
        let end = rest.find(['/', '.']).unwrap_or(rest.len());
        &rest[..end]
    }

    fn breaks(&self, rule: &str) -> String {
        format!(
            "{}:{}: imports {}, but {rule}",
            self.file, self.line, self.path
        )
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the path and the text of every Rust file below `src`. Paths are relative to the root of the project.
fn sources() -> Vec<(String, String)> {
    let mut folders = vec![root().join("src")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 50, "found only {} files", files.len());
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            (name.replace('\\', "/"), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

fn imports_of(file: &str, text: &str) -> Vec<Import> {
    let mut imports = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (start, _) in without_comment(line).match_indices("crate::") {
            let path = &line[start + "crate::".len()..];
            let end = path.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
            imports.push(Import {
                file: file.to_owned(),
                line: number + 1,
                path: path[..end.unwrap_or(path.len())]
                    .trim_end_matches(':')
                    .to_owned(),
            });
        }
    }
    imports
}

fn imports() -> Vec<Import> {
    let sources = sources();
    let imports = sources
        .iter()
        .flat_map(|(file, text)| imports_of(file, text));
    let imports: Vec<Import> = imports.collect();
    assert!(imports.len() > 100, "found only {} imports", imports.len());
    imports
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn imports_point_down_only() {
    assert_none(&floor_violations(&imports()));
}

fn floor_violations(imports: &[Import]) -> Vec<String> {
    let place = |module: &str| WINGS.iter().position(|wing| *wing == module);
    let broken = imports.iter().filter_map(|import| {
        let (from, to) = (import.from(), import.part(0));
        if to.is_empty() {
            return Some(import.breaks("each `use` names one path, so that this test can read it"));
        }
        if matches!(from, "lib" | "main") || from == to || SMALL.contains(&to) {
            return None;
        }
        if SMALL.contains(&from) {
            let may = import.path.starts_with(STORAGE) || LOGGING == (from, to);
            return (!may).then(|| import.breaks("a small type imports no wing"));
        }
        let (Some(above), Some(below)) = (place(from), place(to)) else {
            return Some(import.breaks("WINGS in tests/architecture.rs does not list both"));
        };
        if above > below {
            return Some(import.breaks(&format!("{to} stands above {from}")));
        }
        STRANGERS
            .contains(&(from, to))
            .then(|| import.breaks("the two do not know each other"))
    });
    broken.collect()
}

#[test]
fn files_import_each_other_without_a_circle() {
    assert_none(&circles(&sources()));
}

/// Returns the module path of a file below `src`: `db` for `src/db/mod.rs`.
fn module_of(file: &str) -> String {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    path.trim_end_matches("/mod").replace('/', "::")
}

/// Returns every path in the code that begins with `crate` or `super`, as an absolute path without `crate`. Tests at the end of
/// the file are skipped.
fn paths_of(module: &str, text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: Vec<&str> = code.lines().map(without_comment).collect();
    let code = code.join("\n");
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let mut paths = Vec::new();
    for root in ["crate::", "super::"] {
        for (start, _) in code.match_indices(root) {
            // This match is inside a longer path, which is read from its beginning.
            if code[..start].ends_with(is_word) {
                continue;
            }
            let rest = &code[start..];
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (path, behind) = rest.split_at(end);
            let listed = behind
                .strip_prefix('{')
                .and_then(|list| list.split('}').next());
            for name in listed.unwrap_or_default().split(',') {
                paths.push(absolute(module, &format!("{path}{}", name.trim())));
            }
        }
    }
    paths
}

fn absolute(module: &str, path: &str) -> String {
    let mut base: Vec<&str> = match path.starts_with("super::") {
        true => module.split("::").collect(),
        false => Vec::new(),
    };
    for part in path.split("::") {
        match part {
            "crate" | "self" | "" => {}
            "super" => drop(base.pop()),
            name => base.push(name),
        }
    }
    base.join("::")
}

/// Returns every import between files that is part of a cycle. References from a `mod.rs` to its own files without `crate` do
/// not count.
fn circles(sources: &[(String, String)]) -> Vec<String> {
    let modules: BTreeSet<String> = sources.iter().map(|(file, _)| module_of(file)).collect();
    let mut edges: BTreeSet<(String, String)> = BTreeSet::new();
    for (file, text) in sources {
        let from = module_of(file);
        for path in paths_of(&from, text) {
            let parts: Vec<&str> = path.split("::").collect();
            let to = (1..=parts.len())
                .rev()
                .map(|depth| parts[..depth].join("::"));
            let to = to.into_iter().find(|module| modules.contains(module));
            edges.extend(to.filter(|to| *to != from).map(|to| (from.clone(), to)));
        }
    }
    let round = edges.iter().filter(|(from, to)| reaches(&edges, to, from));
    round
        .map(|(from, to)| {
            format!("{from} imports {to}, and {to} imports it, directly or through others")
        })
        .collect()
}

/// Returns whether one module imports another, directly or through others.
fn reaches(edges: &BTreeSet<(String, String)>, from: &str, goal: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        if module == goal {
            return true;
        }
        let imported = edges.iter().filter(|(importer, _)| importer == module);
        open.extend(
            imported
                .map(|(_, to)| to.as_str())
                .filter(|to| seen.insert(to)),
        );
    }
    false
}

#[test]
fn the_table_of_resources_names_each_once() {
    let table = fs::read_to_string(root().join("src/surfaces/mod.rs")).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter_map(|line| {
            let row = line.trim().strip_prefix("Resource::new(")?;
            row.split_once("::routes")
        })
        .map(|(room, _)| room)
        .collect();
    assert!(rows.len() > 3, "found only {rows:?}");
    let once: BTreeSet<&&str> = rows.iter().collect();
    assert_eq!(once.len(), rows.len(), "{rows:?}");
}

#[test]
fn no_module_is_a_drawer_for_anything() {
    let violations: Vec<String> = sources()
        .iter()
        .filter(|(file, _)| {
            let parts = file.trim_end_matches(".rs").split('/');
            parts.into_iter().any(|part| DRAWERS.contains(&part))
        })
        .map(|(file, _)| format!("{file}: name it by what it is, not {}", DRAWERS.join(", ")))
        .collect();
    assert_none(&violations);
}

#[test]
fn every_module_opens_by_saying_what_it_is_responsible_for() {
    let violations: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(file, _)| format!("{file}:1: a module opens with `//!`"))
        .collect();
    assert_none(&violations);
}

/// Tests of the rules with made-up files, to prove that each rule detects violations.
mod rules {
    use super::*;

    fn found(file: &str, text: &str) -> Vec<String> {
        floor_violations(&imports_of(file, text))
    }

    #[test]
    fn a_path_up_is_found_in_a_use_and_in_the_middle_of_code() {
        assert_eq!(
            found("src/db/pool.rs", "use crate::http::response::Data;"),
            ["src/db/pool.rs:1: imports http::response::Data, but http stands above db"]
        );
        assert_eq!(
            found("src/http/a.rs", "\nlet x = crate::db::read(1);").len(),
            1
        );
        assert_eq!(found("src/id.rs", "use crate::db::Conn;").len(), 1);
        assert_eq!(found("src/import/a.rs", "use crate::cli::Input;").len(), 1);
        assert_eq!(found("src/db/a.rs", "use crate::{http, id};").len(), 1);
        assert_eq!(found("src/new/a.rs", "use crate::http::response;").len(), 1);
        assert_eq!(
            found("src/catalogue/tags/api.rs", "use crate::editorial::posts;").len(),
            1
        );
    }

    #[test]
    fn a_path_down_and_a_comment_are_fine() {
        assert!(found("src/id.rs", "use crate::db::sql_types;").is_empty());
        assert!(
            found(
                "src/catalogue/tags/api.rs",
                "use crate::http::response::Data;"
            )
            .is_empty()
        );
        assert!(found("src/db/a.rs", "// see crate::http\n/// [`crate::cli`]").is_empty());
    }

    #[test]
    fn a_circle_of_files_is_found_and_a_chain_is_not() {
        let file = |name: &str, text: &str| (format!("src/{name}.rs"), text.to_owned());
        let chain = [
            file("a/mod", "use super::b::{self, Thing};"),
            file(
                "b",
                "// crate::a\nuse crate::c::Other;\n#[cfg(test)]\nuse crate::a;",
            ),
            file("c", ""),
        ];
        assert_eq!(circles(&chain), Vec::<String>::new());
        let circle = [
            file("a/one", "use super::two::Thing;"),
            file("a/two", "use crate::b::{\n    self, Thing,\n};"),
            file("b", "fn f() { crate::a::one::g() }"),
            file("c", "use crate::a::one;"),
        ];
        assert_eq!(circles(&circle).len(), 3, "{:?}", circles(&circle));
    }
}
