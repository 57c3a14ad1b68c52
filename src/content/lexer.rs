//! Splits HTML into texts and tags, in time linear in its length for any input. Comments, doctypes, and the content of
//! elements that hold no text (scripts, styles) are skipped. Entities are not decoded.

/// Elements whose content is code or other markup, not text. Their tags are passed on, the content is not.
const SKIPPED: &[&str] = &[
    "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp",
];

/// A token of HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Text as written; a `<` in it begins no tag.
    Text(&'a str),
    /// `<name …>`.
    Start(Tag<'a>),
    /// `</name>`, in lower case.
    End(String),
}

/// A start tag.
#[derive(Debug, PartialEq)]
pub(super) struct Tag<'a> {
    /// The name in lower case.
    pub name: String,
    /// Every attribute in the order of the source, including duplicates.
    pub attributes: Vec<Attribute<'a>>,
}

/// An attribute as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Attribute<'a> {
    /// The name, in any case.
    pub name: &'a str,
    /// The value without quotes; entities are not decoded.
    pub value: &'a str,
}

impl<'a> Tag<'a> {
    /// Returns the first value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self
            .attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name));
        found.map(|attribute| attribute.value)
    }
}

/// An iterator over the tokens of an HTML text.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    /// The number of open `pre` and `code` elements.
    code_depth: usize,
    /// No end tag of an `iframe` follows.
    no_frame_ends: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Lexer {
            rest: html,
            code_depth: 0,
            no_frame_ends: false,
        }
    }

    fn text(&mut self) -> Token<'a> {
        let next = self.rest.char_indices().skip(1).find(|&(_, c)| c == '<');
        let (text, rest) = self
            .rest
            .split_at(next.map_or(self.rest.len(), |(at, _)| at));
        self.rest = rest;
        Token::Text(text)
    }

    fn start(&mut self, after: &'a str) -> Token<'a> {
        let Some((tag, rest)) = tag(after) else {
            return self.all_as_text();
        };
        self.code_depth += usize::from(is_code(&tag.name));
        self.rest = if SKIPPED.contains(&tag.name.as_str()) {
            self.after_content_of(&tag.name, rest)
        } else {
            rest
        };
        Token::Start(tag)
    }

    /// The rest from the end tag of a skipped element.
    fn after_content_of(&mut self, name: &str, content: &'a str) -> &'a str {
        if name != "iframe" {
            return from_end_of(name, content).unwrap_or_default();
        }
        // Authors close frames as `<iframe … />`. A browser then hides the rest of the page; here it is kept.
        if self.no_frame_ends {
            return content;
        }
        let end = from_end_of(name, content);
        self.no_frame_ends = end.is_none();
        end.unwrap_or(content)
    }

    fn end(&mut self, after: &'a str) -> Token<'a> {
        let Some((tag, rest)) = tag(after) else {
            return self.all_as_text();
        };
        self.rest = rest;
        self.code_depth = self
            .code_depth
            .saturating_sub(usize::from(is_code(&tag.name)));
        Token::End(tag.name)
    }

    // A browser drops an unclosed tag with the words in it, as in "if a <b then". Here they are kept.
    fn all_as_text(&mut self) -> Token<'a> {
        Token::Text(std::mem::take(&mut self.rest))
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(after) = self.rest.strip_prefix('<') else {
                return Some(self.text());
            };
            let closing = after.strip_prefix('/');
            if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Some(self.start(after));
            } else if let Some(after) =
                closing.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                return Some(self.end(after));
            } else if let Some(comment) = after.strip_prefix("!--") {
                self.rest = from_end_of_comment(comment);
            } else if self.code_depth > 0 && after.starts_with('?') {
                // A browser takes `<?php … ?>` for a comment. In code it is what the author shows.
                return Some(self.text());
            } else if after.starts_with(['!', '?', '/']) {
                self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
            } else {
                return Some(self.text());
            }
        }
    }
}

fn is_code(name: &str) -> bool {
    matches!(name, "pre" | "code")
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// Parses the tag whose name begins here, and returns it with the rest; `None` if the tag has no end.
fn tag(html: &str) -> Option<(Tag<'_>, &str)> {
    let (name, mut rest) = split_before(html, |c| is_space(c) || c == '/' || c == '>');
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == '/');
        if let Some(rest) = rest.strip_prefix('>') {
            return Some((
                Tag {
                    name: name.to_ascii_lowercase(),
                    attributes,
                },
                rest,
            ));
        }
        if rest.is_empty() {
            return None;
        }
        let (attribute, after) = attribute(rest)?;
        attributes.push(attribute);
        rest = after;
    }
}

fn attribute(html: &str) -> Option<(Attribute<'_>, &str)> {
    let ends_name = |c| is_space(c) || matches!(c, '/' | '>' | '=');
    let end = html.char_indices().skip(1).find(|&(_, c)| ends_name(c));
    let (name, rest) = html.split_at(end.map_or(html.len(), |(at, _)| at));
    let Some(value) = rest.trim_start_matches(is_space).strip_prefix('=') else {
        return Some((Attribute { name, value: "" }, rest));
    };
    let value = value.trim_start_matches(is_space);
    let (value, rest) = match value.chars().next()? {
        quote @ ('"' | '\'') => value.split_at(1).1.split_once(quote)?,
        _ => split_before(value, |c| is_space(c) || c == '>'),
    };
    Some((Attribute { name, value }, rest))
}

fn split_before(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

fn from_end_of_comment(comment: &str) -> &str {
    // `<!-->` and `<!--->` are complete comments.
    for whole in [">", "->"] {
        if let Some(rest) = comment.strip_prefix(whole) {
            return rest;
        }
    }
    let mut rest = comment;
    while let Some(at) = rest.find("--") {
        let (_, dashes) = rest.split_at(at);
        for end in ["-->", "--!>"] {
            if let Some(rest) = dashes.strip_prefix(end) {
                return rest;
            }
        }
        rest = dashes.split_at(1).1;
    }
    ""
}

fn from_end_of<'a>(name: &str, html: &'a str) -> Option<&'a str> {
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        let (_, candidate) = rest.split_at(at);
        let (_, after) = candidate.split_at(2);
        let (found, _) = split_before(after, |c| is_space(c) || c == '/' || c == '>');
        if found.eq_ignore_ascii_case(name) {
            return Some(candidate);
        }
        rest = after;
    }
    None
}
