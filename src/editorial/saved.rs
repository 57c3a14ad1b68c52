//! The responses to saves and previews. Beside the resource, they list what rendering removes from its text.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use utoipa::ToSchema;

use super::posts::model::Post;
use super::translations::model::{BodySource, Translation};
use crate::content::{self, Warning};
use crate::db::off_thread;
use crate::error::Result;
use crate::http::contract::signature::{Describe, Signature};
use crate::version::{Versioned, etag};

/// A resource with a text, and warnings about the text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CheckedData<T> {
    /// The resource.
    pub data: T,
    /// The elements and attributes that rendering removes from the body, by name. Empty if it removes nothing.
    #[schema(max_items = 100)]
    pub warnings: Vec<Warning>,
}

impl<T: Serialize> Responder for CheckedData<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}

impl<T> Describe for CheckedData<T> {
    fn describe(_: &mut Signature) {}
}

/// A 200 response with a saved resource, or 201 with its address if the save created it. Its version is the `ETag`.
#[derive(Debug, Clone)]
pub struct Saved<T> {
    location: Option<String>,
    body: CheckedData<T>,
}

impl<T: HasBody> Saved<T> {
    /// Creates the response to a save that created the resource.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if rendering panics.
    pub async fn created(location: String, data: T) -> Result<Self> {
        let saved = Self::changed(data).await?;
        Ok(Self {
            location: Some(location),
            ..saved
        })
    }

    /// Creates the response to a save that changed the resource.
    ///
    /// # Errors
    /// Returns the same errors as [`Saved::created`].
    pub async fn changed(data: T) -> Result<Self> {
        let body = data.body().clone();
        let warnings = off_thread(move || Ok(content::warnings(body.format, &body.source))).await?;
        Ok(Self {
            location: None,
            body: CheckedData { data, warnings },
        })
    }
}

impl<T: Serialize + Versioned> Responder for Saved<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = match self.location {
            Some(location) => {
                let mut created = HttpResponse::Created();
                created.insert_header((header::LOCATION, location));
                created
            }
            None => HttpResponse::Ok(),
        };
        response
            .insert_header((header::ETAG, etag(self.body.data.version())))
            .json(self.body)
    }
}

impl<T> Describe for Saved<T> {
    fn describe(signature: &mut Signature) {
        signature.is_versioned = true;
    }
}

/// A resource that contains the source of a body.
pub trait HasBody {
    /// Returns the source of the body.
    fn body(&self) -> &BodySource;
}

impl HasBody for Translation {
    fn body(&self) -> &BodySource {
        &self.body
    }
}

impl HasBody for Post {
    fn body(&self) -> &BodySource {
        &self.translation.body
    }
}
