//! Finds in sanitised HTML what WordPress would embed: shortcodes (`[embed]…[/embed]`, `[video …]`, one for each name of the
//! list), and an address that stands alone in a figure. Code, links and `[[…]]` are left alone, and so is every shortcode
//! that names no address.

mod address;
mod reading;

use super::{
    allow_list,
    embeds::{Embed, Piece},
    lexer::{Lexer, Token},
    sanitize::decoded_value,
    urls,
};

pub use address::values as arguments;
pub(super) use reading::{Shortcode, Tags};

/// Returns whether sanitised HTML holds something to embed.
pub(super) fn may_be_in(sanitized: &str) -> bool {
    pieces(sanitized).any(|piece| matches!(piece, Piece::Embed(_)))
}

/// Returns the address that a shortcode, with its content, embeds.
pub fn embedded_address(shortcode: &str) -> Option<String> {
    let shortcode = Shortcode::at(shortcode, Tags::Allowed)?;
    Some(shortcode.embed()?.0.address)
}

/// Returns the pieces of sanitised HTML with its shortcodes replaced.
pub(super) fn pieces(sanitized: &str) -> impl Iterator<Item = Piece<'_>> {
    Pieces {
        lexer: Lexer::new(sanitized),
        found: None,
        open: Vec::new(),
        after_start_tag: false,
    }
}

struct Pieces<'a> {
    lexer: Lexer<'a>,
    /// The embed that comes next: it was found after the text that was returned last.
    found: Option<Embed>,
    /// The names of the open elements.
    open: Vec<String>,
    /// True if the last token was a start tag.
    after_start_tag: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(embed) = self.found.take() {
            return Some(Piece::Embed(embed));
        }
        let html = self.lexer.rest();
        let token = self.lexer.next()?;
        let after_start_tag = std::mem::take(&mut self.after_start_tag);
        match &token {
            Token::Text(text) if !self.is_in_literal() => {
                return Some(self.text(html, text, after_start_tag));
            }
            Token::Text(_) => {}
            Token::Start(tag) => {
                self.after_start_tag = true;
                if allow_list::find(&tag.name).is_some_and(|element| !element.is_void()) {
                    self.open.push(tag.name.clone());
                }
            }
            Token::End(_) => drop(self.open.pop()),
        }
        Some(Piece::Token(token))
    }
}

impl<'a> Pieces<'a> {
    /// Returns the first piece of a text. `html` begins with the text.
    fn text(&mut self, html: &'a str, text: &'a str, after_start_tag: bool) -> Piece<'a> {
        if after_start_tag && let Some(embed) = self.alone_in_figure(text) {
            return Piece::Embed(embed);
        }
        for (at, _) in text.match_indices('[') {
            let (before, rest) = html.split_at(at);
            let code = Shortcode::at(rest, Tags::Allowed).filter(|_| !before.ends_with('['));
            if let Some((embed, after)) = code.and_then(|code| code.embed()) {
                self.lexer = Lexer::new(after);
                self.found = Some(embed);
                return Piece::Token(Token::Text(before));
            }
        }
        Piece::Token(Token::Text(text))
    }

    /// Returns whether the text is in a link or in code, where shortcodes stay as they are written.
    fn is_in_literal(&self) -> bool {
        let literal = ["a", "code", "kbd", "pre", "samp"];
        self.open
            .iter()
            .any(|name| literal.contains(&name.as_str()))
    }

    /// Returns what is embedded if the text is an address and nothing else is in its part of a figure. The block editor of
    /// WordPress writes embeds like that.
    fn alone_in_figure(&self, text: &str) -> Option<Embed> {
        let mut around = self.open.iter().rev().map(String::as_str);
        let holder = around.find(|name| !matches!(*name, "div" | "p"));
        let ends = ["</div>", "</p>", "</figure>", "<figcaption"];
        let is_alone = ends.iter().any(|end| self.lexer.rest().starts_with(end));
        if holder != Some("figure") || !is_alone {
            return None;
        }
        let address = urls::embedded(&decoded_value(text.trim()))?;
        let is_address =
            urls::absolute(&address).is_some() && !address.contains(char::is_whitespace);
        let title = None;
        is_address.then_some(Embed { address, title })
    }
}
