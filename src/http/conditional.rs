//! The preconditions of writes on the management surface: `If-Match` and `If-None-Match` (RFC 9110 section 13). Those
//! of reads are evaluated by the cache.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{
    EntityTag, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH, IfMatch, IfNoneMatch,
};
use actix_web::{FromRequest, HttpRequest};

use super::app_data::app_data;
use super::entity_tags::{Member, strict_members};
use crate::config::Config;
use crate::error::{Error, Fault, Result};
use crate::version::{Seen, SeenOrNew};

impl FromRequest for Seen {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(seen(request, false))
    }
}

impl FromRequest for SeenOrNew {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(seen(request, true).map(Self))
    }
}

/// Reads the expectation of a request, which may create the resource if `creates`.
fn seen(request: &HttpRequest, creates: bool) -> Result<Seen> {
    let seen = read(request.headers())?;
    let must_ask = app_data::<Config>(request)?.server.require_if_match;
    if must_ask && !seen.protects(creates) {
        return Err(Error::Unconditional { creates });
    }
    Ok(seen)
}

fn read(headers: &HeaderMap) -> Result<Seen> {
    let any_of = list(headers, IF_MATCH, "If-Match")?.map(|list| match list {
        List::Any => IfMatch::Any,
        List::Tags(tags) => IfMatch::Items(tags),
    });
    let none_of = list(headers, IF_NONE_MATCH, "If-None-Match")?.map(|list| match list {
        List::Any => IfNoneMatch::Any,
        List::Tags(tags) => IfNoneMatch::Items(tags),
    });
    Ok(Seen::new(any_of, none_of))
}

/// The value of `If-Match` or `If-None-Match`.
enum List {
    /// `*`.
    Any,
    Tags(Vec<EntityTag>),
}

/// Reads the list in a header, which faults call `shown`. Returns `None` if the header is absent.
///
/// # Errors
/// Returns [`Error::Header`] if the header is neither: comparing it with the current version would be a false 412.
fn list(headers: &HeaderMap, name: HeaderName, shown: &'static str) -> Result<Option<List>> {
    if !headers.contains_key(&name) {
        return Ok(None);
    }
    let expected = "must be `*` or entity-tags in double quotes, such as \"v7\"";
    let malformed = || Error::Header(Fault::header(shown, "wrong_format", expected));
    let members = strict_members(headers, name).ok_or_else(malformed)?;
    let tags = members.into_iter().map(|member| match member {
        Member::Any => None,
        Member::Tag(tag) => Some(tag),
    });
    let tags: Option<Vec<EntityTag>> = tags.collect();
    Ok(Some(tags.map_or(List::Any, List::Tags)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::http::header::HeaderValue;
    use actix_web::rt::System;
    use actix_web::test::TestRequest;

    use super::*;

    fn given(name: HeaderName, value: &'static str) -> Seen {
        let mut headers = HeaderMap::new();
        headers.append(name, HeaderValue::from_static(value));
        read(&headers).unwrap()
    }

    #[test]
    fn a_write_goes_through_if_its_list_has_the_version() {
        for value in ["\"v3\"", "\"v2\", \"v3\"", "\"a,b\",\"v3\"", "*"] {
            assert!(given(IF_MATCH, value).allows(3), "{value}");
            assert!(!given(IF_NONE_MATCH, value).allows(3), "{value}");
        }
    }

    #[test]
    fn a_comma_or_an_asterisk_within_an_entity_tag_is_a_character_of_it() {
        for value in ["\"v3,v4\"", "\"a,*,b\""] {
            let seen_one = given(IF_MATCH, value);
            assert!(!seen_one.allows(3) && seen_one.protects(false), "{value}");
            let unseen = given(IF_NONE_MATCH, value);
            assert!(unseen.allows(3) && !unseen.protects(true), "{value}");
        }
        assert_eq!(read(&HeaderMap::new()).unwrap(), Seen::default());
    }

    #[test]
    fn what_is_no_entity_tag_is_malformed() {
        for name in [IF_MATCH, IF_NONE_MATCH] {
            for value in ["v7", "", "\"v7\", v8", "*, \"v7\""] {
                let mut headers = HeaderMap::new();
                headers.append(name.clone(), HeaderValue::from_static(value));
                assert!(matches!(read(&headers), Err(Error::Header(_))), "{value}");
            }
        }
    }

    #[test]
    fn without_settings_no_write_goes_on() {
        let request = TestRequest::put().to_http_request();
        let extracted = System::new().block_on(Seen::extract(&request));
        assert!(matches!(extracted, Err(Error::Internal(_))));
    }
}
