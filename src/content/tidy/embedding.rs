//! Places what is embedded: in a figure between paragraphs, in a paragraph of its own, or as a link among words.

use super::{MAX_DEPTH, MAX_ELEMENTS, Open, TidyWriter, is_blank};
use crate::content::{
    allow_list::{Element, Shape},
    embeds::Embed,
    lexer::{Attribute, Lexer, Tag, Token},
    providers,
    word_count::single_line,
};

/// The length of the start tags that may be repeated in one text. After that, a player is a link among the words. It bounds
/// the result: each of many short players would repeat all long tags around it.
const MAX_REPEATED: usize = 1 << 20;

/// The second part of an element that something embedded has divided.
struct Rest {
    element: &'static Element,
    tag: String,
    /// The first part stays, too.
    is_repeated: bool,
}

impl TidyWriter<'_> {
    /// Writes a link to something embedded; in a figure, if it is from a provider whose player a click may load.
    pub(super) fn embed(&mut self, embed: &Embed) {
        if self.elements >= MAX_ELEMENTS {
            self.close_down_to(0);
            return self.text(&escaped(&embed.address));
        }
        if let Some(address) = providers::page(&embed.address) {
            let title = embed.title.clone();
            return self.embed(&Embed { address, title });
        }
        self.leave_table_structure();
        // A link cannot be in another, which therefore ends before it and goes on after it.
        let link = self.innermost(|open| open.name == "a", Element::bounds_scope);
        let rest = link.map(|at| self.divide(at)).unwrap_or_default();
        self.place(embed);
        self.begin(rest);
    }

    /// Writes the figure or the link outside of any other link.
    fn place(&mut self, embed: &Embed) {
        let is_in = |is: fn(&Open) -> bool| self.open.iter().any(is);
        let is_in_figure = is_in(|open| open.element.name == "figure");
        let has_room = self.open.len() + 2 <= MAX_DEPTH;
        let takes_figure = has_room
            && !is_in_figure
            && !is_in(|open| open.element.is_words_only())
            && self.repeated < MAX_REPEATED;
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

    /// Writes the figure, after the beginning and before the rest of the paragraph and the inline elements in which it
    /// stands.
    fn figure(&mut self, embed: &Embed) {
        let outer = self
            .open
            .iter()
            .rposition(|open| !open.element.is_of_words());
        let rest = self.divide(outer.map_or(0, |at| at + 1));
        self.open_named("figure");
        self.link(embed);
        self.end("figure");
        self.begin(rest);
    }

    /// Begins the rest of divided elements.
    fn begin(&mut self, rest: Vec<Rest>) {
        for Rest {
            element,
            tag,
            is_repeated,
        } in rest
        {
            if is_repeated {
                self.elements += 1;
                self.repeated += tag.len();
                self.losses.repeated(element, &tag);
            }
            let start = self.html.len();
            self.html.push_str(&tag);
            self.open.push(Open {
                element,
                start,
                content: self.html.len(),
                is_rest: true,
                is_repeated,
            });
        }
    }

    /// Ends the elements from this depth on, or drops those that are empty so far. Returns how the element at this depth,
    /// the paragraphs and the inline elements go on, from the outside in.
    fn divide(&mut self, depth: usize) -> Vec<Rest> {
        let has_room = self.repeated < MAX_REPEATED;
        let mut rests = Vec::new();
        while self.open.len() > depth
            && let Some(open) = self.open.last()
        {
            let goes_on = self.open.len() == depth + 1 || open.element.is_of_words();
            let (element, start) = (open.element, open.start);
            let tag = self.html.get(start..open.content).unwrap_or_default();
            let is_empty = is_blank(&self.html, open.content);
            let tag = match is_empty {
                true => Some(tag.to_owned()),
                false => has_room.then(|| without_names(tag)),
            };
            if let Some(tag) = tag.filter(|_| goes_on) {
                rests.push(Rest {
                    element,
                    tag,
                    is_repeated: !is_empty,
                });
            }
            if is_empty {
                self.html.truncate(start);
                self.open.pop();
            } else {
                self.close_down_to(self.open.len() - 1);
            }
        }
        rests.reverse();
        rests
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

    /// Returns whether the element is a paragraph, or is in one.
    fn is_of_words(&self) -> bool {
        self.is_inline() || self.name == "p"
    }

    /// Returns whether neither paragraphs nor figures belong into the element.
    fn is_words_only(&self) -> bool {
        matches!(self.shape, Shape::Heading | Shape::Caption)
            || matches!(self.name, "dt" | "figcaption" | "pre" | "summary")
    }
}

/// Returns a start tag without the names of its place, which stays with the first part.
fn without_names(tag: &str) -> String {
    let Some(Token::Start(tag)) = Lexer::new(tag).next() else {
        return tag.to_owned();
    };
    let is_name = |name: &str| matches!(name, "id" | "name");
    let kept = tag.attributes.iter().filter(|it| !is_name(it.name));
    let kept: String = kept
        .map(|it| format!(" {}=\"{}\"", it.name, it.value))
        .collect();
    format!("<{}{kept}>", tag.name)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
