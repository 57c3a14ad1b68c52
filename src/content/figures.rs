//! Finds the figures that hold nothing but a link to something that a provider plays, and perhaps a caption. What the
//! public reads about a player is made from that link alone.

use super::{
    lexer::{Lexer, Tag, Token},
    plain_text::decoded,
    providers::{Provider, Providers},
};

/// The player for the address that a figure links to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Player {
    pub provider: Provider,
    /// The address of the player, to load in a frame.
    pub address: String,
}

/// Returns the player of each figure of sanitised HTML, in the order in which the figures begin.
pub(super) fn players(sanitized: &str, providers: Providers) -> Vec<Option<Player>> {
    if providers.is_empty() {
        return Vec::new();
    }
    let mut finder = Finder {
        providers,
        ..Finder::default()
    };
    for token in Lexer::new(sanitized) {
        match token {
            Token::Text(text) => finder.text(text),
            Token::Start(tag) => finder.start(&tag),
            Token::End(name) => finder.end(&name),
        }
    }
    finder.players
}

#[derive(Default)]
struct Finder {
    providers: Providers,
    players: Vec<Option<Player>>,
    open: Vec<Figure>,
}

#[derive(Default)]
struct Figure {
    index: usize,
    links: Vec<Option<Player>>,
    is_in_link: bool,
    is_in_caption: bool,
    holds_more: bool,
}

impl Finder {
    fn text(&mut self, text: &str) {
        if let Some(figure) = self.open.last_mut() {
            let is_expected = figure.is_in_link || figure.is_in_caption;
            figure.holds_more |= !is_expected && !text.trim().is_empty();
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if let Some(figure) = self.open.last_mut() {
            match tag.name.as_str() {
                "figcaption" => figure.is_in_caption = true,
                _ if figure.is_in_caption => {}
                "a" => {
                    let address = decoded(tag.get("href").unwrap_or_default());
                    let player = self.providers.player(&address);
                    let player = player.map(|(provider, address)| Player { provider, address });
                    figure.links.push(player);
                    figure.is_in_link = true;
                }
                "div" | "p" | "span" | "br" => {}
                _ => figure.holds_more = true,
            }
        }
        if tag.name == "figure" {
            self.open.push(Figure {
                index: self.players.len(),
                ..Figure::default()
            });
            self.players.push(None);
        }
    }

    fn end(&mut self, name: &str) {
        let Some(figure) = self.open.last_mut() else {
            return;
        };
        match name {
            "a" => figure.is_in_link = false,
            "figcaption" => figure.is_in_caption = false,
            _ => {}
        }
        if name == "figure"
            && let Some(mut figure) = self.open.pop()
            && let (1, false) = (figure.links.len(), figure.holds_more)
            && let Some(player) = self.players.get_mut(figure.index)
        {
            *player = figure.links.pop().flatten();
        }
    }
}
