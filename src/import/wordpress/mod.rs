//! Reads a WordPress export (WXR 1.0 to 1.2) as [`Record`]s. The whole file is parsed first, so a malformed or truncated
//! file gives an error and no records. Everything that is not imported is named or counted.

mod authors;
mod autop;
mod body;
mod channel;
mod code;
mod comments;
mod footnotes;
mod links;
mod markup;
mod pages;
mod posts;
mod shortcodes;
mod terms;
mod text;
mod wxr;

use crate::lang::Lang;
use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use self::authors::Authors;
use self::channel::{Channel, Group};
use self::terms::Terms;
use super::record::Record;
use super::{Noted, ReadError};

/// The content of an export.
#[derive(Debug, Default)]
pub struct Export {
    /// The site's address: the source within which keys are unique.
    pub source: String,
    /// Authors, categories (parents first), tags, posts, pages (parents first), comments (those that are answered first).
    pub records: Vec<Record>,
    /// Posts that are not imported.
    pub skipped: Vec<Noted>,
    /// Changes made to imported posts and terms.
    pub notes: Vec<Noted>,
    /// The number of omitted items of each kind, such as attachments and menu items.
    pub left_out: BTreeMap<String, u64>,
}

/// Reads a complete export whose texts are in the language `lang`.
pub fn read(mut input: impl BufRead, lang: &Lang) -> Result<Export, ReadError> {
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::at(&[], 0, error.to_string()))?;
    let channel = wxr::parse(&bytes)?;
    drop(bytes);
    Ok(export(&channel, lang))
}

fn export(channel: &Channel, lang: &Lang) -> Export {
    let mut export = Export {
        source: source(&channel.about),
        ..Export::default()
    };
    let mut authors = Authors::listed(&channel.groups);
    let mut terms = Terms::listed(&channel.groups, &mut export.left_out);
    let (mut posts, mut pages, mut comments) = (Vec::new(), Vec::new(), Vec::new());
    let mut lines: HashMap<String, usize> = HashMap::new();
    for item in channel.groups.iter().filter(|group| group.name == "item") {
        if posts::left_out(item, &mut export.left_out) {
            continue;
        }
        if let Some(line) = lines.insert(posts::key(item), item.line) {
            let reason = format!("its number stands on line {line} already");
            export.skipped.push(Noted {
                what: posts::what(item),
                reason,
            });
        } else if let Some(post) = posts::read(item, lang, &mut authors, &mut terms, &mut export) {
            comments.extend(comments::read(item, lang, &mut export.left_out));
            if posts::is_page(item) {
                pages.push(pages::Page::new(item, post));
            } else {
                posts.push(post);
            }
        }
    }
    export.records.extend(authors.into_records());
    terms.into_records(lang, &mut export);
    export.records.extend(posts.into_iter().map(Record::Post));
    pages::into_records(pages, &mut export);
    export
        .records
        .extend(comments.into_iter().map(Record::Comment));
    export
}

fn source(about: &Group) -> String {
    let links =
        ["link", "wp:base_blog_url", "title"].map(|name| about.text(name).trim_end_matches('/'));
    links
        .into_iter()
        .find(|link| !link.is_empty())
        .unwrap_or("wordpress")
        .to_owned()
}

#[cfg(test)]
mod tests;
