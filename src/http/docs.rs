//! The documentation: Swagger UI, which is embedded in the binary, the OpenAPI documents, and the page of problem
//! codes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::ContentType;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use super::contract::compiled::Contract;
use crate::error::{Code, Error, Result};

/// The content security policy. It forbids inline scripts and everything from other hosts. Swagger UI sets styles by
/// script and uses icons in `data:` URLs.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page that loads Swagger UI.
const PAGE: &str = include_str!("docs/index.html");
/// The script that configures Swagger UI with the addresses of the OpenAPI documents.
const SETUP: &str = include_str!("docs/setup.js");
/// The files of the Swagger UI archive that the page uses, with their media types.
const NEEDED: [(&str, &str); 4] = [
    ("swagger-ui.css", "text/css; charset=utf-8"),
    ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    (
        "swagger-ui-standalone-preset.js",
        "text/javascript; charset=utf-8",
    ),
    ("favicon-32x32.png", "image/png"),
];

/// Registers `/docs`, `/docs/problems`, `/openapi.json` and `/openapi/{delivery,management}.json`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(delivery))
        .route("/openapi/delivery.json", web::get().to(delivery))
        .route("/openapi/management.json", web::get().to(management))
        .service(
            web::scope("/docs")
                .wrap(from_fn(with_policy))
                .route("/problems", web::get().to(problems))
                .route("", web::get().to(front))
                .route("/", web::get().to(page))
                .route("/setup.js", web::get().to(setup))
                .route("/{file}", web::get().to(file)),
        );
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(PAGE)
}

async fn setup() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(SETUP)
}

async fn file(name: web::Path<String>) -> Result<HttpResponse> {
    let needed = NEEDED.iter().find(|(needed, _)| *needed == name.as_str());
    let (name, media_type) = needed.ok_or(Error::NotFound)?;
    let bytes = files().get(name).cloned().ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok().content_type(*media_type).body(bytes))
}

/// Returns the files of Swagger UI. They are unpacked when one of them is first requested, which never happens on most
/// servers.
fn files() -> &'static HashMap<&'static str, Bytes> {
    static FILES: OnceLock<HashMap<&'static str, Bytes>> = OnceLock::new();
    FILES.get_or_init(|| {
        NEEDED
            .iter()
            .filter_map(|(name, _)| Some((*name, unpack(name)?)))
            .collect()
    })
}

fn unpack(name: &str) -> Option<Bytes> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    let names = archive.file_names().filter_map(|path| path.ok());
    let path = names.map(|path| path.into_owned());
    let path = path
        .into_iter()
        .find(|path| path.ends_with(&format!("/dist/{name}")))?;
    let mut bytes = Vec::new();
    archive.by_name(&path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes.into())
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
    for code in Code::ALL {
        // Writing to a String cannot fail.
        let _ = write!(
            rows,
            "<dt id=\"{0}\"><code>{0}</code> — {1} {2}</dt><dd>{3}</dd>",
            code,
            code.status(),
            code.title(),
            code.help().replace('&', "&amp;").replace('<', "&lt;")
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
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}
