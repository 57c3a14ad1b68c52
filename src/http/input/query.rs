//! The extractors of query parameters.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;
use validator::Validate;

use super::typed::typed;
use crate::error::{Error, Fault, Location, Result};
use crate::http::app_data::app_data;
use crate::page::{CursorKey, Listing};

/// The query parameters, deserialised. A handler may have several such extractors, each for some of the parameters.
pub struct Query<T>(pub T);

/// A query that `negotiation` has checked against the contract.
pub(in crate::http) struct CheckedQuery(pub(in crate::http) Value);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parameters(request).map(Self))
    }
}

/// Reads a listing from the query parameters. All instances sign its cursors with the same key.
impl FromRequest for Listing {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(listing(request))
    }
}

/// Checks the parameters of `T`.
///
/// # Errors
/// Returns [`Error::Parameters`] with all that are invalid.
pub fn check_query<T: DeserializeOwned + Validate>(request: &HttpRequest) -> Result<()> {
    parameters::<T>(request).map(drop)
}

/// Checks the parameters of a listing.
///
/// # Errors
/// Returns [`Error::Parameters`] with all that are invalid.
pub fn check_listing(request: &HttpRequest) -> Result<()> {
    listing(request).map(drop)
}

fn listing(request: &HttpRequest) -> Result<Listing> {
    let paging = parameters(request)?;
    let key = app_data::<CursorKey>(request)?;
    Listing::new(
        request.path(),
        request.query_string(),
        paging,
        (***key).clone(),
    )
}

fn parameters<T: DeserializeOwned + Validate>(request: &HttpRequest) -> Result<T> {
    let checked = request
        .extensions()
        .get::<CheckedQuery>()
        .map(|checked| checked.0.clone());
    let unchecked = || Error::Internal("the query was not checked against the contract".into());
    typed(checked.ok_or_else(unchecked)?)
        .map_err(|faults| Error::Parameters(faults.into_iter().map(in_parameter).collect()))
}

/// Replaces the JSON Pointer of the fault with the name of the query parameter.
fn in_parameter(fault: Fault) -> Fault {
    let Location::Pointer(pointer) = &fault.at else {
        return fault;
    };
    let name = pointer.trim_start_matches('/').split('/').next();
    let at = Location::Parameter(name.unwrap_or_default().to_owned());
    Fault { at, ..fault }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::test::TestRequest;
    use actix_web::web;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    struct Filter {
        tag: Option<u8>,
    }

    #[test]
    fn a_query_that_nobody_checked_is_an_internal_error() {
        let request = TestRequest::default().to_http_request();
        assert!(matches!(
            parameters::<Filter>(&request),
            Err(Error::Internal(_))
        ));
        request.extensions_mut().insert(CheckedQuery(json!({})));
        assert_eq!(parameters::<Filter>(&request).unwrap().tag, None);
        assert!(matches!(listing(&request), Err(Error::Internal(_))));
        let key = web::Data::new(CursorKey::new(&[7; 32]));
        let request = TestRequest::default().app_data(key).to_http_request();
        request.extensions_mut().insert(CheckedQuery(json!({})));
        assert!(listing(&request).is_ok());
    }

    #[test]
    fn a_fault_names_its_parameter() {
        let request = TestRequest::default().to_http_request();
        let checked = CheckedQuery(json!({ "tag": "a" }));
        request.extensions_mut().insert(checked);
        let Err(Error::Parameters(faults)) = parameters::<Filter>(&request) else {
            unreachable!("a letter is no number");
        };
        let places: Vec<&Location> = faults.iter().map(|fault| &fault.at).collect();
        assert!(matches!(places.as_slice(), [Location::Parameter(name)] if name == "tag"));
    }
}
