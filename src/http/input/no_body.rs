//! The extractor of operations without a body. A body is refused rather than ignored, because the client sent it for a
//! purpose.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::body::read_limited;
use crate::error::Error;

/// An empty body: no bytes, `{}` or `null`.
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let bytes = read_limited(&request, &mut payload).await?;
            match bytes.trim_ascii() {
                b"" | b"{}" | b"null" => Ok(Self),
                _ => Err(Error::invalid(
                    "",
                    "unexpected_body",
                    "must be empty: this operation takes no body, only the parameters of its URL",
                )
                .into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::rt::System;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn without_a_limit_nothing_is_read() {
        let (request, mut payload) = TestRequest::post().to_http_parts();
        let extracted = System::new().block_on(NoBody::from_request(&request, &mut payload));
        let status = extracted
            .err()
            .map(|refusal| refusal.error_response().status());
        assert_eq!(status, Some(StatusCode::INTERNAL_SERVER_ERROR));
    }
}
