//! Loads the templates of the operator, which replace those of the program by name. Each is tried before it is used: it must
//! parse, name only values that it has, and be written with and without the optional ones.

use std::path::Path;

use super::body;
use super::built_in::LANGUAGES;
use super::message::Template;
use super::template_folder::{self, Of, TemplateFile};
use super::templates::{Templates, subject};
use super::values::{COMMON, Declared, FOOTER, ValueKind, declared};
use crate::error::Error;

/// The names that the frame of the HTML may use.
const OF_LAYOUT: [&str; 5] = ["lang", "dir", "subject", "body", "footer"];

/// Compiles the texts of the program and those in the folder of the operator.
///
/// # Errors
/// Returns every flaw of the folder, with file and line.
pub fn load(folder: Option<&Path>) -> Result<Templates, Vec<String>> {
    let templates = Templates::built_in();
    let mut templates = templates.map_err(|error| vec![error.to_string()])?;
    let Some(folder) = folder else {
        return Ok(templates);
    };
    let (files, mut flaws) = template_folder::files(folder);
    for file in &files {
        let flaw = match templates.add(&file.name, &file.source) {
            Ok(()) => flaw(&templates, file),
            Err(error) => Some(told(file, &error)),
        };
        flaws.extend(flaw);
    }
    match flaws.is_empty() {
        true => Ok(templates),
        false => Err(flaws),
    }
}

/// Returns the flaw of a template that parses, with file and line; `None` if it has none.
fn flaw(templates: &Templates, file: &TemplateFile) -> Option<String> {
    let known = known(&file.of);
    let mut names = templates.names(&file.name);
    names.sort();
    let unknown = names
        .into_iter()
        .find(|name| !known.contains(&name.as_str()));
    if let Some(name) = unknown {
        let line = line_of(&file.source, &name);
        let path = file.path.display();
        return Some(format!(
            "{path}:{line}: {name} is not a value of this template; expected any of {}",
            known.join(", ")
        ));
    }
    let tried = match &file.of {
        Of::Layout => try_layout(templates),
        Of::Template(_, template) => try_text(templates, &file.name, declared(*template), true),
        Of::Footer(_) => try_text(templates, &file.name, FOOTER, false),
    };
    let path = file.path.display();
    match tried {
        Ok(()) => None,
        Err(Error::Internal(flaw)) => Some(format!("{path}: {}", with_line(&file.name, &flaw))),
        Err(other) => Some(format!("{path}: {other}")),
    }
}

/// Returns the error of a template that does not parse, with file and line.
fn told(file: &TemplateFile, error: &minijinja::Error) -> String {
    let (path, line) = (file.path.display(), error.line().unwrap_or(1));
    let detail = error.detail().unwrap_or("cannot be read");
    format!("{path}:{line}: {}: {detail}", error.kind())
}

fn known(of: &Of) -> Vec<&'static str> {
    let values = match of {
        Of::Layout => return OF_LAYOUT.to_vec(),
        Of::Template(_, template) => declared(*template),
        Of::Footer(_) => FOOTER,
    };
    values.iter().chain(COMMON).map(|one| one.name).collect()
}

/// Returns the first line that contains a name as a whole word.
fn line_of(source: &str, name: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_word(c)).any(|word| word == name);
    source.lines().position(has).map_or(1, |index| index + 1)
}

/// Puts the line of an error of the template engine to the front.
fn with_line(name: &str, flaw: &str) -> String {
    let place = format!(" (in {name}:");
    match flaw.split_once(&place) {
        Some((flaw, rest)) => {
            let line = rest.split(')').next().unwrap_or_default();
            format!("line {line}: {flaw}")
        }
        None => flaw.to_owned(),
    }
}

/// Writes a text with all values, without the optional ones, and with each of the words.
fn try_text(
    templates: &Templates,
    name: &str,
    values: &[Declared],
    has_subject: bool,
) -> Result<(), Error> {
    let words = values.iter().map(|one| match one.kind {
        ValueKind::Word(words) => words.len(),
        ValueKind::Line | ValueKind::Url | ValueKind::Quote | ValueKind::Number => 1,
    });
    for word in 0..words.max().unwrap_or(1) {
        for with_optional in [true, false] {
            let values = values.iter().chain(COMMON);
            let given = values.map(|one| (*one, sample(one, word, with_optional)));
            let given: Vec<_> = given.collect();
            let written = templates.render(name, &given)?;
            if has_subject {
                subject(&written)?;
            }
        }
    }
    Ok(())
}

/// Returns an example of a value.
pub fn sample(value: &Declared, word: usize, with_optional: bool) -> Option<String> {
    if value.is_optional && !with_optional {
        return None;
    }
    Some(match value.kind {
        ValueKind::Word(words) => {
            let index = word.checked_rem(words.len()).unwrap_or_default();
            words.get(index).copied().unwrap_or_default().to_owned()
        }
        ValueKind::Line | ValueKind::Url | ValueKind::Quote | ValueKind::Number => {
            value.sample.to_owned()
        }
    })
}

fn try_layout(templates: &Templates) -> Result<(), Error> {
    for lang in LANGUAGES {
        let lang = lang
            .parse()
            .map_err(|flaw: &str| Error::Internal(flaw.to_owned()))?;
        let body = declared(Template::CommentReply).iter();
        let body = body.filter_map(|one| Some(body::marked(one.kind, &sample(one, 0, true)?)));
        let body = body::parse(&body.collect::<Vec<_>>().join("\n"));
        templates.complete(lang, &body::parse_line("x"), &body, &body)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
