//! The responses of handlers. The type of a response determines its status and its envelope.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType, EntityTag, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::entity_tags::{self, Member};
use crate::error::Error;
use crate::fields::{Selected, Selection};
use crate::page::PageInfo;
use crate::version::{Versioned, etag};

/// One resource.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Data<T> {
    /// The resource.
    pub data: T,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in order.
    pub data: Vec<T>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

impl<T> Page<T> {
    /// Returns the page with only the selected members of its items.
    pub fn selecting(self, selection: Selection) -> Page<Selected<T>> {
        Page {
            data: Selected::all(self.data, selection),
            page: self.page,
        }
    }
}

/// A 201 response with a new resource, its address in `Location` and its version as the `ETag`.
#[derive(Debug, Clone)]
pub struct Created<T> {
    /// The address of the new resource.
    pub location: String,
    /// The new resource.
    pub data: T,
}

/// A 200 response with a resource that can be changed. Its version is the strong `ETag`, for use in `If-Match`.
#[derive(Debug, Clone)]
pub struct Editable<T>(pub T);

/// A 200 response without an envelope, for operations whose format is prescribed by a standard or by common clients.
#[derive(Debug, Clone)]
pub struct Bare<T>(pub T);

/// A 200 response without an envelope, with a weak `ETag` that is derived from its content; a 304 if the client has it.
#[derive(Debug, Clone)]
pub struct Validated<T>(pub T);

/// A 200 response in another format than JSON.
#[derive(Debug, Clone)]
pub struct Document {
    /// The media type.
    pub media_type: &'static str,
    /// The content.
    pub content: Vec<u8>,
}

/// A 204 response.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

/// A 204 response after something was removed from a resource. The version of the resource is the strong `ETag`.
#[derive(Debug, Clone, Copy)]
pub struct Removed {
    /// The version of the resource that remains.
    pub version: i32,
}

/// Returns a 200 with JSON. The body has no spare capacity, because the cache may store it.
fn json(value: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(mut bytes) => {
            bytes.shrink_to_fit();
            HttpResponse::Ok()
                .content_type(ContentType::json())
                .body(bytes)
        }
        Err(error) => Error::Internal(error.to_string()).error_response(),
    }
}

impl<T: Serialize> Responder for Data<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        json(&self)
    }
}

impl<T: Serialize> Responder for Page<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let link = self.page.link_header();
        let mut response = json(&self);
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

impl<T: Serialize + Versioned> Responder for Editable<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let validator = etag(self.0.version());
        HttpResponse::Ok()
            .insert_header((header::ETAG, validator))
            .json(Data { data: self.0 })
    }
}

impl<T: Serialize + Versioned> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Created()
            .insert_header((header::LOCATION, self.location))
            .insert_header((header::ETAG, etag(self.data.version())))
            .json(Data { data: self.data })
    }
}

impl Responder for Document {
    type Body = BoxBody;

    fn respond_to(mut self, _: &HttpRequest) -> HttpResponse {
        // The cache may store the content.
        self.content.shrink_to_fit();
        HttpResponse::Ok()
            .content_type(self.media_type)
            .body(self.content)
    }
}

impl<T: Serialize> Responder for Bare<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

impl<T: Serialize> Responder for Validated<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let response = json(&self.0);
        let (mut head, body) = response.into_parts();
        let body = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            Err(body) => return head.set_body(body),
        };
        let hash = digest::digest(&digest::SHA256, &body);
        let tag = EntityTag::new_weak(URL_SAFE_NO_PAD.encode(hash));
        if let Ok(value) = HeaderValue::from_str(&tag.to_string()) {
            head.headers_mut().insert(header::ETAG, value);
        }
        let mut kept = entity_tags::members(request.headers(), header::IF_NONE_MATCH);
        if kept.any(|member| matches(&member, &tag)) {
            *head.status_mut() = StatusCode::NOT_MODIFIED;
            head.headers_mut().remove(header::CONTENT_TYPE);
            return head.set_body(BoxBody::new(()));
        }
        head.set_body(BoxBody::new(body))
    }
}

fn matches(kept: &Member, current: &EntityTag) -> bool {
    match kept {
        Member::Any => true,
        Member::Tag(tag) => tag.weak_eq(current),
    }
}

impl Responder for Removed {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header((header::ETAG, etag(self.version)))
            .finish()
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}
