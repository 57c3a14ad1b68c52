//! A first pass over sanitised HTML that finds what the second needs to know before it gets there: the ids of headings, the
//! places that links within the text lead to, and the figures that hold a player.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use percent_encoding::percent_decode_str;

use super::{
    Heading,
    allow_list::{self, Shape},
    lexer::{Lexer, Tag, Token},
    plain_text::{PlainText, decoded},
    sanitize::without_controls,
    slug::Slugs,
    word_count,
};

/// The prefix of ids of places that are not headings. No id of a heading begins with it.
const PREFIX: &str = "anchor-";

/// The headings of a text, and the ids under which its places stay. Ids are escaped for HTML.
pub(super) struct Anchors {
    /// Every heading in document order, those without a title too.
    pub headings: Vec<Heading>,
    /// The id of each place, by the name that the writer gave it.
    ids: HashMap<String, String>,
}

impl Anchors {
    /// Finds the anchors of sanitised HTML.
    pub(super) fn find(sanitized: &str) -> Self {
        let mut finder = Finder::default();
        for token in Lexer::new(sanitized) {
            match token {
                Token::Text(text) => finder.text(text),
                Token::Start(tag) => finder.start(&tag),
                Token::End(name) => finder.end(&name),
            }
        }
        finder.finish()
    }

    /// The id of the place that the tag names, if it stays.
    pub(super) fn id(&self, tag: &Tag<'_>) -> Option<Cow<'_, str>> {
        let name = name(tag)?;
        if is_footnote(tag, name) {
            return Some(Cow::Owned(name.to_owned()));
        }
        let id = self.ids.get(&*decoded(name))?;
        id.starts_with(PREFIX).then_some(Cow::Borrowed(id))
    }

    /// The address of a link after the places got their ids.
    pub(super) fn href<'a>(&'a self, href: &'a str) -> Cow<'a, str> {
        let ids = names(href).into_iter();
        let mut ids = ids.filter_map(|name| self.ids.get(&*name));
        ids.next()
            .map_or(Cow::Borrowed(href), |id| Cow::Owned(format!("#{id}")))
    }
}

#[derive(Default)]
struct Finder {
    slugs: Slugs,
    headings: Vec<Heading>,
    open: Option<OpenHeading>,
    ids: HashMap<String, String>,
    /// The names that links lead to.
    wanted: HashSet<String>,
}

struct OpenHeading {
    level: u8,
    name: Option<String>,
    title: PlainText,
}

impl Finder {
    fn text(&mut self, text: &str) {
        if let Some(heading) = &mut self.open {
            heading.title.text(&decoded(&without_controls(text)));
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if let Some(heading) = &mut self.open {
            heading.title.start(tag);
        }
        if tag.name == "a" {
            let names = names(tag.get("href").unwrap_or_default()).into_iter();
            self.wanted.extend(names.map(Cow::into_owned));
        }
        let name = name(tag).filter(|name| !is_footnote(tag, name));
        if let Some(level) = heading_level(&tag.name) {
            self.open = Some(OpenHeading {
                level,
                name: name.map(|name| decoded(name).into_owned()),
                title: PlainText::default(),
            });
        } else if let Some(name) = name {
            let id = if name.starts_with(PREFIX) {
                name.to_owned()
            } else {
                format!("{PREFIX}{name}")
            };
            self.ids.entry(decoded(name).into_owned()).or_insert(id);
        }
    }

    fn end(&mut self, name: &str) {
        if heading_level(name).is_none() {
            if let Some(heading) = &mut self.open {
                heading.title.end(name);
            }
            return;
        }
        let Some(OpenHeading { level, name, title }) = self.open.take() else {
            return;
        };
        let title = word_count::single_line(&title.finish());
        let id = self.slugs.unique(&title);
        if let Some(name) = name {
            self.ids.entry(name).or_insert_with(|| id.clone());
        }
        self.headings.push(Heading { level, id, title });
    }

    fn finish(mut self) -> Anchors {
        let wanted = self.wanted;
        self.ids.retain(|name, _| wanted.contains(name));
        Anchors {
            headings: self.headings,
            ids: self.ids,
        }
    }
}

/// The level of a heading; `None` for another element.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    let element = allow_list::find(name).filter(|element| element.shape == Shape::Heading)?;
    element.name.strip_prefix('h')?.parse().ok()
}

/// The name that a tag gives to its place.
fn name<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    tag.get("id").or_else(|| tag.get("name"))
}

/// Footnotes keep the ids that their links know.
fn is_footnote(tag: &Tag<'_>, name: &str) -> bool {
    match tag.name.as_str() {
        "li" => name.starts_with("fn-"),
        "a" => name.starts_with("fnref-"),
        _ => false,
    }
}

/// The names of the place in the text that a link may lead to: what follows `#`, as it is and decoded.
fn names(href: &str) -> Vec<Cow<'_, str>> {
    let Some(name) = href.strip_prefix('#').filter(|name| !name.is_empty()) else {
        return Vec::new();
    };
    let name = decoded(name);
    let plain = percent_decode_str(&name).decode_utf8();
    let plain = plain.ok().map(Cow::into_owned);
    let plain = plain.filter(|plain| *plain != *name).map(Cow::Owned);
    std::iter::once(name).chain(plain).collect()
}
