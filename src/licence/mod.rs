//! Licences: an identifier of the SPDX licence list in its own case, a `LicenseRef-…`, or an address. Values that were
//! stored before this rule are read as they are.

use serde::{Deserialize, Deserializer};
use spdx::identifiers::LICENSES;

use crate::patch::Patched;

/// The maximum length of a licence.
const MAX_LENGTH: usize = 200;

/// The beginning of identifiers that are not in the list (SPDX 2.3, annex D).
const OWN: &str = "LicenseRef-";

/// An entry of the list of the crate that is no licence.
const NO_LICENCE: &str = "NOASSERTION";

/// The minimum similarity between an unknown identifier and a suggestion.
const ALIKE: f64 = 0.6;

/// Returns the licence with its identifier in canonical case. The error completes "the value …".
pub fn canonical(text: &str) -> Result<String, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("has more than {MAX_LENGTH} characters"));
    }
    if is_address(text) {
        return Ok(text.to_owned());
    }
    if let Some((start, name)) = text.split_at_checked(OWN.len())
        && start.eq_ignore_ascii_case(OWN)
        && is_name(name)
    {
        return Ok(format!("{OWN}{name}"));
    }
    identifier(text).ok_or_else(|| match nearest(text) {
        Some(known) => format!("is not a known SPDX identifier; did you mean {known}?"),
        None => "is neither a known SPDX identifier, such as CC-BY-4.0, nor a LicenseRef- of your own, nor an http or \
                 https URL"
            .to_owned(),
    })
}

fn is_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        let rest = text.strip_prefix(scheme).unwrap_or_default();
        !rest.is_empty() && !rest.contains(char::is_whitespace)
    })
}

fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !text.is_empty() && text.bytes().all(is_plain)
}

/// Returns the identifier of the list that is written like this in any case, perhaps with a `+` for later versions.
fn identifier(text: &str) -> Option<String> {
    let find = |text: &str| known().find(|known| known.eq_ignore_ascii_case(text));
    let later = |text: &str| Some(format!("{}+", find(text.strip_suffix('+')?)?));
    find(text).map(str::to_owned).or_else(|| later(text))
}

/// Returns the identifier that is meant, most likely: the latest version of what is named without one, or else the most
/// similar.
fn nearest(text: &str) -> Option<&'static str> {
    let text = text.to_ascii_lowercase().replace([' ', '_'], "-");
    latest(&text).or_else(|| most_similar(&text))
}

/// Returns the latest version of a licence that is named without its version, in lower case.
fn latest(text: &str) -> Option<&'static str> {
    let version = |known: &str| {
        let known = known.to_ascii_lowercase();
        let version = known.strip_prefix(text)?.strip_prefix('-')?;
        let numbers = version.split('.').map(str::parse::<u32>);
        numbers.collect::<Result<Vec<u32>, _>>().ok()
    };
    let versions = known().filter_map(|known| Some((version(known)?, known)));
    versions.max().map(|(_, known)| known)
}

fn most_similar(text: &str) -> Option<&'static str> {
    let alike =
        |known: &str| strsim::normalized_damerau_levenshtein(text, &known.to_ascii_lowercase());
    let all = known().map(|known| (alike(known), known));
    all.filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, known)| known)
}

fn known() -> impl Iterator<Item = &'static str> {
    LICENSES
        .iter()
        .map(|licence| licence.name)
        .filter(|name| *name != NO_LICENCE)
}

/// The host of the licences of Creative Commons.
const CREATIVE_COMMONS: &str = "https://creativecommons.org/";

/// Identifiers other than those of Creative Commons that dedicate a work to the public domain.
const PUBLIC_DOMAIN: [&str; 2] = ["PDDL-1.0", "Unlicense"];

/// Returns whether a licence allows everybody to republish a whole text: every licence of Creative Commons does, and so do
/// dedications to the public domain.
pub fn allows_republication(licence: &str) -> bool {
    let licence = of_list(licence);
    let is_web = without_scheme(licence).is_some_and(is_of_creative_commons);
    let is_listed = ["CC-", "CC0-"].iter().any(|own| licence.starts_with(own));
    is_web || is_listed || PUBLIC_DOMAIN.contains(&licence)
}

/// Returns the identifier in the address of a licence in the SPDX list; any other licence as it is.
fn of_list(licence: &str) -> &str {
    let page = without_scheme(licence).and_then(|rest| rest.strip_prefix("spdx.org/licenses/"));
    let page = page.map(|page| page.strip_suffix('/').unwrap_or(page));
    let page = page.map(|page| page.strip_suffix(".html").unwrap_or(page));
    page.and_then(|page| known().find(|known| *known == page))
        .unwrap_or(licence)
}

fn without_scheme(address: &str) -> Option<&str> {
    let schemes = ["https://", "http://"].into_iter();
    let rest = schemes.filter_map(|scheme| address.strip_prefix(scheme));
    rest.map(|rest| rest.strip_prefix("www.").unwrap_or(rest))
        .next()
}

/// Returns whether an address names a licence of Creative Commons or a dedication: its terms, and a version.
fn is_of_creative_commons(address: &str) -> bool {
    let mut segments = address.split(['/', '?', '#']);
    let is_kind = segments.next() == Some("creativecommons.org")
        && matches!(segments.next(), Some("licenses" | "publicdomain"));
    let has_terms = segments.next().is_some_and(|terms| !terms.is_empty());
    let version = segments.next().unwrap_or_default();
    is_kind && has_terms && version.starts_with(|c: char| c.is_ascii_digit())
}

/// Returns the URL of the text of a licence; `None` for an own identifier.
pub fn url(licence: &str) -> Option<String> {
    let licence = of_list(licence);
    if is_address(licence) {
        return Some(licence.to_owned());
    }
    if licence.starts_with(OWN) {
        return None;
    }
    // The text of the version that is named allows later ones.
    let licence = licence.trim_end_matches('+');
    Some(match licence {
        "CC0-1.0" => format!("{CREATIVE_COMMONS}publicdomain/zero/1.0/"),
        "CC-PDM-1.0" => format!("{CREATIVE_COMMONS}publicdomain/mark/1.0/"),
        _ => match creative_commons(licence) {
            Some((terms, version)) => {
                let (terms, version) = (terms.to_lowercase(), version.to_lowercase());
                format!(
                    "{CREATIVE_COMMONS}licenses/{terms}/{}/",
                    version.replace('-', "/")
                )
            }
            None => format!("https://spdx.org/licenses/{licence}.html"),
        },
    })
}

/// Returns a licence as people write it, such as `CC BY-SA 4.0`.
pub fn name(licence: &str) -> String {
    let licence = of_list(licence);
    match creative_commons(licence) {
        Some((terms, version)) => format!("CC {terms} {}", version.replace('-', " ")),
        None if licence == "CC0-1.0" => "CC0 1.0".to_owned(),
        None => licence.to_owned(),
    }
}

/// Returns the terms and the version of a licence of Creative Commons: `BY-SA` and `3.0-IGO`.
fn creative_commons(licence: &str) -> Option<(&str, &str)> {
    let rest = licence.strip_prefix("CC-")?;
    let version = rest.find(|c: char| c.is_ascii_digit())?;
    let (terms, version) = rest.split_at_checked(version)?;
    Some((terms.strip_suffix('-')?, version))
}

/// Deserialises a licence in canonical case that may be absent or null. One that is not known stays as it is, for the rule
/// about the member to refuse it.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given: Option<String> = Option::deserialize(deserializer)?;
    Ok(given.map(|text| canonical(&text).unwrap_or(text)))
}

/// Deserialises a clearable licence in a patch, like [`optional`].
pub fn clearable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patched<String>, D::Error> {
    optional(deserializer).map(Some)
}

/// Deserialises a licence whose empty text means that there is none, like [`optional`].
pub fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(optional(deserializer)?.filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests;
