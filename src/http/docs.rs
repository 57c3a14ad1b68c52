//! The browsable documentation: Swagger UI from the binary, the documents themselves, and the page of problem codes.

use std::fmt::Write as _;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::contract::Contract;
use super::problem::CODES;

/// Nothing from elsewhere, no inline script. Swagger UI sets styles from script and draws its icons from data: URLs.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Registers `/docs`, `/docs/problems`, `/openapi.json` and `/openapi/{delivery,management}.json`.
pub fn routes(config: &mut web::ServiceConfig) {
    let swagger = Config::new(["/openapi/delivery.json", "/openapi/management.json"])
        .validator_url("none")
        .try_it_out_enabled(true)
        .persist_authorization(false);
    config
        .route("/openapi.json", web::get().to(delivery))
        .route("/openapi/delivery.json", web::get().to(delivery))
        .route("/openapi/management.json", web::get().to(management))
        .service(
            web::scope("/docs")
                .wrap(from_fn(with_policy))
                .route("/problems", web::get().to(problems))
                .route("", web::get().to(front))
                .service(SwaggerUi::new("/{_:.*}").config(swagger)),
        );
}

async fn front() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header(("Location", "/docs/"))
        .finish()
}

async fn delivery(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().json(&contract.delivery)
}

async fn management(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok().json(&contract.management)
}

async fn problems() -> HttpResponse {
    let mut rows = String::new();
    for row in CODES {
        // Writing to a String cannot fail.
        let _ = write!(
            rows,
            "<dt id=\"{0}\"><code>{0}</code> — {1} {2}</dt><dd>{3}</dd>",
            row.code,
            row.status,
            row.title,
            row.help.replace('&', "&amp;").replace('<', "&lt;")
        );
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Tribuna: problems</title>\
         <h1>Problems</h1><p>Every error is an RFC 9457 problem document; its <code>type</code> leads here.</p><dl>{rows}</dl></html>"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page)
}

async fn with_policy<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
