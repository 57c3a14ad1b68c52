//! Renders WordPress's shortcodes: captions become figures, media are embedded. Galleries, whose pictures are attachments,
//! are removed and noted. Text that WordPress would not render stays text.

use super::links::{alone_on_lines, paragraph};
use super::markup::{Token, Tokens};
use crate::content::{embedded_address, shortcode_arguments};

/// The shortcodes of WordPress itself. Those of plugins are unknown.
const KNOWN: [&str; 7] = [
    "caption",
    "wp_caption",
    "gallery",
    "playlist",
    "audio",
    "video",
    "embed",
];

/// HTML without shortcodes.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The HTML.
    pub html: String,
    /// The names of the removed shortcodes.
    pub removed: Vec<String>,
}

/// Renders the shortcodes of `html`, and converts addresses on lines of their own to links. Inside tags, `<pre>`,
/// `<code>` and similar elements it only resolves the escape `[[…]]`.
pub fn render(html: &str) -> Rendered {
    let mut rendered = Rendered::default();
    let mut tokens = Tokens::new(html);
    let mut unclosed = Vec::new();
    loop {
        let before = tokens.rest;
        match tokens.next() {
            None => return rendered,
            Some(Token::Tag(tag)) => rendered.html.push_str(tag.raw),
            Some(Token::Opaque { raw, .. }) => rendered.html.push_str(&unescaped(raw)),
            Some(Token::Text(text)) => {
                let begins = before.len() == html.len();
                tokens.rest = rendered.text(before, text.len(), begins, &mut unclosed);
            }
        }
    }
}

impl Rendered {
    /// Writes the first `length` bytes of `rest`, or more if a shortcode is longer, and returns the rest. `begins`
    /// means that `rest` is the beginning of the document.
    fn text<'a>(
        &mut self,
        mut rest: &'a str,
        mut length: usize,
        mut begins: bool,
        unclosed: &mut Vec<&'static str>,
    ) -> &'a str {
        loop {
            let text = rest.split_at(length).0;
            let (plain, after) = rest.split_at(text.find('[').unwrap_or(length));
            self.html
                .push_str(&alone_on_lines(plain, begins, after.is_empty()));
            if plain.len() == length {
                return after;
            }
            rest = self.bracket(after, unclosed);
            let taken = plain.len() + after.len() - rest.len();
            if taken >= length {
                return rest;
            }
            length -= taken;
            begins = false;
        }
    }

    /// Writes the shortcode or the text at the `[` that begins `text`, and returns the rest.
    fn bracket<'a>(&mut self, text: &'a str, unclosed: &mut Vec<&'static str>) -> &'a str {
        if let Some((literal, rest)) = escaped(text) {
            self.html.push_str(literal);
            return rest;
        }
        if let Some((code, rest)) = Shortcode::at(text, unclosed)
            && let Some(html) = code.html(text.split_at(text.len() - rest.len()).0)
        {
            if html.is_empty() {
                self.removed.push(code.name.to_owned());
            }
            self.html.push_str(&html);
            return rest;
        }
        let (bracket, rest) = text.split_at(1);
        self.html.push_str(bracket);
        rest
    }
}

struct Shortcode<'a> {
    name: &'static str,
    attributes: &'a str,
    content: Option<&'a str>,
}

impl<'a> Shortcode<'a> {
    /// Reads the shortcode at the beginning of `text`, and returns it with the rest. `unclosed` collects the names whose end
    /// was not found.
    fn at(text: &'a str, unclosed: &mut Vec<&'static str>) -> Option<(Self, &'a str)> {
        let (name, inner) = opening(text)?;
        let (attributes, rest) = inner.split_once(']')?;
        let code = Self {
            name,
            attributes: attributes.trim_end_matches('/'),
            content: None,
        };
        let closing = format!("[/{name}]");
        if attributes.ends_with('/')
            || matches!(name, "gallery" | "playlist")
            || unclosed.contains(&name)
        {
            return Some((code, rest));
        }
        match rest.split_once(&closing) {
            Some((content, rest)) if !content.contains(&format!("[{name}")) => Some((
                Self {
                    content: Some(content),
                    ..code
                },
                rest,
            )),
            Some(_) => Some((code, rest)),
            None => {
                unclosed.push(name);
                Some((code, rest))
            }
        }
    }

    /// Returns the HTML of the shortcode, which is `written` like this; empty for one that is removed, `None` for text
    /// that turns out not to be a shortcode.
    fn html(&self, written: &str) -> Option<String> {
        match self.name {
            "caption" | "wp_caption" => self
                .content
                .map(|content| figure(content, self.attribute("caption"))),
            "embed" if self.content.is_none() => None,
            "embed" | "audio" | "video" => {
                let address = embedded_address(written);
                Some(address.map_or_else(String::new, |address| paragraph(self.name, &address)))
            }
            _ => Some(String::new()),
        }
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let mut all = shortcode_arguments(self.attributes).into_iter();
        let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    }
}

/// Splits the name of a known shortcode off the beginning of `text`.
fn opening(text: &str) -> Option<(&'static str, &str)> {
    let inner = text.strip_prefix('[')?;
    KNOWN.into_iter().find_map(|name| {
        let rest = inner.strip_prefix(name)?;
        rest.starts_with([' ', '\t', '\n', ']', '/'])
            .then_some((name, rest))
    })
}

/// Resolves the escape `[[gallery]]`, which authors use to write about `[gallery]`.
fn escaped(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    opening(inner)?;
    let line = inner.as_bytes().windows(2).take(1_000);
    let mut line = line.take_while(|pair| !pair.starts_with(b"\n"));
    let end = line.position(|pair| pair == b"]]")?;
    let (literal, rest) = inner.split_at(end + 1);
    Some((literal, rest.strip_prefix(']').unwrap_or(rest)))
}

fn unescaped(mut text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    while let Some(at) = text.find("[[") {
        let (before, from) = text.split_at(at);
        out.push_str(before);
        let (literal, rest) = escaped(from).unwrap_or_else(|| from.split_at(1));
        out.push_str(literal);
        text = rest;
    }
    out.push_str(text);
    out
}

/// Returns a picture, which may be in a link, with its caption.
fn figure(content: &str, caption: Option<String>) -> String {
    let picture = content.find("<img").and_then(|at| {
        let end = at + content.split_at(at).1.find('>')? + 1;
        let after = content.split_at(end).1;
        let linked = after
            .trim_start()
            .strip_prefix("</a>")
            .map_or(after.len(), str::len);
        Some(content.split_at(content.len() - linked))
    });
    let (picture, text) = match (picture, caption) {
        (_, Some(caption)) => (content, caption),
        (Some((picture, text)), None) => (picture, text.trim().to_owned()),
        (None, None) => (content, String::new()),
    };
    if text.is_empty() {
        return content.to_owned();
    }
    format!(
        "\n<figure>{}<figcaption>{text}</figcaption></figure>\n",
        picture.trim()
    )
}

#[cfg(test)]
mod tests;
