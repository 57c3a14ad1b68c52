//! The handlers for unsubscribing.

use actix_web::CustomizeResponder;
use actix_web::Responder;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use actix_web::web;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::page::{self, POLICY, Page};
use super::store;
use super::token::Unsubscription;
use crate::error::{Error, Result};
use crate::http::input::{Form, Query};
use crate::http::response::Document;
use crate::mail::keys::MailKey;
use crate::state::State;

/// The parameters of a link for unsubscribing.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Link {
    /// The token of the link in a message.
    #[param(
        pattern = "^[A-Za-z0-9_-]{90,140}$",
        example = "AQG3lY0Yp0l1UpmLz2oGvTn0bJx1a7wXb2Yw8mQyq1dZ0mVuVw3mRk5hT2lXq9eJ4c7n0sPzKf1gD8iLr6tYbWvHa5uOoE"
    )]
    token: String,
}

/// The form by which mail programs and the page unsubscribe (RFC 8058 section 3.2).
#[derive(Debug, Deserialize, Validate, ToSchema)]
pub struct OneClick {
    /// The wish to unsubscribe: `One-Click`.
    #[serde(rename = "List-Unsubscribe")]
    #[schema(pattern = "^One-Click$", examples("One-Click"))]
    pub list_unsubscribe: String,
}

/// Read the page for unsubscribing
///
/// A small HTML page without scripts, in the language of the message that has the link. Its button unsubscribes; the page
/// itself changes nothing, because programs that look for viruses follow every link. 404 if the token is not from this
/// server.
#[utoipa::path(
    get, path = "/v1/unsubscribe",
    params(Link),
    responses((status = 200, body = String, content_type = "text/html", headers(
        ("Content-Language" = String, description = "The language of the page."),
        ("Content-Security-Policy" = String, description = "Nothing but the style of the page and its button is allowed."),
        ("Referrer-Policy" = String, description = "The URL of the page is told to nobody.")),
        example = json!("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n</html>\n")), (status = 404))
)]
pub async fn get_unsubscription(
    key: web::Data<MailKey>,
    Query(link): Query<Link>,
) -> Result<CustomizeResponder<Document>> {
    let wish = wish(&link, &key)?;
    Ok(shown(page::question(&wish)))
}

/// Unsubscribe
///
/// Ends messages on the topic of the message that has the link, for its receiver. Mail programs do this by one click
/// (RFC 8058), and so does the button of the page. It may be repeated. Confirmations and links to personal data are still
/// sent. `multipart/form-data` is taken, too. Returns a small HTML page. 404 if the token is not from this server.
#[utoipa::path(
    post, path = "/v1/unsubscribe",
    params(Link),
    request_body(content = OneClick, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = String, content_type = "text/html", headers(
        ("Content-Language" = String, description = "The language of the page."),
        ("Content-Security-Policy" = String, description = "Nothing but the style of the page and its button is allowed."),
        ("Referrer-Policy" = String, description = "The URL of the page is told to nobody.")),
        example = json!("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n</html>\n")), (status = 404))
)]
pub async fn confirm_unsubscription(
    state: web::Data<State>,
    key: web::Data<MailKey>,
    Query(link): Query<Link>,
    _: Form<OneClick>,
) -> Result<CustomizeResponder<Document>> {
    let wish = wish(&link, &key)?;
    let (now, address, topic) = (state.clock.now(), wish.address, wish.topic);
    let write = state
        .db
        .write(move |conn| store::opt_out(conn, now, &address, topic));
    write.await?;
    Ok(shown(page::done(&wish)))
}

fn wish(link: &Link, key: &MailKey) -> Result<Unsubscription> {
    Unsubscription::of(&link.token, key).ok_or_else(|| {
        Error::missing(
            "The link is not complete, or is not from this server. Copy it whole from the message.",
        )
    })
}

fn shown(page: Page) -> CustomizeResponder<Document> {
    let document = Document {
        media_type: "text/html; charset=utf-8",
        content: page.html.into_bytes(),
    };
    document
        .customize()
        .insert_header((CONTENT_LANGUAGE, page.lang.to_string()))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((REFERRER_POLICY, "no-referrer"))
}
