//! Rewrites any HTML as well-formed HTML of allowed elements, nested as a browser nests them and at most [`MAX_DEPTH`] deep.
//! It does not make HTML safe (`sanitize` does). It bounds the work of the sanitiser's parser, whose cost grows with depth
//! and with unclosed tags, and makes sure that sanitising the result again changes nothing.

use super::{
    allow_list::{self, Element, Shape},
    lexer::{Attribute, Lexer, Tag, Token},
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

/// Returns the well-formed form of HTML.
pub(super) fn tidy(html: &str) -> String {
    let mut writer = Writer {
        html: String::with_capacity(html.len()),
        open: Vec::new(),
        elements: 0,
        run: 0,
    };
    for token in Lexer::new(html) {
        match token {
            Token::Text(text) => writer.text(text),
            Token::Start(tag) => writer.start(&tag),
            Token::End(name) => writer.end(&name),
        }
    }
    writer.close_down_to(0);
    writer.html
}

struct Writer {
    html: String,
    open: Vec<&'static Element>,
    elements: usize,
    /// The number of characters since the last split of a text.
    run: usize,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if !text
            .trim_matches([' ', '\t', '\n', '\r', '\x0c'])
            .is_empty()
        {
            self.leave_table_structure();
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
        let Some(element) = allow_list::find(&tag.name) else {
            return;
        };
        let is_form_field = element.name == "input" && tag.get("type") != Some("checkbox");
        if is_form_field {
            return;
        }
        if self.elements >= MAX_ELEMENTS {
            return self.close_down_to(0);
        }
        if !element.shape.holders().is_empty() {
            if self.enter_table(element.shape) {
                self.open(element, &tag.attributes);
            }
            return;
        }
        self.leave_table_structure();
        self.close_what_ends_before(element);
        if self.open.len() < MAX_DEPTH {
            self.open(element, &tag.attributes);
        }
    }

    fn end(&mut self, name: &str) {
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
            let missing = match (self.open.last().map(|open| open.shape), part) {
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
        let is_structure = |open: &&Element| {
            matches!(
                open.shape,
                Shape::Table | Shape::ColumnGroup | Shape::Section | Shape::Row
            )
        };
        if self
            .open
            .last()
            .copied()
            .is_some_and(|open| is_structure(&open))
            && self.enter_table(Shape::Cell)
        {
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
        for (at, open) in self.open.iter().enumerate().rev() {
            if is(open) {
                return Some(at);
            }
            if stops(open) {
                return None;
            }
        }
        None
    }

    fn close_down_to(&mut self, depth: usize) {
        for element in self.open.drain(depth.min(self.open.len())..).rev() {
            self.html.push_str("</");
            self.html.push_str(element.name);
            self.html.push('>');
        }
    }

    fn open_named(&mut self, name: &str) {
        if let Some(element) = allow_list::find(name) {
            self.open(element, &[]);
        }
    }

    fn open(&mut self, element: &'static Element, attributes: &[Attribute<'_>]) {
        self.elements += 1;
        self.html.push('<');
        self.html.push_str(element.name);
        let mut written: Vec<&str> = Vec::new();
        for attribute in attributes {
            let Some((name, _)) = element.attribute(attribute.name) else {
                continue;
            };
            if !written.contains(&name) && attribute.value.len() <= MAX_VALUE {
                self.attribute(name, attribute.value);
                written.push(name);
            }
        }
        if element.name == "input" && !written.contains(&"disabled") {
            self.attribute("disabled", "");
        }
        self.html.push('>');
        if !element.is_void() {
            self.open.push(element);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        self.html.push_str(&value.replace('"', "&quot;"));
        self.html.push('"');
    }
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
