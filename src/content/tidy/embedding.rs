//! Places what is embedded: in a figure between paragraphs, in a paragraph of its own, or as a link among words.

use super::{MAX_DEPTH, MAX_ELEMENTS, Open, TidyWriter, is_blank};
use crate::content::{
    allow_list::{Element, Shape},
    embeds::Embed,
    lexer::{Attribute, Tag},
    word_count::single_line,
};

impl TidyWriter<'_> {
    /// Writes a link to something embedded; in a figure, if it is from a provider whose player a click may load.
    pub(super) fn embed(&mut self, embed: &Embed) {
        if self.elements >= MAX_ELEMENTS {
            self.close_down_to(0);
            return self.text(&escaped(&embed.address));
        }
        self.leave_table_structure();
        // A link cannot be in another, which therefore ends before it and goes on after it.
        let link = self.innermost(|open| open.name == "a", Element::bounds_scope);
        let rest = link.and_then(|at| self.divide(at));
        self.place(embed);
        self.begin_rest(rest);
    }

    /// Writes the figure or the link outside of any other link.
    fn place(&mut self, embed: &Embed) {
        let is_in = |is: fn(&Open) -> bool| self.open.iter().any(is);
        let is_in_figure = is_in(|open| open.element.name == "figure");
        let has_room = self.open.len() + 2 <= MAX_DEPTH;
        let takes_figure = has_room && !is_in_figure && !is_in(|open| open.element.is_words_only());
        let is_among_words = self
            .open
            .last()
            .is_some_and(|open| open.element.is_words_only() || open.element.is_inline());
        if takes_figure && self.providers.player(&embed.address).is_some() {
            self.figure(embed);
        } else if is_among_words || is_in_figure || !has_room || self.paragraph().is_some() {
            self.words(embed);
        } else {
            self.open_named("p");
            self.link(embed);
            self.end("p");
        }
    }

    /// Writes the figure, after the beginning and before the rest of the paragraph in which it stands.
    fn figure(&mut self, embed: &Embed) {
        let rest = self.paragraph().and_then(|at| self.divide(at));
        self.open_named("figure");
        self.link(embed);
        self.end("figure");
        self.begin_rest(rest);
    }

    /// Begins the second part of a divided element.
    fn begin_rest(&mut self, rest: Option<(&'static Element, String)>) {
        if let Some((element, tag)) = rest {
            let start = self.html.len();
            self.html.push_str(&tag);
            self.open.push(Open {
                element,
                start,
                content: self.html.len(),
                is_rest: true,
            });
        }
    }

    /// Ends the paragraph or link at this depth, or drops it if it is empty so far. Returns its element and its start tag.
    fn divide(&mut self, depth: usize) -> Option<(&'static Element, String)> {
        let open = self.open.get(depth..)?;
        let Open {
            element,
            start,
            content,
            ..
        } = *open.first()?;
        let tag = self.html.get(start..content)?.to_owned();
        let starts = open.iter().skip(1).map(|open| open.start);
        let ends = starts.chain([self.html.len()]);
        let mut gaps = open.iter().map(|open| open.content).zip(ends);
        let is_empty = gaps.all(|(from, to)| {
            let gap = self.html.get(..to);
            gap.is_some_and(|html| is_blank(html, from))
        });
        if is_empty {
            self.html.truncate(start);
            self.open.truncate(depth);
        } else {
            self.close_down_to(depth);
        }
        Some((element, tag))
    }

    /// Writes the link, with spaces between it and the words around it.
    fn words(&mut self, embed: &Embed) {
        let content = self.open.last().map_or(0, |open| open.content);
        if self.html.len() > content && !self.html.ends_with(char::is_whitespace) {
            self.html.push(' ');
        }
        self.link(embed);
        self.follows_embed = true;
    }

    /// Writes a link whose text is the title, or else the address.
    fn link(&mut self, embed: &Embed) {
        let address = escaped(&embed.address);
        let href = Attribute {
            name: "href",
            value: &address,
        };
        self.start(&Tag {
            name: "a".to_owned(),
            attributes: vec![href],
        });
        let title = embed.title.as_deref().map(single_line);
        let title = title.filter(|title| title.contains(char::is_alphanumeric));
        self.text(&title.map_or(address, |title| escaped(&title)));
        self.end("a");
    }

    fn paragraph(&self) -> Option<usize> {
        self.innermost(|open| open.name == "p", Element::bounds_scope)
    }
}

impl Element {
    fn is_inline(&self) -> bool {
        matches!(self.shape, Shape::Inline | Shape::RubyPart)
    }

    /// Returns whether neither paragraphs nor figures belong into the element.
    fn is_words_only(&self) -> bool {
        matches!(self.shape, Shape::Heading | Shape::Caption)
            || matches!(self.name, "dt" | "figcaption" | "pre" | "summary")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
