//! `tribuna openapi`: prints the two documents, writes them to a folder, or compares them with the files there.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Document, Failure, Openapi, print};
use crate::app;

/// Runs the command.
///
/// # Errors
/// Returns a failure with exit code 1 if a document is not up to date, or if a file cannot be written.
pub fn run(args: &Openapi) -> Result<(), Failure> {
    let contract = app::contract().map_err(Failure::general)?;
    let documents = [
        ("delivery.json", text(&contract.delivery)?),
        ("management.json", text(&contract.management)?),
    ];
    if let Some(folder) = &args.write {
        write(folder, &documents)?;
    }
    if let Some(folder) = &args.check {
        check(folder, &documents)?;
    }
    let [(_, delivery), (_, management)] = &documents;
    match args.document {
        Some(Document::Delivery) => print(delivery),
        Some(Document::Management) => print(management),
        None => Ok(()),
    }
}

/// Returns the text of a document, indented and with a trailing newline, for readers and for `git diff`.
fn text(document: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(Failure::general)?;
    Ok(text + "\n")
}

fn write(folder: &Path, documents: &[(&str, String)]) -> Result<(), Failure> {
    let failed = |path: &Path, error| Failure::general(format_args!("{}: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, text) in documents {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

fn check(folder: &Path, documents: &[(&str, String)]) -> Result<(), Failure> {
    let stale: Vec<String> = documents
        .iter()
        .map(|(name, text)| (folder.join(name), text))
        .filter(|(path, text)| fs::read_to_string(path).ok().as_ref() != Some(*text))
        .map(|(path, _)| path.display().to_string())
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    let (files, folder) = (stale.join(", "), folder.display());
    Err(Failure::general(format_args!(
        "not current: {files}; renew with: tribuna openapi --write {folder}"
    )))
}
