//! The documentation that every server serves: the reference of both OpenAPI documents, the guides and the error codes. The
//! pages load nothing from other hosts.

pub mod assets;
pub mod guide_pages;
pub mod guides;
pub mod layout;
pub mod markdown;
mod problems;
mod root;
mod search;

use actix_web::http::header::LOCATION;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Route};

use crate::http::contract::compiled::Contract;
use crate::http::negotiation::wrong_method;
use crate::http::preflight::METHODS_OF_PAGES;

/// The paths of all pages, with their variables in braces.
pub const PATHS: [&str; 14] = [
    "/",
    "/v1",
    "/v1/",
    "/openapi.json",
    "/openapi/delivery.json",
    "/openapi/management.json",
    "/docs",
    "/docs/",
    "/docs/problems",
    "/docs/search",
    "/docs/guide",
    "/docs/guide/",
    "/docs/guide/{name}",
    "/docs/assets/{name}",
];

/// Registers everything below `/docs`, the documents (`/openapi.json` and `/openapi/{delivery,management}.json`), and the roots
/// `/` and `/v1`, which lead to both.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/", web::get().to(root::show)))
        .service(page("/v1", web::get().to(root::show)))
        .service(page("/v1/", web::get().to(|| to("/v1"))))
        .service(page("/openapi.json", web::get().to(delivery)))
        .service(page("/openapi/delivery.json", web::get().to(delivery)))
        .service(page("/openapi/management.json", web::get().to(management)))
        .service(page("/docs", web::get().to(|| to("/docs/"))))
        .service(page("/docs/", web::get().to(reference)))
        .service(page("/docs/problems", web::get().to(problems::show)))
        .service(page("/docs/guide", web::get().to(|| to("/docs/guide/"))))
        .service(page("/docs/guide/", web::get().to(guide_pages::index)))
        .service(page("/docs/guide/{name}", web::get().to(guide_pages::show)))
        .service(page("/docs/search", web::get().to(search::show)))
        .service(page("/docs/assets/{name}", web::get().to(assets::serve)));
}

/// Creates a page that can only be read.
fn page(path: &str, read: Route) -> Resource {
    let others =
        web::to(async |request: HttpRequest| wrong_method(request.method(), METHODS_OF_PAGES));
    web::resource(path).route(read).default_service(others)
}

async fn to(address: &'static str) -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, address))
        .finish()
}

async fn reference() -> HttpResponse {
    layout::reference()
}

async fn delivery(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().json(&contract.delivery)
}

async fn management(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().json(&contract.management)
}
