//! The providers of players that may be embedded by a click: their hosts, and the address of the player for a page. No
//! address of a writer reaches a player: each is made from the identifiers that the page's address holds.

use std::str::FromStr;

use url::{Url, form_urlencoded};

use super::{sanitize::decoded_value, urls};

/// A provider of videos or sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// YouTube. Its player sets no cookies before it plays.
    YouTube,
    /// Vimeo. Its player is told not to track.
    Vimeo,
    /// Dailymotion.
    Dailymotion,
    /// SoundCloud.
    SoundCloud,
    /// Spotify.
    Spotify,
    /// TED.
    Ted,
}

/// The longest identifier that is taken for one. Those of providers are shorter.
const LONGEST_ID: usize = 100;

impl Provider {
    /// Every provider.
    pub const ALL: [Provider; 6] = [
        Provider::YouTube,
        Provider::Vimeo,
        Provider::Dailymotion,
        Provider::SoundCloud,
        Provider::Spotify,
        Provider::Ted,
    ];

    /// The name in settings, shortcodes and `data-provider`.
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::YouTube => "youtube",
            Provider::Vimeo => "vimeo",
            Provider::Dailymotion => "dailymotion",
            Provider::SoundCloud => "soundcloud",
            Provider::Spotify => "spotify",
            Provider::Ted => "ted",
        }
    }

    fn hosts(self) -> &'static [&'static str] {
        match self {
            Provider::YouTube => &[
                "www.youtube.com",
                "youtube.com",
                "m.youtube.com",
                "youtu.be",
                "www.youtube-nocookie.com",
                "youtube-nocookie.com",
            ],
            Provider::Vimeo => &["vimeo.com", "www.vimeo.com", "player.vimeo.com"],
            Provider::Dailymotion => &[
                "www.dailymotion.com",
                "dailymotion.com",
                "geo.dailymotion.com",
                "dai.ly",
            ],
            Provider::SoundCloud => &["soundcloud.com", "www.soundcloud.com", "w.soundcloud.com"],
            Provider::Spotify => &["open.spotify.com"],
            Provider::Ted => &["www.ted.com", "ted.com", "embed.ted.com"],
        }
    }

    /// The address of the player for a page or a player of this provider.
    fn player(self, page: &Url) -> Option<String> {
        let path: Vec<&str> = page.path_segments()?.filter(|it| !it.is_empty()).collect();
        let host = page.host_str()?;
        match self {
            Provider::YouTube => youtube(page, host, &path),
            Provider::Vimeo => vimeo(page, &path),
            Provider::Dailymotion => dailymotion(page, host, &path),
            Provider::SoundCloud => soundcloud(page, &path),
            Provider::Spotify => match *path.as_slice() {
                [.., kind, id] => {
                    let (kind, id) = (checked_id(kind)?, checked_id(id)?);
                    Some(format!("https://open.spotify.com/embed/{kind}/{id}"))
                }
                _ => None,
            },
            Provider::Ted => match *path.as_slice() {
                ["talks", .., talk] => {
                    let talk = checked_id(talk)?;
                    Some(format!("https://embed.ted.com/talks/{talk}"))
                }
                _ => None,
            },
        }
    }
}

impl FromStr for Provider {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|provider| provider.as_str() == name)
            .ok_or_else(|| format!("has {name:?}, which is no known provider"))
    }
}

fn youtube(page: &Url, host: &str, path: &[&str]) -> Option<String> {
    let list = parameter(page, "list").filter(|list| checked_id(list).is_some());
    let id = match *path {
        [id] if host == "youtu.be" => id.to_owned(),
        ["embed" | "v" | "shorts" | "live", id] => id.to_owned(),
        ["watch"] => parameter(page, "v")?,
        ["playlist"] => "videoseries".to_owned(),
        _ => return None,
    };
    if id == "videoseries" && list.is_none() {
        return None;
    }
    let id = checked_id(&id)?;
    let start = parameter(page, "start").or_else(|| parameter(page, "t"));
    let start = start.as_deref().and_then(seconds);
    let list = list.map(|list| format!("list={list}"));
    let start = start.map(|start| format!("start={start}"));
    let query: Vec<String> = list.into_iter().chain(start).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let query = query.join("&");
    Some(format!(
        "https://www.youtube-nocookie.com/embed/{id}{mark}{query}"
    ))
}

/// A video that is not listed needs the hash in its address, too.
fn vimeo(page: &Url, path: &[&str]) -> Option<String> {
    let at = path.iter().position(|it| is_number(it))?;
    let id = path.get(at)?;
    let hash = parameter(page, "h").or_else(|| path.get(at + 1).map(|it| (*it).to_owned()));
    let hash = hash.filter(|hash| checked_id(hash).is_some());
    let hash = hash.map_or(String::new(), |hash| format!("&h={hash}"));
    Some(format!("https://player.vimeo.com/video/{id}?dnt=1{hash}"))
}

fn dailymotion(page: &Url, host: &str, path: &[&str]) -> Option<String> {
    let id = match *path {
        [id] if host == "dai.ly" => id.to_owned(),
        [.., "video", id] => id.to_owned(),
        _ => parameter(page, "video")?,
    };
    let id = checked_id(&id)?;
    Some(format!("https://www.dailymotion.com/embed/video/{id}"))
}

/// Returns the page that browsers can read in the place of an address for programs in a `href`. SoundCloud's own shortcode
/// names the address of its API, which refuses browsers.
pub(super) fn readable_page(attribute: &str, value: &str) -> Option<String> {
    if attribute != "href" || !value.contains("api.soundcloud.com/") {
        return None;
    }
    page(&decoded_value(value)).map(|page| page.replace('&', "&amp;"))
}

/// Returns the page of an address for programs.
pub(super) fn page(address: &str) -> Option<String> {
    let url = urls::absolute(address).filter(|url| url.host_str() == Some("api.soundcloud.com"))?;
    let mut path = url.path_segments()?;
    let is_sound = matches!(path.next(), Some("tracks" | "playlists" | "users"));
    is_sound.then(|| soundcloud_player(address))
}

fn soundcloud_player(track: &str) -> String {
    let track: String = form_urlencoded::byte_serialize(track.as_bytes()).collect();
    format!("https://w.soundcloud.com/player/?url={track}")
}

/// The player takes the address of a track, which must be one of SoundCloud.
fn soundcloud(page: &Url, path: &[&str]) -> Option<String> {
    let track = match *path {
        ["player"] => parameter(page, "url")?,
        [_, _, ..] => page.as_str().to_owned(),
        _ => return None,
    };
    let host = urls::absolute(&track)?.host_str()?.to_owned();
    let is_own = host == "api.soundcloud.com" || Provider::SoundCloud.hosts().contains(&&*host);
    is_own.then(|| soundcloud_player(&track))
}

fn parameter(page: &Url, name: &str) -> Option<String> {
    let mut all = page.query_pairs();
    all.find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether the text can be the identifier of something at a provider.
pub(super) fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(is_plain)
}

fn checked_id(text: &str) -> Option<&str> {
    is_id(text).then_some(text)
}

/// Reads `90`, `90s` and `1h2m3s`.
fn seconds(text: &str) -> Option<u32> {
    let mut total: u32 = 0;
    for part in text.split_inclusive(['h', 'm', 's']) {
        let number = part.trim_end_matches(['h', 'm', 's']);
        let factor = match part.strip_prefix(number)? {
            "h" => 3600,
            "m" => 60,
            _ => 1,
        };
        total = total.checked_add(number.parse::<u32>().ok()?.checked_mul(factor)?)?;
    }
    Some(total)
}

/// The providers whose players a click may load.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Providers([bool; Provider::ALL.len()]);

impl Providers {
    /// Returns the provider of an address and the address of its player, if it is one of these providers.
    pub(super) fn player(self, address: &str) -> Option<(Provider, String)> {
        let page = urls::absolute(address)?;
        let host = page.host_str()?;
        let is_plain = page.port().is_none() && page.username().is_empty();
        let provider = self.iter().find(|it| it.hosts().contains(&host))?;
        let player = provider.player(&page).filter(|_| is_plain)?;
        Some((provider, player))
    }

    /// Returns whether there are none.
    pub(super) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// The providers, in the order of [`Provider::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Provider> {
        let chosen = Provider::ALL.into_iter().zip(self.0);
        chosen.filter_map(|(provider, is_chosen)| is_chosen.then_some(provider))
    }
}

impl FromIterator<Provider> for Providers {
    fn from_iter<I: IntoIterator<Item = Provider>>(providers: I) -> Self {
        let chosen: Vec<Provider> = providers.into_iter().collect();
        Self(Provider::ALL.map(|provider| chosen.contains(&provider)))
    }
}
