//! The headers about quotas, as in draft-ietf-httpapi-ratelimit-headers-10.
//!
//! They are sent only with responses that shared caches must not store: such a cache would tell one client what another has
//! left. What everybody may read without a key stays as short as it was.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};

use super::{Count, Quotas, Rate};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The header of a rate.
pub fn policy(rate: Rate) -> Option<HeaderValue> {
    let written = format!(r#""default";q={};w={}"#, rate.burst, rate.window());
    HeaderValue::try_from(written).ok()
}

/// The facts on which the headers of a response depend.
pub struct CountedRequest {
    /// The count of the request; `None` if no quota applies.
    pub count: Option<Count>,
    /// True if the client was identified by its credentials.
    pub has_key: bool,
    /// True if the surface is open to everybody, so that shared caches may store its responses.
    pub is_open: bool,
    /// The quotas of the instance.
    pub quotas: Quotas,
}

impl CountedRequest {
    /// Adds the headers to a response. One that was sent to a key must not be shared.
    pub fn add_headers(&self, response: &mut ServiceResponse<BoxBody>) {
        let sharing = Sharing::of(response);
        let headers = response.headers_mut();
        if self.has_key && sharing == Sharing::Permitted {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
        let is_own = self.has_key || !self.is_open || sharing == Sharing::Forbidden;
        let Some(count) = self.count.filter(|_| is_own) else {
            return;
        };
        if let Some(policy) = self.quotas.policy(count.rate) {
            headers.insert(POLICY, policy);
        }
        let limit = format!(r#""default";r={};t={}"#, count.remaining, count.reset());
        if let Ok(limit) = HeaderValue::try_from(limit) {
            headers.insert(LIMIT, limit);
        }
    }
}

/// The permission of shared caches to store a response.
#[derive(PartialEq, Eq)]
enum Sharing {
    /// They may.
    Permitted,
    /// The response does not say so.
    Unsaid,
    /// They must not. Failures that do not say so yet are completed with `no-store`.
    Forbidden,
}

impl Sharing {
    fn of(response: &ServiceResponse<BoxBody>) -> Self {
        match response.headers().get(CACHE_CONTROL) {
            Some(said) if said.as_bytes().starts_with(b"public") => Self::Permitted,
            Some(_) => Self::Forbidden,
            None if response.status().as_u16() < 400 => Self::Unsaid,
            None => Self::Forbidden,
        }
    }
}
