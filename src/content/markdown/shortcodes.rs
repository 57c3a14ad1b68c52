//! Keeps shortcodes away from the parser of Markdown, which would read the `_` and `*` of their addresses as emphasis. Each is
//! one character sequence without meaning while the document is parsed. In text it comes back for `content::shortcodes`, in
//! code and HTML as it was written. `\[youtube abc]` becomes text that is no shortcode.

use std::borrow::Cow;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use super::super::shortcodes::{Shortcode, Tags};

/// Characters that may enclose the number of a hidden shortcode. They are for private use.
const MARKS: [char; 4] = ['\u{e0b1}', '\u{e4d2}', '\u{ebf3}', '\u{f214}'];

/// A bracket that begins no shortcode, also when the HTML is rendered again.
const BRACKET: &str = "<span>[</span>";

/// A source with its shortcodes hidden.
pub(super) struct Hidden<'a> {
    pub source: Cow<'a, str>,
    mark: char,
    parts: Vec<&'a str>,
}

impl<'a> Hidden<'a> {
    pub(super) fn within(source: &'a str) -> Self {
        let mut hidden = Self {
            source: Cow::Borrowed(source),
            mark: MARKS[0],
            parts: Vec::new(),
        };
        let Some(mark) = MARKS.into_iter().find(|mark| !source.contains(*mark)) else {
            return hidden;
        };
        hidden.mark = mark;
        let mut text = String::new();
        let mut rest = source;
        let mut searched = 0;
        while let Some(at) = rest.get(searched..).and_then(|rest| rest.find('[')) {
            let (before, bracket) = rest.split_at(searched + at);
            let Some(length) = length(bracket) else {
                searched += at + 1;
                continue;
            };
            let backslashes = before.len() - before.trim_end_matches('\\').len();
            let (start, length) = match backslashes % 2 {
                1 => (before.len() - 1, "\\[".len()),
                _ => (before.len(), length),
            };
            let (before, part) = rest.split_at(start);
            let (part, after) = part.split_at(length);
            text.push_str(before);
            text.push_str(&format!("{mark}{}{mark}", hidden.parts.len()));
            hidden.parts.push(part);
            (rest, searched) = (after, 0);
        }
        if !hidden.parts.is_empty() {
            text.push_str(rest);
            hidden.source = Cow::Owned(text);
        }
        hidden
    }

    /// Brings the shortcodes back into the document.
    pub(super) fn show<'n>(&self, arena: &'n Arena<'n>, document: &'n AstNode<'n>) {
        if self.parts.is_empty() {
            return;
        }
        for node in document.descendants().collect::<Vec<_>>() {
            let text = self.show_in(&mut node.data_mut().value);
            let Some(text) = text else { continue };
            let is_description = node
                .ancestors()
                .any(|it| matches!(it.data().value, NodeValue::Image(_)));
            if is_description {
                node.data_mut().value = NodeValue::Text(self.written(&text).into());
                continue;
            }
            let new = |value: NodeValue| arena.alloc(value.into());
            for (index, piece) in text.split(self.mark).enumerate() {
                match self.part(index, piece) {
                    Some(part) => node.insert_before(new(NodeValue::Raw(html(part)))),
                    None => node.insert_before(new(NodeValue::Text(piece.to_owned().into()))),
                }
            }
            node.detach();
        }
    }

    /// Brings the shortcodes back into everything but text. Returns a text that has some.
    fn show_in(&self, value: &mut NodeValue) -> Option<String> {
        match value {
            NodeValue::Text(text) if text.contains(self.mark) => return Some(text.to_string()),
            NodeValue::Code(code) => self.show_in_literal(&mut code.literal),
            NodeValue::CodeBlock(code) => {
                self.show_in_literal(&mut code.info);
                self.show_in_literal(&mut code.literal);
            }
            NodeValue::HtmlBlock(block) => self.show_in_literal(&mut block.literal),
            NodeValue::HtmlInline(tag) => self.show_in_literal(tag),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                self.show_in_literal(&mut link.url);
                self.show_in_literal(&mut link.title);
            }
            _ => {}
        }
        None
    }

    fn show_in_literal(&self, literal: &mut String) {
        if literal.contains(self.mark) {
            *literal = self.written(literal);
        }
    }

    /// Brings the shortcodes back where no node of the document was in their way.
    pub(super) fn shown(&self, html: String) -> String {
        match self.parts.is_empty() || !html.contains(self.mark) {
            true => html,
            false => self.replaced(&html, |part| Cow::Owned(escaped(part))),
        }
    }

    /// The text as it was written.
    fn written(&self, text: &str) -> String {
        self.replaced(text, Cow::Borrowed)
    }

    fn replaced(&self, text: &str, show: impl Fn(&'a str) -> Cow<'a, str>) -> String {
        let mut replaced = String::with_capacity(text.len());
        for (index, piece) in text.split(self.mark).enumerate() {
            match self.part(index, piece) {
                Some(part) => replaced.push_str(&show(part)),
                None => replaced.push_str(piece),
            }
        }
        replaced
    }

    /// The shortcode that a piece stands for. Between two marks there is a number.
    fn part(&self, index: usize, piece: &str) -> Option<&'a str> {
        let number = piece.parse::<usize>().ok().filter(|_| index % 2 == 1)?;
        self.parts.get(number).copied()
    }
}

/// The length of the shortcode that begins at a `[`, if it names an address and is no link of Markdown.
fn length(bracket: &str) -> Option<usize> {
    let (_, after) = Shortcode::at(bracket, Tags::Refused)?.embed()?;
    let code = bracket.get(..bracket.len() - after.len())?;
    let is_link = code.matches('[').count() == 1 && after.starts_with(['(', '[', ':']);
    // A line may begin with marks of a block around it.
    let mut lines = code.split('\n').skip(1);
    let is_free = !lines.any(|line| line.starts_with([' ', '\t', '>']));
    (is_free && !is_link).then_some(code.len())
}

/// The HTML of a shortcode in text.
fn html(part: &str) -> String {
    if part == "\\[" {
        return BRACKET.to_owned();
    }
    let mut text = String::with_capacity(part.len());
    let mut chars = part.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = chars.next_if(|next| c == '\\' && next.is_ascii_punctuation());
        text.push(escaped.unwrap_or(c));
    }
    escaped(&text)
}

/// Escapes text, except its character references.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '<' => html.push_str("&lt;"),
            '&' if !is_reference(text.get(at + 1..).unwrap_or_default()) => {
                html.push_str("&amp;");
            }
            c => html.push(c),
        }
    }
    html
}

/// Returns whether the text goes on like a character reference after its `&`.
fn is_reference(text: &str) -> bool {
    const LONGEST: usize = 32;
    let name = text.strip_prefix('#').unwrap_or(text);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    end.is_some_and(|end| {
        (1..=LONGEST).contains(&end) && name.get(end..).is_some_and(|it| it.starts_with(';'))
    })
}
