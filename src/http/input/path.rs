//! The extractor of path parameters.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::http::contract::compiled::Contract;
use crate::http::surface::Surface;

/// The path parameters. A malformed parameter identifies nothing, so the response is a 404.
pub struct PathParams<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for PathParams<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let has_nul = request
            .match_info()
            .iter()
            .any(|(_, value)| value.contains('\0'));
        let path = web::Path::<T>::extract(request).into_inner();
        ready(match path {
            Ok(path) if !has_nul => Ok(Self(path.into_inner())),
            _ => Err(malformed(request)),
        })
    }
}

/// Returns the error for a malformed parameter. On the management surface, it says which one is malformed.
fn malformed(request: &HttpRequest) -> Error {
    let is_told = Surface::of(request.path()) == Surface::Management;
    let endpoint = Contract::endpoint_of(request).filter(|_| is_told);
    let flaw = endpoint.and_then(|endpoint| endpoint.path_flaw(request.path()));
    flaw.map_or(Error::NotFound, Error::missing)
}
