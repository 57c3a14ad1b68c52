//! The roots `/` and `/v1`: they lead people to the documentation, and programs to the documents.

use actix_web::http::header::{HeaderValue, LINK, LOCATION, VARY};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::http::media_types::prefers_html;

/// The `Link` header, with the relations of RFC 8631.
const LINKS: &str = "</openapi/delivery.json>; rel=\"service-desc\"; type=\"application/json\", \
                     </openapi/management.json>; rel=\"service-desc\"; type=\"application/json\", \
                     </docs/>; rel=\"service-doc\"; type=\"text/html\"";

/// Redirects clients that prefer HTML to `/docs/`. All others receive JSON with the addresses of the documents.
pub async fn show(request: HttpRequest) -> HttpResponse {
    let mut response = if prefers_html(&request) {
        HttpResponse::TemporaryRedirect()
            .insert_header((LOCATION, "/docs/"))
            .finish()
    } else {
        HttpResponse::Ok()
            .insert_header((LINK, LINKS))
            .json(json!({ "data": {
                "openapi": {
                    "delivery": "/openapi/delivery.json",
                    "management": "/openapi/management.json",
                },
                "docs": "/docs/",
                "guides": "/docs/guide/",
                "errors": "/docs/problems",
                "site": "/v1/site",
                "posts": "/v1/posts",
            }}))
    };
    let varies = HeaderValue::from_static("accept");
    response.headers_mut().append(VARY, varies);
    response
}
