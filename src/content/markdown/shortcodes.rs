//! Keeps shortcodes away from the parser of Markdown, which would read the `_` and `*` of their addresses as emphasis. Each
//! is one character sequence without meaning while the document is parsed. In text it comes back for `content::shortcodes`,
//! in code and HTML as it was written. `\[youtube abc]` becomes text that is no shortcode.

use std::borrow::Cow;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use crate::content::shortcodes::{Shortcode, Tags};

/// Characters that may enclose the number of a hidden shortcode. They are for private use.
const MARKS: [char; 4] = ['\u{e0b1}', '\u{e4d2}', '\u{ebf3}', '\u{f214}'];

/// A bracket that begins no shortcode, also when the HTML is rendered again.
const BRACKET: &str = "<span>[</span>";

/// A source with its shortcodes hidden.
pub(super) struct HiddenShortcodes<'a> {
    /// The source for the parser. Each shortcode is its number between two marks.
    pub source: Cow<'a, str>,
    mark: char,
    /// The shortcodes as they are written, by number. `\\[` stands for a bracket that begins none.
    written: Vec<&'a str>,
}

impl<'a> HiddenShortcodes<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut hidden = Self {
            source: Cow::Borrowed(source),
            mark: MARKS[0],
            written: Vec::new(),
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
            let (before, written) = rest.split_at(start);
            let (written, after) = written.split_at(length);
            text.push_str(before);
            text.push_str(&format!("{mark}{}{mark}", hidden.written.len()));
            hidden.written.push(written);
            (rest, searched) = (after, 0);
        }
        if !hidden.written.is_empty() {
            text.push_str(rest);
            hidden.source = Cow::Owned(text);
        }
        hidden
    }

    /// Brings the shortcodes back into the document.
    pub(super) fn restore_in_document<'n>(&self, arena: &'n Arena<'n>, document: &'n AstNode<'n>) {
        if self.written.is_empty() {
            return;
        }
        for node in document.descendants().collect::<Vec<_>>() {
            let text = self.restore_outside_text(&mut node.data_mut().value);
            let Some(text) = text else { continue };
            let is_description = node
                .ancestors()
                .any(|it| matches!(it.data().value, NodeValue::Image(_)));
            if is_description {
                node.data_mut().value = NodeValue::Text(self.restored(&text).into());
                continue;
            }
            let new = |value: NodeValue| arena.alloc(value.into());
            for (index, piece) in text.split(self.mark).enumerate() {
                match self.shortcode(index, piece) {
                    Some(written) => node.insert_before(new(NodeValue::Raw(html(written)))),
                    None => node.insert_before(new(NodeValue::Text(piece.to_owned().into()))),
                }
            }
            node.detach();
        }
    }

    /// Brings the shortcodes back into everything but text. Returns a text that has some.
    fn restore_outside_text(&self, value: &mut NodeValue) -> Option<String> {
        match value {
            NodeValue::Text(text) if text.contains(self.mark) => return Some(text.to_string()),
            NodeValue::Code(code) => self.restore_in_literal(&mut code.literal),
            NodeValue::CodeBlock(code) => {
                self.restore_in_literal(&mut code.info);
                self.restore_in_literal(&mut code.literal);
            }
            NodeValue::HtmlBlock(block) => self.restore_in_literal(&mut block.literal),
            NodeValue::HtmlInline(tag) => self.restore_in_literal(tag),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                self.restore_in_literal(&mut link.url);
                self.restore_in_literal(&mut link.title);
            }
            _ => {}
        }
        None
    }

    fn restore_in_literal(&self, literal: &mut String) {
        if literal.contains(self.mark) {
            *literal = self.restored(literal);
        }
    }

    /// Brings the shortcodes back where no node of the document was in their way.
    pub(super) fn restore_in_html(&self, html: String) -> String {
        match self.written.is_empty() || !html.contains(self.mark) {
            true => html,
            false => self.with_each(&html, |written| Cow::Owned(escaped(written))),
        }
    }

    /// Returns a text with its shortcodes as they are written.
    fn restored(&self, text: &str) -> String {
        self.with_each(text, Cow::Borrowed)
    }

    /// Returns a text with `show` of each of its shortcodes.
    fn with_each(&self, text: &str, show: impl Fn(&'a str) -> Cow<'a, str>) -> String {
        let mut restored = String::with_capacity(text.len());
        for (index, piece) in text.split(self.mark).enumerate() {
            match self.shortcode(index, piece) {
                Some(written) => restored.push_str(&show(written)),
                None => restored.push_str(piece),
            }
        }
        restored
    }

    /// Returns the shortcode, as it is written, that a piece stands for. Between two marks there is a number.
    fn shortcode(&self, index: usize, piece: &str) -> Option<&'a str> {
        let number = piece.parse::<usize>().ok().filter(|_| index % 2 == 1)?;
        self.written.get(number).copied()
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
fn html(written: &str) -> String {
    if written == "\\[" {
        return BRACKET.to_owned();
    }
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
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
