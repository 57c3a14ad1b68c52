//! The extractor of path parameters.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

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
            _ => Err(Error::NotFound),
        })
    }
}
