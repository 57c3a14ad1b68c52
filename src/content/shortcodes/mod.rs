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
        begins: false,
    }
}

struct Pieces<'a> {
    lexer: Lexer<'a>,
    /// The text after the part that was returned last.
    found: Option<Embed>,
    /// The names of the open elements.
    open: Vec<String>,
    /// The last token was a start tag.
    begins: bool,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if let Some(embed) = self.found.take() {
            return Some(Piece::Embed(embed));
        }
        let html = self.lexer.rest();
        let token = self.lexer.next()?;
        let begins = std::mem::take(&mut self.begins);
        match &token {
            Token::Text(text) if !self.is_quiet() => return Some(self.text(html, text, begins)),
            Token::Text(_) => {}
            Token::Start(tag) => {
                self.begins = true;
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
    fn text(&mut self, html: &'a str, text: &'a str, begins: bool) -> Piece<'a> {
        if begins && let Some(embed) = self.alone_in_figure(text) {
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

    fn is_quiet(&self) -> bool {
        let quiet = ["a", "code", "kbd", "pre", "samp"];
        self.open.iter().any(|name| quiet.contains(&name.as_str()))
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
