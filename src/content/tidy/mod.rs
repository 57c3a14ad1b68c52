//! Rewrites any HTML as well-formed HTML of allowed elements, nested as a browser nests them and at most [`MAX_DEPTH`] deep.
//! It does not make HTML safe (`sanitize` does). It bounds the work of the sanitiser's parser, whose cost grows with depth
//! and with unclosed tags, and makes sure that sanitising the result again changes nothing.

mod embedding;
mod lazy_images;

use super::{
    allow_list::{self, Element, Shape, Value},
    embeds::Piece,
    lexer::{Attribute, Tag, Token},
    losses::Losses,
    providers::{self, Providers},
    sanitize::decoded_value,
    urls,
};

/// The maximum nesting depth. Deeper elements are removed, but their text is kept. Browsers stop at 512.
pub(super) const MAX_DEPTH: usize = 100;

/// The maximum number of elements. Further ones are removed, but their text is kept.
pub(super) const MAX_ELEMENTS: usize = 200_000;

/// The maximum length of the value of an attribute. Attributes with longer values are removed: no URL or description is
/// that long.
const MAX_VALUE: usize = 8192;

/// The length from which on a text is split where possible.
const MAX_RUN: usize = 1024;

/// Returns the well-formed form of HTML, and counts what is removed. Embedded content becomes a link, or a figure if it is
/// from one of the providers.
pub(super) fn tidy<'a>(
    pieces: impl Iterator<Item = Piece<'a>>,
    providers: Providers,
    losses: &mut Losses,
) -> String {
    let mut writer = TidyWriter {
        providers,
        losses,
        html: String::new(),
        open: Vec::new(),
        elements: 0,
        run: 0,
        repeated: 0,
        follows_embed: false,
        lazy_image: None,
        is_in_noscript: false,
    };
    for piece in pieces {
        match piece {
            Piece::Token(Token::Text(text)) => writer.text(text),
            Piece::Token(Token::Start(tag)) => writer.start(&tag),
            Piece::Token(Token::End(name)) => writer.end(&name),
            Piece::Embed(embed) => writer.embed(&embed),
        }
    }
    writer.close_down_to(0);
    writer.html
}

struct TidyWriter<'a> {
    providers: Providers,
    losses: &'a mut Losses,
    html: String,
    open: Vec<Open>,
    elements: usize,
    /// The number of characters since the last split of a text.
    run: usize,
    /// The length of the start tags that were repeated.
    repeated: usize,
    /// The last piece was a link to something embedded, within a paragraph.
    follows_embed: bool,
    /// The address of the last image that is loaded late.
    lazy_image: Option<String>,
    /// The elements are for browsers without scripts.
    is_in_noscript: bool,
}

/// An open element.
struct Open {
    element: &'static Element,
    /// The place of its start tag in the HTML.
    start: usize,
    /// The place of its content in the HTML.
    content: usize,
    /// True for the second part of an element that something embedded has divided. It is removed if it stays empty.
    is_rest: bool,
    /// True for a second part whose first part is there, too.
    is_repeated: bool,
}

impl TidyWriter<'_> {
    fn text(&mut self, text: &str) {
        if !text
            .trim_matches([' ', '\t', '\n', '\r', '\x0c'])
            .is_empty()
        {
            self.leave_table_structure();
        }
        if std::mem::take(&mut self.follows_embed) && text.starts_with(char::is_alphanumeric) {
            self.html.push(' ');
        }
        for c in text.chars() {
            // The serializer of html5ever scans to the end of the text for every one of these characters. A comment
            // splits the text, and the sanitiser removes it.
            if self.run >= MAX_RUN && matches!(c, '&' | '<' | '\u{80}'..='\u{bf}') {
                self.html.push_str("<!---->");
                self.run = 0;
            }
            self.run += 1;
            match c {
                '<' => self.html.push_str("&lt;"),
                c => self.html.push(c),
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        self.follows_embed = false;
        if self.repeats_lazy_image(tag) {
            return;
        }
        let element =
            allow_list::find(&tag.name).filter(|element| self.has_place_for(element, tag));
        let Some(element) = element else {
            return self.losses.element(&tag.name);
        };
        if self.elements >= MAX_ELEMENTS {
            self.losses.element(&tag.name);
            return self.close_down_to(0);
        }
        let attributes = self.without_delay(tag);
        if element.shape.holders().is_empty() {
            self.leave_table_structure();
            self.close_what_ends_before(element);
        } else if !self.enter_table(element.shape) {
            return self.losses.element(&tag.name);
        }
        if self.open.len() < MAX_DEPTH || !element.shape.holders().is_empty() {
            self.open(element, &tag.name, &attributes);
            // Other elements keep their meaning when they are replaced, but nobody can submit a div.
            if tag.name == "form" {
                self.losses.element(&tag.name);
            }
        } else {
            self.losses.element(&tag.name);
        }
    }

    fn has_place_for(&self, element: &Element, tag: &Tag<'_>) -> bool {
        match element.name {
            "input" => {
                let kind = tag.get("type").unwrap_or_default();
                kind.trim().eq_ignore_ascii_case("checkbox")
            }
            "source" => self.open.iter().any(|open| open.element.name == "picture"),
            _ => true,
        }
    }

    fn end(&mut self, name: &str) {
        self.is_in_noscript &= name != "noscript";
        let Some(element) = allow_list::find(name) else {
            return;
        };
        let is_table = element.shape == Shape::Table || !element.shape.holders().is_empty();
        let is_same = |open: &Element| match element.shape {
            Shape::Heading => open.shape == Shape::Heading,
            _ => open.name == element.name,
        };
        let stops = |open: &Element| match element.shape {
            _ if is_table => open.shape == Shape::Table,
            Shape::Item => open.bounds_scope() || matches!(open.name, "ul" | "ol"),
            _ => open.bounds_scope(),
        };
        if let Some(at) = self.innermost(is_same, stops) {
            self.close_down_to(at);
        }
    }

    /// Moves to the place in the nearest table where this part may occur, and opens the parts in between.
    fn enter_table(&mut self, part: Shape) -> bool {
        let holds = |open: &Element| part.holders().contains(&open.shape);
        let Some(holder) = self.innermost(holds, |_| false) else {
            return false;
        };
        self.close_down_to(holder + 1);
        loop {
            let missing = match (self.open.last().map(|open| open.element.shape), part) {
                (Some(Shape::Table), Shape::Row | Shape::Cell) => "tbody",
                (Some(Shape::Table), Shape::Column) => "colgroup",
                (Some(Shape::Section), Shape::Cell) => "tr",
                _ => return true,
            };
            self.open_named(missing);
        }
    }

    /// Opens a cell for content of a table that is outside any cell. A browser moves such content before the table.
    fn leave_table_structure(&mut self) {
        let is_structure = |open: &Open| {
            matches!(
                open.element.shape,
                Shape::Table | Shape::ColumnGroup | Shape::Section | Shape::Row
            )
        };
        if self.open.last().is_some_and(is_structure) && self.enter_table(Shape::Cell) {
            self.open_named("td");
        }
    }

    /// Closes the elements that a browser closes when this one begins (HTML, "tree construction").
    fn close_what_ends_before(&mut self, element: &Element) {
        let ended = match element.shape {
            Shape::Heading => {
                // A browser allows this in a table inside a heading. Here it is not allowed, and `outline` relies on that.
                self.innermost(|open| open.shape == Shape::Heading, |_| false)
            }
            Shape::Item | Shape::Term => {
                self.innermost(|open| open.shape == element.shape, Element::bounds_items)
            }
            Shape::RubyPart => self.innermost(
                |open| open.shape == Shape::RubyPart,
                |open| open.name == "ruby",
            ),
            _ if element.name == "a" => {
                self.innermost(|open| open.name == "a", Element::bounds_scope)
            }
            _ => None,
        };
        if let Some(at) = ended {
            self.close_down_to(at);
        }
        let is_inline = matches!(element.shape, Shape::Inline | Shape::Void | Shape::RubyPart);
        let paragraph = self.innermost(|open| open.name == "p", Element::bounds_scope);
        if let Some(at) = paragraph.filter(|_| !is_inline) {
            self.close_down_to(at);
        }
    }

    /// Returns the innermost open element that matches, unless an element that stops the search comes first.
    fn innermost(
        &self,
        is: impl Fn(&Element) -> bool,
        stops: impl Fn(&Element) -> bool,
    ) -> Option<usize> {
        let mut open = self.open.iter().map(|open| open.element).enumerate().rev();
        let (at, element) = open.find(|(_, element)| is(element) || stops(element))?;
        is(element).then_some(at)
    }

    fn close_down_to(&mut self, depth: usize) {
        self.follows_embed = false;
        for open in self.open.drain(depth.min(self.open.len())..).rev() {
            if open.is_rest && is_blank(&self.html, open.content) {
                if open.is_repeated {
                    let tag = self.html.get(open.start..open.content);
                    self.losses
                        .not_repeated(open.element, tag.unwrap_or_default());
                }
                self.html.truncate(open.start);
                continue;
            }
            self.html.push_str("</");
            self.html.push_str(open.element.name);
            self.html.push('>');
        }
    }

    fn open_named(&mut self, name: &str) {
        if let Some(element) = allow_list::find(name) {
            self.open(element, name, &[]);
        }
    }

    /// Opens an element in the place of the written one, by whose name the losses are told.
    fn open(&mut self, element: &'static Element, tag: &str, attributes: &[Attribute<'_>]) {
        self.elements += 1;
        let start = self.html.len();
        self.html.push('<');
        self.html.push_str(element.name);
        let is_back_link = |it: &Attribute<'_>| it.name == "data-footnote-backref";
        let is_back_link = attributes.iter().any(is_back_link);
        let mut written: Vec<&str> = Vec::new();
        for attribute in attributes {
            let allowed = element.attribute(attribute.name);
            let allowed = allowed.filter(|(name, _)| !written.contains(name));
            let Some((name, rule)) = allowed.filter(|_| attribute.value.len() <= MAX_VALUE) else {
                // The label of the link from a footnote back to its mark comes from the parser of Markdown.
                if !(is_back_link && attribute.name == "aria-label") {
                    self.losses.attribute(tag, attribute.name);
                }
                continue;
            };
            self.losses.passed_on(element.name, name, tag);
            let is_srcset = rule == Value::Srcset;
            if is_srcset && urls::is_partly_valid_srcset(&decoded_value(attribute.value)) {
                self.losses.attribute(tag, name);
            }
            self.attribute(name, attribute.value);
            written.push(name);
        }
        if element.name == "input" && !written.contains(&"disabled") {
            self.losses.passed_on(element.name, "disabled", tag);
            self.attribute("disabled", "");
        }
        self.html.push('>');
        if !element.is_void() {
            self.open.push(Open {
                element,
                start,
                content: self.html.len(),
                is_rest: false,
                is_repeated: false,
            });
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let page = providers::readable_page(name, value);
        let value = page.as_deref().unwrap_or(value);
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        self.html.push_str(&value.replace('"', "&quot;"));
        self.html.push('"');
    }
}

/// Returns whether the HTML holds nothing but white space from here on.
fn is_blank(html: &str, from: usize) -> bool {
    html.get(from..).is_some_and(|rest| rest.trim().is_empty())
}

impl Shape {
    /// Returns the possible parents of a part of a table, other than the parts that are opened for it; empty for other
    /// elements.
    fn holders(self) -> &'static [Shape] {
        match self {
            Shape::Caption | Shape::ColumnGroup | Shape::Section => &[Shape::Table],
            Shape::Column => &[Shape::ColumnGroup, Shape::Table],
            Shape::Row => &[Shape::Section, Shape::Table],
            Shape::Cell => &[Shape::Row, Shape::Section, Shape::Table],
            _ => &[],
        }
    }
}

impl Element {
    /// Returns whether tags inside the element never close anything outside it.
    fn bounds_scope(&self) -> bool {
        matches!(self.shape, Shape::Table | Shape::Caption | Shape::Cell)
    }

    /// Returns whether a list item inside the element belongs to a new list.
    fn bounds_items(&self) -> bool {
        let is_inline = matches!(self.shape, Shape::Inline | Shape::RubyPart);
        !is_inline && !matches!(self.name, "p" | "div")
    }
}
