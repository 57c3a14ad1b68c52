//! Finds the address in the arguments of a shortcode, or makes it from the identifier that they name.

use crate::content::providers::is_id;
use crate::content::urls;

/// The names of shortcodes. To most belongs the beginning of an address, which an identifier completes.
#[rustfmt::skip]
pub(in crate::content) const NAMES: &[(&str, Option<&str>)] = &[
    ("embed", None),
    ("video", None),
    ("audio", None),
    ("archiveorg", Some("https://archive.org/details/")),
    ("bandcamp", None),
    ("bluesky", None),
    ("codepen", None),
    ("dailymotion", Some("https://www.dailymotion.com/video/")),
    ("facebook", None),
    ("flickr", None),
    ("gist", Some("https://gist.github.com/")),
    ("googlemaps", None),
    ("instagram", None),
    ("issuu", None),
    ("kickstarter", None),
    ("mastodon", None),
    ("mixcloud", None),
    ("pinterest", None),
    ("reddit", None),
    ("scribd", None),
    ("slideshare", None),
    ("soundcloud", None),
    ("spotify", None),
    ("ted", Some("https://www.ted.com/talks/")),
    ("tiktok", None),
    ("tumblr", None),
    ("tweet", Some("https://twitter.com/i/status/")),
    ("twitch", None),
    ("twitter", Some("https://twitter.com/i/status/")),
    ("videopress", Some("https://videopress.com/v/")),
    ("vimeo", Some("https://vimeo.com/")),
    ("wpvideo", Some("https://videopress.com/v/")),
    ("youtube", Some("https://www.youtube.com/watch?v=")),
];

/// The arguments that name what is played, in the order of preference.
const SOURCES: &[&str] = &[
    "src", "url", "href", "link", "file", "mp4", "m4v", "webm", "ogv", "mov", "wmv", "flv", "mp3",
    "m4a", "ogg", "oga", "opus", "wav", "flac",
];

/// The arguments that name a picture of what is played.
const PICTURES: &[&str] = &[
    "poster",
    "image",
    "img",
    "preview",
    "thumb",
    "thumbnail",
    "preview_image",
];

/// Returns the address that the arguments of the shortcode `name` name.
pub(super) fn named(name: &str, arguments: &str) -> Option<String> {
    let values = values(arguments);
    let is_player = matches!(name, "embed" | "video" | "audio");
    let source = |source: &&str| {
        let mut given = values.iter();
        let (_, value) = given.find(|(name, _)| name.eq_ignore_ascii_case(source))?;
        web(value).or_else(|| path(value))
    };
    let bare = |(argument, value): &(&str, &str)| match (*argument, name) {
        ("", "video" | "audio") => web(value).or_else(|| path(value)),
        ("", "embed") => web(value).or_else(|| path(value).filter(|it| it.starts_with('/'))),
        ("", _) => web(value),
        _ => None,
    };
    let other = |(name, value): &(&str, &str)| {
        let is_picture = PICTURES.iter().any(|it| it.eq_ignore_ascii_case(name));
        web(value).filter(|_| !is_picture)
    };
    let address = SOURCES.iter().find_map(source);
    let address = address.or_else(|| values.iter().find_map(bare));
    let address = address.or_else(|| values.iter().find_map(other));
    match address {
        Some(address) if is_player => Some(address),
        Some(address) => Some(without_size(&address)),
        None => of_identifier(name, &values),
    }
}

/// Returns the title in the arguments.
pub(super) fn title(arguments: &str) -> Option<String> {
    let mut values = values(arguments).into_iter();
    let (_, title) = values.find(|(name, _)| name.eq_ignore_ascii_case("title"))?;
    Some(title.to_owned())
}

/// An address with a host.
fn web(value: &str) -> Option<String> {
    let whole = match value.starts_with("www.") {
        true => urls::embedded(&format!("https://{value}")),
        false => urls::embedded(value),
    };
    whole.filter(|address| urls::absolute(address).is_some())
}

/// A relative address: one that begins with a slash, or ends like the name of a file.
fn path(value: &str) -> Option<String> {
    let address = urls::embedded(value)?;
    let page = address.split(['?', '#']).next().unwrap_or_default();
    let is_file = page.rsplit_once('.').is_some_and(|(stem, extension)| {
        stem.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ')' | '%'))
            && (1..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let has_spaces = address.contains(char::is_whitespace);
    let is_rooted = page.starts_with('/') && page.len() > 1;
    (!has_spaces && (is_rooted || is_file)).then_some(address)
}

/// Removes the size of the player, which some plugins take behind the address: `…?v=abc&w=640&h=360`.
fn without_size(address: &str) -> String {
    let Some((page, query)) = address.split_once(['?', '&']) else {
        return address.to_owned();
    };
    let mark = if address.starts_with(&format!("{page}?")) {
        '?'
    } else {
        '&'
    };
    let is_size = |pair: &&str| {
        let (name, number) = pair.split_once('=').unwrap_or_default();
        let is_short = (1..=4).contains(&number.len());
        matches!(name, "w" | "h" | "width" | "height")
            && is_short
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_size(pair)).collect();
    match kept.is_empty() {
        true => page.to_owned(),
        false => format!("{page}{mark}{}", kept.join("&")),
    }
}

fn of_identifier(name: &str, values: &[(&str, &str)]) -> Option<String> {
    let is_only_bare = values.iter().filter(|(name, _)| name.is_empty()).count() == 1;
    let names_id = |name: &str| match name {
        "" => is_only_bare,
        _ => matches!(name, "id" | "v" | "video"),
    };
    let mut ids = values.iter().filter(|(name, _)| names_id(name));
    let (_, beginning) = NAMES.iter().find(|(known, _)| *known == name)?;
    ids.find_map(|(_, id)| match (name, beginning) {
        ("spotify", _) => spotify(id),
        (_, Some(beginning)) => is_id(id).then(|| format!("{beginning}{id}")),
        (_, None) => None,
    })
}

/// Reads `spotify:track:4uLU6hMCjMI75M1A2tKUQC`.
fn spotify(uri: &str) -> Option<String> {
    let path: Vec<&str> = uri.strip_prefix("spotify:")?.split(':').collect();
    let is_path = path.len() > 1 && path.iter().all(|part| is_id(part));
    is_path.then(|| format!("https://open.spotify.com/{}", path.join("/")))
}

/// The marks that may enclose a value. Typographic ones come from editors that put them in the place of straight ones.
const QUOTES: &[char] = &['"', '\'', '“', '”', '″'];

/// Reads the arguments of a shortcode: `name="value"`, `name=value` and bare values, whose name is empty.
pub fn values(arguments: &str) -> Vec<(&str, &str)> {
    let mut values = Vec::new();
    let mut rest = arguments.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        let (name, after) = rest.split_at(name_end.unwrap_or(rest.len()));
        let (name, value) = match after.strip_prefix('=') {
            Some(value) => (name, value),
            None => ("", rest),
        };
        let (value, end) = match value.strip_prefix(QUOTES) {
            Some(inner) => (inner, end_of_quoted(value, inner)),
            None => (value, value.find(char::is_whitespace)),
        };
        let (value, after) = value.split_at(end.unwrap_or(value.len()));
        values.push((name, value));
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || QUOTES.contains(&c));
    }
    values
}

/// The end of a value that began with a quotation mark: the same mark, if there is one, for others may be part of the value.
fn end_of_quoted(value: &str, inner: &str) -> Option<usize> {
    let opening = value.chars().next().filter(char::is_ascii);
    opening
        .and_then(|mark| inner.find(mark))
        .or_else(|| inner.find(QUOTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_the_shortcodes() {
        let document = include_str!("../../../docs/content.md");
        let (_, list) = document
            .split_once("The shortcodes are ")
            .unwrap_or_default();
        let list = list
            .split_whitespace()
            .map(|name| name.trim_end_matches([',', '.']));
        let written: Vec<&str> = list.take(NAMES.len() - 3).collect();
        let names = NAMES.iter().skip(3);
        let names: Vec<String> = names.map(|(name, _)| format!("`[{name}]`")).collect();
        assert_eq!(written, names);
    }
}
