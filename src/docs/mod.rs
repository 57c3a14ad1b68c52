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

pub use search::SearchIndex;

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Responder, Route};
use serde_json::Value;

use crate::http::contract::compiled::Contract;
use crate::http::negotiation::wrong_method;
use crate::http::preflight::METHODS_OF_PAGES;
use crate::http::response::Validated;

/// Everything below `/docs`, the documents (`/openapi.json` and `/openapi/{delivery,management}.json`), and the roots `/`
/// and `/v1`, which lead to both. Each has its path, with its variables in braces, and the handler that reads it.
static PAGES: [Page; 14] = [
    ("/", || web::get().to(root::show)),
    ("/v1", || web::get().to(root::show)),
    ("/v1/", || web::get().to(|| to("/v1"))),
    ("/openapi.json", || web::get().to(delivery)),
    ("/openapi/delivery.json", || web::get().to(delivery)),
    ("/openapi/management.json", || web::get().to(management)),
    ("/docs", || web::get().to(|| to("/docs/"))),
    ("/docs/", || web::get().to(reference)),
    ("/docs/problems", || web::get().to(problems::show)),
    ("/docs/search", || web::get().to(search::show)),
    ("/docs/guide", || web::get().to(|| to("/docs/guide/"))),
    ("/docs/guide/", || web::get().to(guide_pages::index)),
    ("/docs/guide/{name}", || web::get().to(guide_pages::show)),
    ("/docs/assets/{name}", || web::get().to(assets::serve)),
];

/// A path, and the route of its `GET`.
type Page = (&'static str, fn() -> Route);

/// Returns the paths of all pages, with their variables in braces.
pub fn paths() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(path, _)| *path)
}

/// Registers all pages.
pub fn routes(config: &mut ServiceConfig) {
    for (path, read) in &PAGES {
        config.service(page(path, read()));
    }
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

async fn delivery(contract: web::Data<Contract>) -> impl Responder {
    document(contract.delivery.clone())
}

async fn management(contract: web::Data<Contract>) -> impl Responder {
    document(contract.management.clone())
}

/// Responds with an OpenAPI document, which clients may keep and validate.
fn document(document: Value) -> impl Responder {
    let validated = Validated(document).customize();
    validated.insert_header((CACHE_CONTROL, "no-cache"))
}
