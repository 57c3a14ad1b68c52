//! Content negotiation: compares the media types that an operation produces with those that a client accepts (RFC 9110
//! section 12.5.1).

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{Accept, Header, Quality};
use mime::Mime;

/// The media type of problem documents, which every operation may produce.
const PROBLEM: &str = "application/problem+json";

/// The media types of an operation's successful responses.
#[derive(Debug, Clone)]
pub struct MediaTypes(Vec<Mime>);

impl MediaTypes {
    /// Creates the set from names. An operation without any produces JSON, or a response without a body.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let parsed = names.into_iter().filter_map(|name| name.parse().ok());
        let mut types: Vec<Mime> = parsed.collect();
        if types.is_empty() {
            types.push(mime::APPLICATION_JSON);
        }
        Self(types)
    }

    /// Returns whether all of these media types are `application/json`.
    pub fn are_json(&self) -> bool {
        self.0
            .iter()
            .all(|produced| *produced == mime::APPLICATION_JSON)
    }

    /// Returns whether the client accepts one of these media types, or names problem documents and says nothing about
    /// these. A request without `Accept`, or with an unreadable one, accepts anything. Feed readers often name only one of
    /// the types of feeds, or plain XML: a type of the same syntax is accepted in the place of XML, and of `…+json`.
    pub fn are_accepted_by(&self, request: &ServiceRequest) -> bool {
        match Accept::parse(request) {
            Ok(accept) if !accept.0.is_empty() => self.match_one_of(&accept),
            _ => true,
        }
    }

    fn match_one_of(&self, accept: &Accept) -> bool {
        let qualities: Vec<Quality> = self
            .0
            .iter()
            .filter_map(|one| quality(accept, one))
            .collect();
        if qualities.is_empty() {
            let problem = PROBLEM.parse().ok();
            return problem.is_some_and(|problem| accepts(accept, &problem))
                || self
                    .0
                    .iter()
                    .any(|produced| names_relative(accept, produced));
        }
        qualities.into_iter().any(|quality| quality > Quality::ZERO)
    }

    /// Returns the names, for the text of a refusal.
    pub fn names(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|name| format!("`{name}`")).collect();
        names.join(" or ")
    }
}

/// Returns whether the client prefers HTML to JSON, as browsers do.
pub fn prefers_html(request: &impl HttpMessage) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return false;
    };
    quality(&accept, &mime::TEXT_HTML)
        > quality(&accept, &mime::APPLICATION_JSON).or(Some(Quality::ZERO))
}

/// Returns whether the client accepts a media type.
fn accepts(accept: &Accept, produced: &Mime) -> bool {
    quality(accept, produced) > Some(Quality::ZERO)
}

/// Returns whether the client accepts a media type of the same structured syntax (RFC 6839). `application/json` has no
/// relatives: clients would take it for what they have named.
fn names_relative(accept: &Accept, produced: &Mime) -> bool {
    if *produced == mime::APPLICATION_JSON {
        return false;
    }
    let own = syntax(produced.essence_str());
    let mut named = accept
        .0
        .iter()
        .filter(|range| range.quality > Quality::ZERO);
    own.is_some() && named.any(|range| syntax(range.item.as_ref()) == own)
}

/// Returns the structured syntax of a media type or range: XML or JSON.
fn syntax(range: &str) -> Option<&str> {
    let (_, subtype) = range.split(';').next()?.trim().split_once('/')?;
    let syntax = subtype
        .rsplit_once('+')
        .map_or(subtype, |(_, suffix)| suffix);
    matches!(syntax, "xml" | "json").then_some(syntax)
}

/// Returns the quality of the most specific media range that matches; `None` if none does.
fn quality(accept: &Accept, produced: &Mime) -> Option<Quality> {
    let matching = accept
        .0
        .iter()
        .filter_map(|range| Some((specificity(range.item.as_ref(), produced)?, range.quality)));
    matching
        .max_by_key(|(specificity, _)| *specificity)
        .map(|(_, quality)| quality)
}

/// Returns how specifically a media range describes a media type; `None` if it does not match. A parameter excludes
/// only a type that has the same parameter with another value, so `application/json;charset=utf-8` matches
/// `application/json`.
fn specificity(range: &str, produced: &Mime) -> Option<usize> {
    let mut parts = range.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let given = |name: &str| produced.get_param(name).map(|value| value.to_string());
    let named = match (kind, subtype) {
        ("*", "*") => return Some(0),
        (kind, "*") => {
            return kind
                .eq_ignore_ascii_case(produced.type_().as_str())
                .then_some(1);
        }
        (kind, subtype) => format!("{kind}/{subtype}"),
    };
    if !named.eq_ignore_ascii_case(produced.essence_str()) {
        return None;
    }
    let mut precise = 2;
    for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
        match given(name.trim()) {
            Some(given) if given != value.trim().trim_matches('"') => return None,
            Some(_) => precise += 1,
            None => {}
        }
    }
    Some(precise)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    use super::*;

    fn accepted(produced: &str, accept: &str) -> bool {
        let request = TestRequest::default().insert_header((ACCEPT, accept));
        MediaTypes::new([produced]).are_accepted_by(&request.to_srv_request())
    }

    #[test]
    fn a_range_accepts_what_it_describes_unless_its_quality_is_zero() {
        for (produced, accept, expected) in [
            ("application/json", "application/json", true),
            ("application/json", "application/json;charset=utf-8", true),
            ("application/json", "application/problem+json", true),
            ("application/json", "text/html", false),
            ("application/json", "text/html, */*;q=0.1", true),
            ("application/json", "*/*;q=0", false),
            ("application/json", "application/json;q=0,*/*", false),
            (
                "application/json",
                "application/json;q=0, application/problem+json",
                false,
            ),
            (
                "application/json",
                "application/*;q=0, application/json",
                true,
            ),
            (
                "application/json",
                "text/html, application/problem+json;q=0.5",
                true,
            ),
            ("application/atom+xml", "application/json", false),
            ("application/atom+xml", "application/atom+xml", true),
            ("application/atom+xml", "application/rss+xml", true),
            ("application/atom+xml", "text/html, text/xml;q=0.5", true),
            ("application/atom+xml", "application/xml;q=0", false),
            ("application/feed+json", "application/json", true),
            ("application/json", "application/feed+json", false),
            (
                "application/atom+xml",
                "text/html, application/*;q=0.5",
                true,
            ),
            ("image/avif", "image/*", true),
            ("image/avif", "image/webp, image/png", false),
            ("text/plain; version=0.0.4", "text/plain", true),
            (
                "text/plain; version=0.0.4",
                "text/plain;version=0.0.4",
                true,
            ),
            (
                "text/plain; version=0.0.4",
                "text/plain;version=1.0.0",
                false,
            ),
        ] {
            assert_eq!(accepted(produced, accept), expected, "{produced}: {accept}");
        }
    }

    #[test]
    fn the_most_specific_range_decides() {
        let nothing_else = "application/problem+json;q=0";
        assert!(!accepted(
            "text/plain",
            &format!("text/plain;q=0, {nothing_else}, */*;q=0.1, text/*;q=0")
        ));
        assert!(accepted("text/plain", "text/plain;q=0.1, */*;q=0"));
    }
}
