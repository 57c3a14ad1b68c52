//! Ids of headings: the words of the heading, in its own script and in lower case, unique in the document.

use std::collections::{HashMap, HashSet};

use super::word_count;

/// The maximum length of an id, without the number that makes it unique.
const MAX_CHARS: usize = 80;

/// The heading ids of one document.
#[derive(Default)]
pub(super) struct Slugs {
    taken: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Slugs {
    /// Returns the id of a heading. If it is taken, a number is appended: `-2`, `-3` …
    pub(super) fn unique(&mut self, title: &str) -> String {
        let base = slug(title);
        let next = self.next.entry(base.clone()).or_insert(1);
        loop {
            let id = if *next == 1 {
                base.clone()
            } else {
                format!("{base}-{next}")
            };
            *next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

fn slug(title: &str) -> String {
    let mut slug = String::new();
    let mut length = 0;
    for (is_apart, word) in word_count::words(title) {
        let word: String = word
            .to_lowercase()
            .chars()
            .filter(|c| !is_punctuation(*c))
            .collect();
        length += word.chars().count() + 1;
        if length > MAX_CHARS && !slug.is_empty() {
            break;
        }
        if is_apart && !slug.is_empty() && !word.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().take(MAX_CHARS));
    }
    match slug.as_str() {
        "" => "section".to_owned(),
        _ if is_reserved(&slug) => format!("section-{slug}"),
        _ => slug,
    }
}

/// Returns whether ids such as this are reserved: `fn-2` and `fnref-2` for footnotes, `anchor-2` for other places.
fn is_reserved(slug: &str) -> bool {
    let word = slug.split_once('-').map_or(slug, |(word, _)| word);
    matches!(word, "fn" | "fnref" | "anchor")
}

/// Returns whether a character is punctuation that UAX 29 permits inside a word (`don't`, `3.5`), or a directional or
/// joining mark.
fn is_punctuation(c: char) -> bool {
    (c.is_ascii_punctuation() && c != '_') || matches!(c, '\u{2000}'..='\u{206f}' | '·' | '\u{ad}')
}
