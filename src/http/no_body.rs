//! Operations that take no body: one that is sent all the same was meant to do something, and nothing is passed over in
//! silence.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use super::input::{Gate, whole};
use crate::config::Config;
use crate::error::Error;

/// Nothing: no bytes, or JSON that says nothing (`{}`, `null`).
pub struct NoBody;

impl FromRequest for NoBody {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        let gate = Gate::of(&request);
        Box::pin(async move {
            if let Some(gate) = gate {
                gate.pass().await;
            }
            let config = request.app_data::<web::Data<Config>>();
            let limit = config.map_or(2 << 20, |config| config.server.body_limit);
            let bytes = whole(&mut payload, limit).await?;
            match bytes.trim_ascii() {
                b"" | b"{}" | b"null" => Ok(Self),
                _ => Err(Error::invalid(
                    "",
                    "unexpected_body",
                    "must be empty: this takes its parameters from the address alone",
                )
                .into()),
            }
        })
    }
}
