//! Parsers from the text of a setting to its value. Each error completes "the value …" and is followed by the expected
//! value.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};
use log::LevelFilter;
use url::{Host, Url};
use validator::ValidateEmail;

use super::Secret;
use super::setting::Setting;
use crate::content::{Provider, Providers};
use crate::lang::Lang;
use crate::licence;

pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "is not an IP address with a port".to_owned())
}

pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "is not a port".to_owned())
}

/// Parses an integer within the bounds of the setting.
pub(super) fn whole<T: TryFrom<u64>>(setting: &Setting, text: &str) -> Result<T, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("is not a whole number".to_owned());
    }
    let (least, most) = setting.bounds();
    let number = text
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number));
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| "is out of range".to_owned())
}

/// Parses an integer up to `most`, or `off`, which is 0.
pub(super) fn number_or_off(most: u64, text: &str) -> Result<u32, String> {
    if text == "off" {
        return Ok(0);
    }
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err("is neither a whole number nor off".to_owned());
    }
    let number = text.parse().ok();
    let number = number.filter(|number| u64::from(*number) <= most);
    number.ok_or_else(|| "is out of range".to_owned())
}

/// Parses origins and normalises them to the form that browsers send: lower case, without a default port.
pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    list(text, |part| {
        let refused = || format!("has {part:?}, which is not an exact origin");
        let url = Url::parse(part).map_err(|_| refused())?;
        let bare = matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        // An origin that a browser sends never contains a wildcard, but the URL parser would accept one as a host name.
        if bare && !part.contains('*') {
            Ok(url.origin().ascii_serialization())
        } else {
            Err(refused())
        }
    })
}

/// Parses names of hosts and IP addresses, in the form in which URLs have them.
pub(super) fn hosts(text: &str) -> Result<Vec<String>, String> {
    list(text, |part| {
        let host = match part.parse::<Ipv6Addr>() {
            Ok(address) => Ok(Host::Ipv6(address)),
            Err(_) => Host::parse(part),
        };
        match host {
            Ok(host) if !part.contains('*') => Ok(host.to_string()),
            Ok(_) | Err(_) => Err(format!(
                "has {part:?}, which is neither a name of a host nor an IP address"
            )),
        }
    })
}

/// Parses addresses and networks. A network in the IPv4-mapped part of IPv6 becomes the IPv4 network.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    list(text, |part| {
        let address = part.parse::<IpAddr>().ok().map(IpNet::from);
        let network = address.or_else(|| part.parse::<IpNet>().ok());
        network
            .map(|network| unmapped(network).trunc())
            .ok_or_else(|| format!("has {part:?}, which is neither an IP address nor a network"))
    })
}

fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else {
        return network;
    };
    let prefix = mapped.prefix_len().checked_sub(96);
    let parts = mapped.addr().to_ipv4_mapped().zip(prefix);
    let unmapped = parts.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok());
    unmapped.map_or(network, IpNet::V4)
}

pub(super) fn email(text: &str) -> Result<String, String> {
    if text.validate_email() {
        Ok(text.to_owned())
    } else {
        Err("is not an e-mail address".to_owned())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where parsers stand")]
pub(super) fn secret(text: &str) -> Result<Secret, String> {
    Ok(Secret::new(text))
}

/// Parses one of the words of an enum.
pub(super) fn word<T: Copy, const N: usize>(
    all: [T; N],
    as_str: fn(T) -> &'static str,
    text: &str,
) -> Result<T, String> {
    let known = all.into_iter().find(|one| as_str(*one) == text);
    known.ok_or_else(|| "is unknown".to_owned())
}

pub(super) fn truth(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_| "is neither true nor false".to_owned())
}

/// Parses a text of at most `longest` characters.
pub(super) fn short(longest: usize, text: &str) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("is longer than {longest} characters"));
    }
    Ok(text.to_owned())
}

pub(super) fn languages(text: &str) -> Result<Vec<Lang>, String> {
    list(text, |part| {
        part.parse()
            .map_err(|_| format!("has {part:?}, which is not a language tag"))
    })
}

pub(super) fn web_address(text: &str) -> Result<String, String> {
    if is_web_address(text) {
        Ok(text.to_owned())
    } else {
        Err("is not an absolute http or https URL".to_owned())
    }
}

pub(super) fn contact(text: &str) -> Result<String, String> {
    if is_contact(text) {
        Ok(text.to_owned())
    } else {
        Err("is neither an e-mail address nor a URL".to_owned())
    }
}

/// Parses a licence in the form that posts accept.
pub(super) fn licence(text: &str) -> Result<String, String> {
    licence::canonical(text)
}

/// Returns whether a text is an absolute http or https URL with a host.
pub fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Returns whether a text is an e-mail address, or an absolute http or https URL.
pub fn is_contact(text: &str) -> bool {
    text.validate_email() || is_web_address(text)
}

pub(super) fn embed_providers(text: &str) -> Result<Providers, String> {
    list(text, str::parse::<Provider>).map(Providers::from_iter)
}

/// Validates a log filter with the parser of env_logger. That parser accepts any single word as the name of a module,
/// so a misspelt level is rejected here: it would silence the log.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    let words = text
        .split('/')
        .next()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    for word in words.clone() {
        if let Some(level) = misspelt_level(word) {
            return Err(format!("has {word:?}, which looks like the level {level}"));
        }
    }
    if words.count() == 0 {
        return Err("names no level".to_owned());
    }
    env_filter::Builder::new()
        .try_parse(text)
        .map_err(|_| "is not a valid filter".to_owned())?;
    Ok(text.to_owned())
}

fn misspelt_level(word: &str) -> Option<String> {
    if word.parse::<LevelFilter>().is_ok() {
        return None;
    }
    let lower = word.to_lowercase();
    let levels = LevelFilter::iter().map(|level| level.to_string().to_lowercase());
    levels.filter(|level| level.len() > 3).find(|level| {
        lower
            .strip_prefix(level.as_str())
            .is_some_and(|rest| rest == "ing")
            || strsim::damerau_levenshtein(level, &lower) == 1
    })
}

/// Parses the items between commas, without duplicates.
fn list<T: PartialEq>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let mut values = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let value = parse(part)?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests;
