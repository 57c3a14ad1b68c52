//! A lenient tokenizer for HTML: tags, text, and opaque elements whose content is passed on. It serves the paragraph rule
//! and shortcodes only; the sanitiser decides which HTML is allowed.

/// Elements whose content is passed on unchanged. `pre`, `script` and `style` stand between paragraphs.
const OPAQUE: [&str; 12] = [
    "pre", "script", "style", "textarea", "code", "svg", "math", "object", "audio", "video",
    "iframe", "select",
];

/// A token of HTML.
#[derive(Debug, PartialEq)]
pub enum Token<'a> {
    /// Text; a `<` in it begins no tag.
    Text(&'a str),
    /// One tag.
    Tag(Tag<'a>),
    /// A whole element with its content.
    Opaque {
        /// From `<pre>` to `</pre>`.
        raw: &'a str,
        /// `true` if the element stands between paragraphs.
        block: bool,
    },
}

/// One tag.
#[derive(Debug, PartialEq)]
pub struct Tag<'a> {
    /// From `<` to `>`.
    pub raw: &'a str,
    /// In lower case.
    pub name: String,
    /// `</…>`.
    pub closing: bool,
}

/// The tokens of a text, in order. Concatenated, they are the text.
#[derive(Debug)]
pub struct Tokens<'a> {
    /// The rest of the text, which may be set to a later part of it.
    pub rest: &'a str,
    /// Opaque elements without an end tag. Each is searched for only once, because hostile input would otherwise take
    /// quadratic time.
    endless: Vec<&'static str>,
}

impl<'a> Tokens<'a> {
    /// Creates an iterator over the tokens of `html`.
    pub fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            endless: Vec::new(),
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Returns the length of the opaque element that begins here with a tag of this name.
    fn opaque(&mut self, name: &str, tag: usize) -> Option<usize> {
        let name = OPAQUE
            .into_iter()
            .find(|it| *it == name && !self.endless.contains(it))?;
        let (_, inside) = self.rest.split_at(tag);
        let length = inside.match_indices("</").find_map(|(at, _)| {
            let (_, closing) = inside.split_at(at);
            let (found, length) = tag_at(closing)?;
            (found.name == name).then_some(tag + at + length)
        });
        if length.is_none() {
            self.endless.push(name);
        }
        length
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if !self.rest.contains('>') {
            let text = self.take(self.rest.len());
            return Some(Token::Text(text)).filter(|_| !text.is_empty());
        }
        if let Some((tag, length)) = tag_at(self.rest) {
            if !tag.closing
                && let Some(length) = self.opaque(&tag.name, length)
            {
                let block = matches!(tag.name.as_str(), "pre" | "script" | "style");
                return Some(Token::Opaque {
                    raw: self.take(length),
                    block,
                });
            }
            self.take(length);
            return Some(Token::Tag(tag));
        }
        let begins_tag = |at: &usize| tag_at(self.rest.split_at(*at).1).is_some();
        let angles = self.rest.match_indices('<').map(|(at, _)| at);
        let length = angles
            .into_iter()
            .find(begins_tag)
            .unwrap_or(self.rest.len());
        (length > 0).then(|| Token::Text(self.take(length)))
    }
}

/// Returns the tag with which `html` begins, and its length.
fn tag_at(html: &str) -> Option<(Tag<'_>, usize)> {
    let inner = html.strip_prefix('<')?;
    let closing = inner.starts_with('/');
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let end = name
        .find(|it: char| !it.is_ascii_alphanumeric() && it != '-')
        .unwrap_or(name.len());
    let (name, attributes) = name.split_at(end);
    if !name.starts_with(|it: char| it.is_ascii_alphabetic()) {
        return None;
    }
    let length = html.len() - attributes.len() + attributes_end(attributes)? + 1;
    let tag = Tag {
        raw: html.split_at(length).0,
        name: name.to_ascii_lowercase(),
        closing,
    };
    Some((tag, length))
}

/// Returns the position of the `>` that ends a tag: the first one outside quotes or, if a quote is not closed soon, the
/// first one of all.
fn attributes_end(attributes: &str) -> Option<usize> {
    const REASON: usize = 64 * 1024;
    let mut quote = None;
    let outside = attributes
        .bytes()
        .take(REASON)
        .position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                false
            }
            (Some(open), _) if open == byte => {
                quote = None;
                false
            }
            _ => false,
        });
    outside.or_else(|| attributes.find('>'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn raw(html: &str) -> Vec<&str> {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(raw) | Token::Opaque { raw, .. } => raw,
                Token::Tag(tag) => tag.raw,
            })
            .collect()
    }

    #[test]
    fn html_falls_into_text_tags_and_opaque_elements() {
        let html = "a < b<B title='x > y'>c</B><PRE>\n<i></i></PRE>d";
        assert_eq!(
            raw(html),
            [
                "a < b",
                "<B title='x > y'>",
                "c",
                "</B>",
                "<PRE>\n<i></i></PRE>",
                "d"
            ]
        );
    }

    #[test]
    fn what_is_never_closed_is_still_passed_on_whole() {
        for html in [
            "<code>a <b>b",
            "<a href=\"x>y</a>",
            "a <b",
            "<",
            "</>",
            "<pre",
            "é<é>",
        ] {
            assert_eq!(raw(html).concat(), html);
        }
    }

    #[test]
    fn a_stray_quote_ends_with_its_tag() {
        assert_eq!(raw("<a href=\"x>y</a>"), ["<a href=\"x>", "y", "</a>"]);
    }
}
