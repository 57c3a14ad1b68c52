//! The choice of the language in which a resource is shown.

use tribuna::timestamp::Timestamp;

use super::super::query::{ORIGINAL, Reader};
use super::super::world::{Lang, Post, Publication};

impl Reader {
    /// The languages to try for a text that is shown to every reader. Lookup needs no fallback here.
    pub fn chain_of_text(&self, beside: Option<Lang>, original: Lang) -> Vec<String> {
        let beside = beside.map(truncations).unwrap_or_default();
        let chain = match (self.lang, self.fallback.is_empty()) {
            (Some(lang), true) => truncations(lang),
            _ => self.chain(original),
        };
        [beside, chain].concat()
    }

    /// The languages to try for a resource with this original language, best first. A fallback uses RFC 4647 lookup.
    pub fn chain(&self, original: Lang) -> Vec<String> {
        let Some(lang) = self.lang else {
            return Vec::new();
        };
        if self.fallback.is_empty() {
            return vec![lang.into()];
        }
        let mut chain = truncations(lang);
        for entry in &self.fallback {
            match *entry {
                ORIGINAL => chain.push(original.into()),
                entry => chain.extend(truncations(entry)),
            }
        }
        chain
    }
}

/// `zh-Hant-TW`, `zh-Hant`, `zh`. A single letter is removed together with the subtag after it.
fn truncations(lang: Lang) -> Vec<String> {
    let mut all = vec![lang.to_owned()];
    let mut subtags: Vec<&str> = lang.split('-').collect();
    loop {
        subtags.pop();
        while subtags.last().is_some_and(|last| last.len() == 1) {
            subtags.pop();
        }
        if subtags.is_empty() {
            return all;
        }
        all.push(subtags.join("-"));
    }
}

/// The live publications of a post, by language.
pub fn live(post: &Post, now: Timestamp) -> Vec<(Lang, &Publication)> {
    let langs = post.publications.keys();
    langs
        .filter_map(|lang| Some((*lang, post.live_in(lang, now)?)))
        .collect()
}

/// The publication of a post that a reader is shown.
pub fn shown<'a>(
    post: &'a Post,
    reader: &Reader,
    now: Timestamp,
) -> Option<(Lang, &'a Publication)> {
    let live = live(post, now);
    let in_lang = |wanted: &str| live.iter().copied().find(|(lang, _)| *lang == wanted);
    if reader.lang.is_some() {
        return reader
            .chain(post.original)
            .iter()
            .find_map(|lang| in_lang(lang));
    }
    let first = live
        .iter()
        .copied()
        .min_by_key(|(lang, one)| (one.from, *lang));
    in_lang(post.original).or(first)
}
