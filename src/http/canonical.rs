//! Paths in canonical form (RFC 3986 section 6.2.2.2), so that equivalent spellings of a path are treated alike.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

/// Decodes the percent-encoded unreserved characters in the path of a request.
pub fn canonicalize(request: &mut ServiceRequest) {
    if let Some(path) = decoded(request.path())
        && let Some(uri) = with_path(request.uri(), &path)
    {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// Returns the path with its unreserved characters decoded; `None` if nothing changes.
fn decoded(path: &str) -> Option<String> {
    let (first, rest) = path.split_once('%')?;
    let mut decoded = first.to_owned();
    for part in rest.split('%') {
        let plain = part.get(..2).and_then(unreserved);
        match (plain, part.get(2..)) {
            (Some(plain), Some(rest)) => {
                decoded.push(plain);
                decoded.push_str(rest);
            }
            _ => {
                decoded.push('%');
                decoded.push_str(part);
            }
        }
    }
    (decoded != path).then_some(decoded)
}

fn unreserved(digits: &str) -> Option<char> {
    let sent = format!("%{digits}");
    let decoded = percent_decode_str(&sent).decode_utf8().ok()?;
    let mut letters = decoded.chars();
    let letter = letters.next()?;
    let is_unreserved = letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    (is_unreserved && letters.next().is_none()).then_some(letter)
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let path = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_are_decoded() {
        for (path, expected) in [
            ("/v1/posts", None),
            ("/v1/%70osts", Some("/v1/posts")),
            ("/v1/%61dmin/%74%61gs", Some("/v1/admin/tags")),
            ("/v1/posts/a%2Db%7e", Some("/v1/posts/a-b~")),
            ("/v1/posts/%2F%2f%25%00%20", None),
            ("/v1/posts/%C3%A9%", None),
            ("/v1/posts/%zz%4", None),
            ("/v1/posts/%2570", None),
        ] {
            assert_eq!(decoded(path).as_deref(), expected, "{path}");
        }
    }
}
