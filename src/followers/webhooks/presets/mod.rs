//! The requests of webhooks, by format.

mod purge;

use super::deliveries::model::{AttemptHeader, AttemptRequest};
use super::model::{Webhook, WebhookFormat};
use super::secret::WebhookSecret;
use super::sign;
use crate::error::Result;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// A request to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The request as the log shows it.
    pub request: AttemptRequest,
    /// A header with a secret, which the log does not show.
    pub hidden: Option<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// Returns the request that delivers a message at `now`.
///
/// # Errors
/// Returns [`crate::error::Error::Internal`] for a message of another format.
pub fn outgoing(
    (webhook, secrets): (&Webhook, &[WebhookSecret]),
    id: Id,
    payload: &str,
    now: Timestamp,
) -> Result<Outgoing> {
    let mut outgoing = Outgoing {
        request: AttemptRequest {
            method: "POST".to_owned(),
            url: webhook.url.clone(),
            headers: Vec::new(),
        },
        hidden: None,
        body: payload.to_owned(),
    };
    let token = webhook.token.as_ref().map(|token| token.expose());
    match webhook.format {
        WebhookFormat::Standard => {
            outgoing.header("content-type", "application/json");
            for (name, value) in sign::headers(secrets, id, now, payload) {
                outgoing.header(name, &value);
            }
        }
        WebhookFormat::BuildHook => outgoing.header("content-type", "application/json"),
        WebhookFormat::PurgeFastly => purge::fastly(&mut outgoing, token)?,
        WebhookFormat::PurgeCloudflare => purge::cloudflare(&mut outgoing, token)?,
        WebhookFormat::PurgeVarnish => purge::varnish(&mut outgoing)?,
    }
    Ok(outgoing)
}

impl Outgoing {
    /// Adds a header.
    fn header(&mut self, name: &str, value: &str) {
        self.request.headers.push(AttemptHeader {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
}
