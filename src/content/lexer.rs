//! Splits HTML into texts and tags, in time linear in its length for any input. Comments, doctypes, and the content of
//! elements that hold no text of the body (scripts, styles, titles) are skipped. Entities are not decoded.

/// Elements whose content is not text of the body. Their tags are passed on, the content is not.
const SKIPPED: &[&str] = &["script", "style", "title"];

/// Elements in whose content a `<` begins no tag.
const RAW_TEXT: &[&str] = &["textarea", "xmp"];

/// A token of HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Text as written; a `<` in it begins no tag.
    Text(&'a str),
    /// `<name …>`. The names of `<?php … ?>` and `<![CDATA[…]]>` begin with `?` and `!`.
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
    /// The content of a raw text element whose start tag was the last token.
    raw_text: &'a str,
    /// Ends that do not follow. They are searched for once, because hostile input would otherwise take quadratic time.
    endless: Vec<&'static str>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Lexer {
            rest: html,
            code_depth: 0,
            raw_text: "",
            endless: Vec::new(),
        }
    }

    /// Returns what follows the last token.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
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
        self.rest = rest;
        if SKIPPED.contains(&tag.name.as_str()) {
            self.rest = from_end_of(&tag.name, rest).unwrap_or_default();
        } else if let Some(name) = RAW_TEXT.iter().find(|name| **name == tag.name) {
            let end = self.once(name, || from_end_of(name, rest));
            let end = end.unwrap_or(rest);
            self.raw_text = rest.split_at(rest.len() - end.len()).0;
            self.rest = end;
        }
        Token::Start(tag)
    }

    /// Searches for the end of something, unless it was searched for in vain before.
    fn once(
        &mut self,
        name: &'static str,
        search: impl Fn() -> Option<&'a str>,
    ) -> Option<&'a str> {
        if self.endless.contains(&name) {
            return None;
        }
        let found = search();
        if found.is_none() {
            self.endless.push(name);
        }
        found
    }

    /// Reads `<?php … ?>`, or `<![CDATA[…]]>`, whose content a browser takes for a comment.
    fn instruction(&mut self, after: &'a str) -> Token<'a> {
        let (mark, end) = match after.starts_with('?') {
            true => ("?", "?>"),
            false => (CDATA, "]]>"),
        };
        let name = after.split_at(mark.len()).1;
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
        let name = match mark {
            CDATA => CDATA.to_owned(),
            _ => format!("?{}", name.unwrap_or_default()),
        };
        let split = |end: &str| after.split_once(end).map(|(_, rest)| rest);
        let rest = self.once(end, || split(end)).or_else(|| split(">"));
        self.rest = rest.unwrap_or_default();
        Token::Start(Tag {
            name: name.to_ascii_lowercase(),
            attributes: Vec::new(),
        })
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
        if !self.raw_text.is_empty() {
            return Some(Token::Text(std::mem::take(&mut self.raw_text)));
        }
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
            } else if after.starts_with('?') || after.starts_with(CDATA) {
                return Some(self.instruction(after));
            } else if after.starts_with('!') || after.starts_with("/>") {
                self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
            } else {
                return Some(self.text());
            }
        }
    }
}

/// The beginning of a section that is text in XML only.
const CDATA: &str = "![CDATA[";

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
