//! Reads one shortcode: `[name arguments]`, perhaps with content and `[/name]`. Editors put line breaks, links and other
//! words' markup into it, which is read through.

use super::address::{self, NAMES};
use crate::content::{
    embeds::Embed,
    lexer::{Lexer, Tag, Token},
    sanitize::decoded_value,
};

/// The treatment of tags inside a shortcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::content) enum Tags {
    /// They are read through. The HTML must have no endless tags.
    Allowed,
    /// They end the search.
    Refused,
}

/// `[name arguments]`, perhaps with its content, and the text after it.
pub(in crate::content) struct Shortcode<'a> {
    name: &'a str,
    arguments: String,
    /// The text after `]`.
    after: &'a str,
    /// The text before `[/name]`, and the text after that.
    content: Option<(String, &'a str)>,
}

impl<'a> Shortcode<'a> {
    /// Reads the shortcode that begins at this `[`.
    pub(in crate::content) fn at(text: &'a str, tags: Tags) -> Option<Self> {
        let inner = text.strip_prefix('[')?;
        let (name, rest) = inner.split_at(inner.find(|c: char| !c.is_ascii_lowercase())?);
        let is_known = NAMES.iter().any(|(known, _)| *known == name);
        if !is_known || !rest.starts_with([']', '=', ' ', '\n', '\t', '/', '\u{a0}', '<']) {
            return None;
        }
        let (arguments, rest) = words(rest, tags)?;
        let after = rest.strip_prefix(']')?;
        let content = || {
            let (content, rest) = words(after, tags)?;
            let end = rest.strip_prefix("[/")?.strip_prefix(name)?;
            Some((content, end.strip_prefix(']')?))
        };
        Some(Self {
            name,
            arguments,
            after,
            content: content(),
        })
    }

    /// Returns what the arguments name, else what the content names, with the text after the shortcode.
    pub(in crate::content) fn embed(&self) -> Option<(Embed, &'a str)> {
        let arguments = self.arguments.trim_start_matches('=');
        let title = address::title(arguments);
        let named = address::named(self.name, arguments);
        let content = self.content.as_ref();
        let content = content.map_or(("", self.after), |(text, end)| (text.trim(), *end));
        let (address, after) = match (named, content) {
            (Some(address), ("", end)) => (address, end),
            // What stands in a player is for browsers without it.
            (Some(address), (_, end)) if matches!(self.name, "video" | "audio") => (address, end),
            (Some(address), _) => (address, self.after),
            (None, (text, _)) if text.contains(char::is_whitespace) => return None,
            (None, (text, end)) => (address::named(self.name, text)?, end),
        };
        Some((Embed { address, title }, after))
    }
}

/// Reads words up to the next bracket, and returns them with the rest. `None` if something other than words is among them.
fn words(html: &str, tags: Tags) -> Option<(String, &str)> {
    let mut words = Words::default();
    let mut rest = html;
    loop {
        let (text, after) = rest.split_at(rest.find(['[', ']', '<'])?);
        words.text.push_str(&decoded_value(text));
        if !after.starts_with('<') {
            return words.open.is_empty().then_some((words.text, after));
        }
        let mut lexer = Lexer::new(after);
        match lexer.next().filter(|_| tags == Tags::Allowed)? {
            Token::Start(tag) => words.start(&tag)?,
            Token::End(name) => words.end(&name, lexer.rest())?,
            Token::Text(_) => return None,
        }
        rest = lexer.rest();
    }
}

#[derive(Default)]
struct Words {
    text: String,
    /// The open elements, each with the place of its text, and its address if it is a link.
    open: Vec<(String, usize, Option<String>)>,
    /// A paragraph has ended, and the next has to begin.
    is_between: bool,
}

impl Words {
    fn start(&mut self, tag: &Tag<'_>) -> Option<()> {
        let name = tag.name.as_str();
        match name {
            "p" if self.is_between => {
                self.is_between = false;
                return Some(());
            }
            "br" => self.text.push('\n'),
            "a" | "b" | "em" | "i" | "span" | "strong" | "u" if !self.is_between => {
                let address = tag.get("href").map(decoded_value);
                self.open.push((name.to_owned(), self.text.len(), address));
            }
            _ => return None,
        }
        Some(())
    }

    fn end(&mut self, name: &str, rest: &str) -> Option<()> {
        if name == "p" && self.open.is_empty() && rest.trim_start().starts_with("<p") {
            self.is_between = true;
            self.text.push('\n');
            return Some(());
        }
        let (opened, at, address) = self.open.pop()?;
        if opened != name {
            return None;
        }
        // A link may show a shorter form of its address. An address may go on after a link that ends too early.
        if let Some(address) = address
            && self.text.get(at..) != Some(&address)
        {
            self.text.truncate(at);
            self.text.push_str(&address);
        }
        Some(())
    }
}
