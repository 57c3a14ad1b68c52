//! Replaces players (`iframe`, `video`, `audio`, `object`, `embed`) by the address of what they play, in one pass over any
//! HTML. The content for browsers without the player goes with it; a player without an address leaves its content behind.

use super::{
    lexer::{Lexer, Tag, Token},
    sanitize, urls,
};

/// A piece of HTML, or what a player in it would play.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    Token(Token<'a>),
    Embed(Embed),
}

/// Something embedded. Nothing in it is escaped for HTML.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Embed {
    /// The address, relative or on the web.
    pub address: String,
    /// The name of what is embedded, for the link to it.
    pub title: Option<String>,
}

/// Returns the pieces of some HTML with its players replaced.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut lexer = Lexer::new(html);
    let mut players = Players::default();
    let mut ready = Vec::new().into_iter();
    std::iter::from_fn(move || {
        loop {
            if let Some(piece) = ready.next() {
                return Some(piece);
            }
            match lexer.next() {
                Some(token) => players.token(token),
                None if players.open.is_empty() => return None,
                None => players.end_all(),
            }
            if players.open.is_empty() {
                ready = std::mem::take(&mut players.pieces).into_iter();
            }
        }
    })
}

/// The open players, and the pieces since the outermost of them began.
#[derive(Default)]
struct Players<'a> {
    pieces: Vec<Piece<'a>>,
    open: Vec<Player>,
}

struct Player {
    name: String,
    title: Option<String>,
    /// The place of its start tag among the pieces.
    at: usize,
    /// The address in its own tag, or in a `source` or `param`.
    address: Option<String>,
    /// The address of a player inside it.
    inner: Option<String>,
}

impl<'a> Players<'a> {
    fn token(&mut self, token: Token<'a>) {
        let start = match &token {
            Token::Start(tag) if is_player(&tag.name) => Some(self.opened(tag)),
            Token::Start(tag) => {
                if let Some(player) = self.open.last_mut() {
                    player.address = player.address.take().or_else(|| source(tag));
                }
                None
            }
            Token::End(name) if is_player(name) => return self.end(name),
            Token::End(_) | Token::Text(_) => None,
        };
        let is_void = start.as_ref().is_some_and(|player| player.name == "embed");
        self.pieces.push(Piece::Token(token));
        self.open.extend(start);
        if is_void {
            self.end("embed");
        }
    }

    fn opened(&self, tag: &Tag<'_>) -> Player {
        Player {
            name: tag.name.clone(),
            title: tag.get("title").map(sanitize::decoded_value),
            at: self.pieces.len(),
            address: source(tag),
            inner: None,
        }
    }

    /// Ends the innermost player of this name, with those inside it that have no end tag.
    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|player| player.name == name) else {
            return;
        };
        let mut inner = None;
        for player in self.open.drain(at..).rev() {
            let address = player.address.or(player.inner).or(inner);
            if let Some(address) = address.clone() {
                self.pieces.truncate(player.at);
                let title = player.title;
                self.pieces.push(Piece::Embed(Embed { address, title }));
            }
            inner = address;
        }
        if let Some(outer) = self.open.last_mut() {
            outer.inner = outer.inner.take().or(inner);
        }
    }

    /// Replaces the start tags of players that have no end tag. Their content is the rest of the document, and stays.
    fn end_all(&mut self) {
        for player in self.open.drain(..) {
            if let (Some(address), Some(piece)) = (player.address, self.pieces.get_mut(player.at)) {
                let title = player.title;
                *piece = Piece::Embed(Embed { address, title });
            }
        }
    }
}

fn is_player(name: &str) -> bool {
    matches!(name, "iframe" | "video" | "audio" | "object" | "embed")
}

/// The address that a tag names as the source of a player.
fn source(tag: &Tag<'_>) -> Option<String> {
    let attributes: &[&str] = match tag.name.as_str() {
        // Plugins that load frames late keep the address of the frame in an attribute of their own.
        "iframe" | "video" | "audio" => &["src", "data-src", "data-lazy-src"],
        "embed" | "source" => &["src"],
        "object" => &["data"],
        "param" if is_source_parameter(tag) => &["value"],
        _ => return None,
    };
    let mut values = attributes.iter().filter_map(|name| tag.get(name));
    values.find_map(|value| urls::embedded(&sanitize::decoded_value(value)))
}

fn is_source_parameter(tag: &Tag<'_>) -> bool {
    let name = tag.get("name").unwrap_or_default();
    let names = ["movie", "src", "url", "filename"];
    names.iter().any(|it| it.eq_ignore_ascii_case(name.trim()))
}
