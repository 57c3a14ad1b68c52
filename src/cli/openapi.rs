//! `tribuna openapi`: the documents, out of the binary.

use std::path::Path;

use serde_json::Value;

use super::{Document, Failure, args, print};
use crate::app::contract;

/// Does what was asked.
///
/// # Errors
/// A [`Failure`] with a line that says what is wrong: which document is not current.
pub fn run(args: &args::Openapi) -> Result<(), Failure> {
    let contract = contract()?;
    let documents = [
        ("delivery.json", &contract.delivery),
        ("management.json", &contract.management),
    ];
    if let Some(document) = args.document {
        let chosen = match document {
            Document::Delivery => &contract.delivery,
            Document::Management => &contract.management,
        };
        return print(&text(chosen)?);
    }
    for (name, document) in documents {
        if let Some(folder) = &args.write {
            write(folder, name, &text(document)?)?;
        } else if let Some(folder) = &args.check {
            check(folder, name, &text(document)?)?;
        }
    }
    Ok(())
}

fn text(document: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(document).map_err(Failure::general)?;
    Ok(text + "\n")
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
    written.map_err(|error| Failure::general(format_args!("{}: {error}", path.display())))
}

fn check(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Ok(found) if found == text => Ok(()),
        Ok(_) => {
            let folder = folder.display();
            let renew = format!(
                "{} is not current; renew it with: tribuna openapi --write {folder}",
                path.display()
            );
            Err(Failure::general(renew))
        }
        Err(error) => Err(Failure::general(format_args!(
            "{}: {error}",
            path.display()
        ))),
    }
}
