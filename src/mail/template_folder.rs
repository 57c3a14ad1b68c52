//! The folder with the templates of the operator: `layout.html`, and one folder for each language with files named like the
//! templates. Other files are left alone, unless they look like templates.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::built_in::{FOOTER, LAYOUT};
use super::message::Template;
use crate::lang::Lang;

/// The maximum length of a template.
const LONGEST: u64 = 64 * 1024;

/// A template of the operator.
#[derive(Debug, Clone)]
pub struct TemplateFile {
    /// The path, for messages.
    pub path: PathBuf,
    /// The name: `layout.html`, or that of the language and the file, such as `fr/comment_reply.txt`.
    pub name: String,
    /// The purpose.
    pub of: Of,
    /// The content.
    pub source: String,
}

/// The purpose of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The frame of the HTML.
    Layout,
    /// A template in a language.
    Template(Lang, Template),
    /// The footer in a language.
    Footer(Lang),
}

/// Reads all templates of a folder. Returns them with the flaws of the folder.
pub fn files(folder: &Path) -> (Vec<TemplateFile>, Vec<String>) {
    let (mut found, mut flaws) = (Vec::new(), Vec::new());
    for path in entries(folder, &mut flaws) {
        let name = file_name(&path);
        if path.is_dir() {
            for file in entries(&path, &mut flaws) {
                add(&file, of_language(&name, &file), &mut found, &mut flaws);
            }
        } else {
            let of = match name == LAYOUT {
                true => Some(Ok(Of::Layout)),
                false => looks_like_one(&path).then(|| Err(misplaced())),
            };
            add(&path, of, &mut found, &mut flaws);
        }
    }
    (found, flaws)
}

/// Returns the paths in a folder, sorted.
fn entries(folder: &Path, flaws: &mut Vec<String>) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<io::Result<Vec<_>>>()
    });
    match read {
        Ok(mut paths) => {
            paths.retain(|path| !file_name(path).starts_with('.'));
            paths.sort();
            paths
        }
        Err(error) => {
            flaws.push(format!("{}: cannot be read: {error}", folder.display()));
            Vec::new()
        }
    }
}

/// Returns what a file in the folder of a language is; `None` if it does not look like a template.
fn of_language(lang: &str, file: &Path) -> Option<Result<Of, String>> {
    if !looks_like_one(file) {
        return None;
    }
    let Some(lang) = lang.parse::<Lang>().ok().filter(|tag| tag.as_str() == lang) else {
        return Some(Err(format!(
            "{lang} is not a language tag, such as fr or pt-BR"
        )));
    };
    let name = file_name(file);
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    Some(match name.parse() {
        Ok(template) => Ok(Of::Template(lang, template)),
        Err(_) if name == FOOTER => Ok(Of::Footer(lang)),
        Err(_) => Err(misplaced()),
    })
}

fn looks_like_one(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("txt" | "html"))
}

fn misplaced() -> String {
    let names = Template::ALL.map(|template| format!("{template}.txt"));
    format!(
        "is not the name of a template; expected {LAYOUT}, or in the folder of a language {} or {FOOTER}.txt",
        names.join(", ")
    )
}

fn add(
    path: &Path,
    of: Option<Result<Of, String>>,
    found: &mut Vec<TemplateFile>,
    flaws: &mut Vec<String>,
) {
    let read = match of {
        None => return,
        Some(of) => of.and_then(|of| {
            let source = read(path).map_err(|error| format!("cannot be read: {error}"))?;
            Ok((of, source))
        }),
    };
    match read {
        Ok((of, source)) => found.push(TemplateFile {
            path: path.to_owned(),
            name: of.name(),
            of,
            source,
        }),
        Err(flaw) => flaws.push(format!("{}: {flaw}", path.display())),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut source = String::new();
    let length = File::open(path)?
        .take(LONGEST + 1)
        .read_to_string(&mut source)?;
    match u64::try_from(length) {
        Ok(length) if length <= LONGEST => Ok(source),
        _ => Err(io::Error::other(format!(
            "it is longer than {LONGEST} bytes"
        ))),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

impl Of {
    fn name(&self) -> String {
        match self {
            Self::Layout => LAYOUT.to_owned(),
            Self::Template(lang, template) => format!("{lang}/{template}.txt"),
            Self::Footer(lang) => format!("{lang}/{FOOTER}.txt"),
        }
    }
}
