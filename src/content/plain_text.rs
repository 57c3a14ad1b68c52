//! Extracts the plain text of sanitised HTML: one line per block, a tab between the cells of a row, white space folded
//! except in `pre`. Footnote marks, their back-links and ruby annotations are not part of the text.

use std::borrow::Cow;

use super::{
    allow_list::{self, Element, Shape},
    lexer::Tag,
};

/// Collects the text while the HTML is read tag by tag.
#[derive(Default)]
pub(super) struct PlainText {
    text: String,
    gap: Gap,
    depth: usize,
    pre_depth: usize,
    /// The depth of the element whose content is being skipped.
    left_out: Option<usize>,
    paragraphs_only: bool,
    link_depth: usize,
    /// The place in the text where the present block begins.
    block: usize,
    /// The present block has words outside of links.
    has_words: bool,
    /// The present block has text in links.
    has_links: bool,
    /// The tag that was just read, if it is a part of a footnote mark.
    mark: Option<MarkPart>,
}

/// A footnote mark is a superscript link within the text: `sup` and `a`, either in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MarkPart {
    Superscript,
    Link,
}

/// The separator between the collected text and the next piece. The strongest of consecutive separators applies.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    /// A no-break space: `&nbsp;`.
    Hard(char),
    Space,
    Tab,
    Line,
}

impl PlainText {
    /// Collects paragraphs only: no headings, lists, tables, figures, code, asides or footnotes, and no blocks that consist
    /// of links: players, downloads, buttons.
    pub(super) fn of_paragraphs() -> Self {
        Self {
            paragraphs_only: true,
            ..Self::default()
        }
    }

    pub(super) fn start(&mut self, tag: &Tag<'_>) {
        let Some(element) = allow_list::find(&tag.name) else {
            return;
        };
        self.part(element.shape, &tag.name);
        if element.is_void() {
            return;
        }
        self.depth += 1;
        let is_left_out = matches!(tag.name.as_str(), "rt" | "rp")
            || matches!(tag.get("class"), Some("footnote-ref" | "footnote-backref"))
            || self.completes_mark(tag)
            || (self.paragraphs_only && !may_hold_paragraphs(element, tag));
        if is_left_out && self.left_out.is_none() {
            self.left_out = Some(self.depth);
        }
        self.pre_depth += usize::from(tag.name == "pre");
        self.link_depth += usize::from(tag.name == "a");
    }

    /// Returns whether the tag and the one right before it begin a footnote mark.
    fn completes_mark(&mut self, tag: &Tag<'_>) -> bool {
        let leads_within = || tag.get("href").is_some_and(|href| href.starts_with('#'));
        let part = match tag.name.as_str() {
            "sup" => Some(MarkPart::Superscript),
            "a" if leads_within() => Some(MarkPart::Link),
            _ => None,
        };
        let before = std::mem::replace(&mut self.mark, part);
        before.is_some() && part.is_some() && before != part
    }

    pub(super) fn end(&mut self, name: &str) {
        self.mark = None;
        let Some(element) = allow_list::find(name) else {
            return;
        };
        if self.left_out == Some(self.depth) {
            self.left_out = None;
        }
        self.depth = self.depth.saturating_sub(1);
        self.pre_depth = self.pre_depth.saturating_sub(usize::from(name == "pre"));
        self.link_depth = self.link_depth.saturating_sub(usize::from(name == "a"));
        self.part(element.shape, name);
    }

    /// Adds text with decoded entities.
    pub(super) fn text(&mut self, text: &str) {
        self.mark = None;
        if self.left_out.is_some() {
            return;
        }
        for c in text.chars() {
            match c {
                // A soft hyphen is a hint for the layout, not a letter.
                '\u{ad}' => {}
                _ if self.pre_depth > 0 && self.gap < Gap::Tab && c.is_whitespace() => {
                    self.preformatted(c)
                }
                '\u{a0}' | '\u{202f}' => self.gap = self.gap.max(Gap::Hard(c)),
                _ if c.is_whitespace() => self.gap = self.gap.max(Gap::Space),
                _ => self.push(c),
            }
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.end_block();
        let mut text = self.text;
        text.truncate(text.trim_end().len());
        text
    }

    fn part(&mut self, shape: Shape, name: &str) {
        let gap = match shape {
            Shape::Inline | Shape::RubyPart => return,
            Shape::Void if name == "br" => Gap::Line,
            Shape::Void => return,
            Shape::Cell => Gap::Tab,
            _ => {
                self.end_block();
                Gap::Line
            }
        };
        self.gap = self.gap.max(gap);
    }

    /// Drops the present block if it consists of links and is to be a paragraph.
    fn end_block(&mut self) {
        if self.paragraphs_only && self.has_links && !self.has_words {
            self.text.truncate(self.block);
        }
        self.block = self.text.len();
        (self.has_words, self.has_links) = (false, false);
    }

    fn preformatted(&mut self, c: char) {
        if !self.text.is_empty() {
            self.text.push(c);
        }
    }

    fn push(&mut self, c: char) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            match gap {
                Gap::None => {}
                Gap::Hard(space) => self.text.push(space),
                Gap::Space => self.text.push(' '),
                Gap::Tab => self.text.push('\t'),
                Gap::Line => self.text.push('\n'),
            }
        }
        self.text.push(c);
        self.has_words |= self.link_depth == 0 && c.is_alphanumeric();
        self.has_links |= self.link_depth > 0;
    }
}

fn may_hold_paragraphs(element: &Element, tag: &Tag<'_>) -> bool {
    match element.shape {
        Shape::Inline | Shape::RubyPart => true,
        Shape::Block => {
            let is_other = matches!(
                element.name,
                "aside" | "dl" | "figcaption" | "figure" | "ol" | "pre" | "summary" | "ul"
            );
            !is_other && tag.get("class") != Some("footnotes")
        }
        _ => false,
    }
}

/// Decodes the five entities that the sanitiser writes.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}");
    Cow::Owned(text.replace("&amp;", "&"))
}
