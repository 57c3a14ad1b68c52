//! The documentation that every server serves: the reference of both OpenAPI documents, the guides and the error codes. The
//! pages load nothing from other hosts.

pub mod assets;
pub mod guides;
pub mod layout;
pub mod markdown;
mod problems;
mod root;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, ServiceConfig};

use crate::http::contract::compiled::Contract;

/// Registers everything below `/docs`, the documents (`/openapi.json` and `/openapi/{delivery,management}.json`), and the roots
/// `/` and `/v1`, which lead to both.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(root::show))
        .route("/v1", web::get().to(root::show))
        .route("/v1/", web::get().to(|| to("/v1")))
        .route("/openapi.json", web::get().to(delivery))
        .route("/openapi/delivery.json", web::get().to(delivery))
        .route("/openapi/management.json", web::get().to(management))
        .route("/docs", web::get().to(|| to("/docs/")))
        .route("/docs/", web::get().to(reference))
        .route("/docs/problems", web::get().to(problems::show))
        .route("/docs/guide", web::get().to(|| to("/docs/guide/")))
        .route("/docs/guide/", web::get().to(guides::index))
        .route("/docs/guide/{name}", web::get().to(guides::show))
        .route("/docs/assets/{name}", web::get().to(assets::serve));
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
