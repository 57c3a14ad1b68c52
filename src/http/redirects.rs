//! Redirects that keep the query of the request.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use percent_encoding::percent_decode_str;

/// Adds the parameters of the request to the `Location` of a permanent redirect, except those that it already has.
/// Leaves other responses unchanged.
pub(super) fn keep_query(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    if let Some(location) = location
        && response.status() == StatusCode::PERMANENT_REDIRECT
        && let Ok(location) =
            HeaderValue::from_str(&with_query(location, response.request().query_string()))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn with_query(location: &str, query: &str) -> String {
    let (path, own) = location.split_once('?').unwrap_or((location, ""));
    let name = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy().into_owned()
    };
    let names: Vec<String> = own.split('&').map(name).collect();
    let more = query.split('&').filter(|pair| !names.contains(&name(pair)));
    let pairs: Vec<&str> = own
        .split('&')
        .chain(more)
        .filter(|pair| !pair.is_empty())
        .collect();
    match pairs.as_slice() {
        [] => path.to_owned(),
        pairs => format!("{path}?{}", pairs.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_keeps_the_query_without_naming_a_parameter_twice() {
        assert_eq!(with_query("/v1/tags/a", ""), "/v1/tags/a");
        assert_eq!(
            with_query("/v1/tags/a", "lang=fr&fields=name"),
            "/v1/tags/a?lang=fr&fields=name"
        );
        assert_eq!(
            with_query("/v1/posts/a?lang=fr", "fields=title"),
            "/v1/posts/a?lang=fr&fields=title"
        );
        assert_eq!(
            with_query("/v1/resolve?slug=b&lang=fr", "slug=a&lang=fr"),
            "/v1/resolve?slug=b&lang=fr"
        );
        assert_eq!(
            with_query("/v1/resolve?path=/en/a", "p%61th=/en/A&%zz=1"),
            "/v1/resolve?path=/en/a&%zz=1"
        );
    }
}
