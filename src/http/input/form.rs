//! The extractor of bodies from HTML forms.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;
use validator::Validate;

use super::body::read_limited;
use super::json::{check_coding, checked, endpoint, wrong_type};
use crate::error::{Error, Result};

/// A body of a form that is valid against the contract's schema, as `application/x-www-form-urlencoded` or as
/// `multipart/form-data` (RFC 7578). All values are texts, and of a name that occurs several times the last counts.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move { extract(&request, &mut payload).await.map(Self) })
    }
}

async fn extract<T: DeserializeOwned + Validate>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> std::result::Result<T, actix_web::Error> {
    let endpoint = endpoint(request)?;
    check_coding(request)?;
    let encoding = Encoding::of(request).ok_or_else(wrong_type)?;
    let bytes = read_limited(request, payload).await?;
    let members = match encoding {
        Encoding::Url => form_urlencoded::parse(&bytes)
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect(),
        Encoding::Multipart(boundary) => parts(&bytes, &boundary)?,
    };
    let value = Value::Object(members);
    let shape = endpoint.body(&value);
    Ok(checked(value, shape)?)
}

/// The encoding of a form.
enum Encoding {
    Url,
    /// Parts between lines with this boundary.
    Multipart(String),
}

impl Encoding {
    fn of(request: &HttpRequest) -> Option<Self> {
        let given = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
        let given: mime::Mime = given.parse().ok()?;
        match given.essence_str() {
            "application/x-www-form-urlencoded" => Some(Self::Url),
            "multipart/form-data" => {
                let boundary = given.get_param(mime::BOUNDARY)?;
                Some(Self::Multipart(boundary.as_str().to_owned()))
            }
            _ => None,
        }
    }
}

/// Reads the parts of a multipart body that are texts with a name.
fn parts(bytes: &[u8], boundary: &str) -> Result<Map<String, Value>> {
    let malformed = || Error::Malformed("The body is not a form in the announced encoding.".into());
    let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
    // The line end before a boundary belongs to it, and the first may stand at the very beginning.
    let text = format!("\r\n{text}");
    let delimiter = format!("\r\n--{boundary}");
    let mut parts = text.split(delimiter.as_str()).skip(1);
    let mut members = Map::new();
    loop {
        let part = parts.next().ok_or_else(malformed)?;
        if part.starts_with("--") {
            return Ok(members);
        }
        let (head, value) = part.split_once("\r\n\r\n").ok_or_else(malformed)?;
        let name = field_name(head).ok_or_else(malformed)?;
        members.insert(name.to_owned(), value.into());
    }
}

/// Returns the name that the head of a part gives.
fn field_name(head: &str) -> Option<&str> {
    let mut lines = head.lines();
    let disposition = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let mut parameters = disposition.split(';').map(str::trim);
    let name = parameters.find_map(|parameter| parameter.strip_prefix("name="))?;
    Some(name.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_parts_of_a_form_are_read() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a-b\"\r\n\r\nOne-Click\r\n\
                    --x\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; name=b\r\n\r\n1\r\n2\r\n--x--\r\n";
        let members = parts(body.as_bytes(), "x").unwrap();
        let expected = serde_json::json!({ "a-b": "One-Click", "b": "1\r\n2" });
        assert_eq!(Value::Object(members), expected);
        for broken in [
            "",
            "--x",
            "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
            "a=b",
        ] {
            assert!(parts(broken.as_bytes(), "x").is_err(), "{broken}");
        }
    }
}
