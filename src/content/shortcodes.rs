//! Finds the shortcodes of players in sanitised HTML: `[embed]…[/embed]`, `[video …]`, `[audio …]`, and one named after each
//! provider. Code, links and `[[…]]` are left alone, and so is every shortcode that names no address.

use super::{
    embeds::{Embed, Piece},
    lexer::{Lexer, Token},
    plain_text::decoded,
    providers::Provider,
    urls,
};

/// Returns whether some HTML may hold a shortcode.
pub(super) fn may_be_in(html: &str) -> bool {
    html.match_indices('[')
        .any(|(at, _)| html.get(at..).and_then(Shortcode::at).is_some())
}

/// Returns the pieces of sanitised HTML with its shortcodes replaced.
pub(super) fn pieces(sanitized: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut quiet_depth = 0_usize;
    Lexer::new(sanitized).flat_map(move |token| match token {
        Token::Text(text) if quiet_depth == 0 => of_text(text),
        token => {
            match &token {
                Token::Start(tag) if is_quiet(&tag.name) => quiet_depth += 1,
                Token::End(name) if is_quiet(name) => quiet_depth = quiet_depth.saturating_sub(1),
                _ => {}
            }
            vec![Piece::Token(token)]
        }
    })
}

fn is_quiet(name: &str) -> bool {
    matches!(name, "a" | "code" | "kbd" | "pre" | "samp")
}

fn of_text(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut plain, mut searched) = (text, 0);
    while let Some(at) = plain.get(searched..).and_then(|rest| rest.find('[')) {
        let (before, rest) = plain.split_at(searched + at);
        let code = Shortcode::at(rest).filter(|_| !before.ends_with('['));
        match code.and_then(|code| code.embed()) {
            Some((embed, after)) => {
                pieces.push(Piece::Token(Token::Text(before)));
                pieces.push(Piece::Embed(embed));
                (plain, searched) = (after, 0);
            }
            None => searched += at + 1,
        }
    }
    pieces.push(Piece::Token(Token::Text(plain)));
    pieces
}

/// `[name arguments]` and the text after it.
struct Shortcode<'a> {
    name: &'a str,
    /// `None` for the names that belong to no provider.
    provider: Option<Provider>,
    arguments: &'a str,
    after: &'a str,
}

impl<'a> Shortcode<'a> {
    /// Reads the shortcode that begins at this `[`.
    fn at(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('[')?;
        let (name, rest) = inner.split_at(inner.find(|c: char| !c.is_ascii_lowercase())?);
        let provider: Option<Provider> = name.parse().ok();
        let is_known = provider.is_some() || matches!(name, "embed" | "video" | "audio");
        if !is_known || !rest.starts_with([']', '=', ' ', '\n', '\t', '/', '\u{a0}']) {
            return None;
        }
        let (arguments, after) = rest.split_at(rest.find(['[', ']', '<'])?);
        let after = after.strip_prefix(']')?;
        Some(Self {
            name,
            provider,
            arguments,
            after,
        })
    }

    /// The address in the arguments, else in the content, with the text after the shortcode.
    fn embed(&self) -> Option<(Embed, &'a str)> {
        let (content, end) = self.content().unwrap_or(("", self.after));
        let content = decoded(content.trim());
        let (address, after) = match self.address(&decoded(self.arguments)) {
            Some(address) if content.is_empty() => (address, end),
            Some(address) => (address, self.after),
            None if content.contains(char::is_whitespace) => return None,
            None => (self.address(&content)?, end),
        };
        let title = None;
        Some((Embed { address, title }, after))
    }

    /// The text before `[/name]`, and the text after it.
    fn content(&self) -> Option<(&'a str, &'a str)> {
        let (content, rest) = self.after.split_at(self.after.find('[')?);
        let rest = rest.strip_prefix("[/")?.strip_prefix(self.name)?;
        Some((content, rest.strip_prefix(']')?))
    }

    /// The first value that is an address, else the identifier of something at the provider.
    fn address(&self, arguments: &str) -> Option<String> {
        let arguments = arguments.trim_start_matches('=');
        let values = values(arguments);
        let mut addresses = values.iter().filter_map(|(_, value)| {
            urls::embedded(value).filter(|address| urls::absolute(address).is_some())
        });
        let is_only_bare = values.iter().filter(|(name, _)| name.is_empty()).count() == 1;
        let names_id = |name: &str| match name {
            "" => is_only_bare,
            _ => matches!(name, "id" | "v" | "video"),
        };
        let id = || {
            let mut ids = values.iter().filter(|(name, _)| names_id(name));
            ids.find_map(|(_, id)| self.provider?.page(id))
        };
        addresses.next().or_else(id)
    }
}

/// Reads `name="value"`, `name=value` and bare values, whose name is empty.
fn values(arguments: &str) -> Vec<(&str, &str)> {
    const QUOTES: [char; 5] = ['"', '\'', '“', '”', '″'];
    let mut values = Vec::new();
    let mut rest = arguments.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        let (name, after) = rest.split_at(name_end.unwrap_or(rest.len()));
        let (name, value) = match after.strip_prefix('=') {
            Some(value) => (name, value),
            None => ("", rest),
        };
        let unquoted = value.strip_prefix(QUOTES);
        let end = match unquoted {
            Some(value) => value.find(QUOTES),
            None => value.find(char::is_whitespace),
        };
        let value = unquoted.unwrap_or(value);
        let (value, after) = value.split_at(end.unwrap_or(value.len()));
        values.push((name, value));
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || QUOTES.contains(&c));
    }
    values
}
