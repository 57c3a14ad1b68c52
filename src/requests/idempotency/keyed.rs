//! A request with its key, and the responses to requests whose key is in use.

use std::rc::Rc;

use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, web};

use super::key::{HEADER, IdempotencyKey};
use super::model::StoredResponse;
use super::store::{Claim, Claimed};
use crate::db::Db;
use crate::error::{Code, Fault, Result};
use crate::http::problem::Problem;
use crate::state::State;

/// The key and the claim of a request.
pub(super) struct Keyed {
    pub(super) state: web::Data<State>,
    pub(super) key: IdempotencyKey,
    pub(super) claim: Claim,
    /// The request is carried out in several transactions.
    pub(super) is_many: bool,
}

/// Lets the handler of a request use this database.
pub(super) fn provide(request: &mut ServiceRequest, state: &web::Data<State>, db: Db) {
    let within = State {
        db,
        ..State::clone(state)
    };
    let mut data = Extensions::new();
    data.insert(web::Data::new(within));
    request.add_data_container(Rc::new(data));
}

/// Returns the response to a request whose key is already in use.
///
/// # Errors
/// Returns [`crate::error::Error::Internal`] if the stored response cannot be read.
pub(super) fn respond(key: &IdempotencyKey, claimed: Claimed) -> Result<HttpResponse> {
    let problem = match claimed {
        Claimed::Stored(sealed) => {
            return StoredResponse::from_bytes(&key.open(&sealed)?)?.into_response();
        }
        Claimed::Reused => {
            let detail = "This key was already used for another request. Use a new one.";
            let mut problem = Problem::new(Code::IdempotencyKeyReused, detail);
            let fault = Fault::header(HEADER, "idempotency_key_reused", detail);
            problem.errors = vec![(&fault).into()];
            problem
        }
        Claimed::Lost => Problem::new(
            Code::IdempotencyLost,
            "The first request was carried out, at least in part, but its response is lost. Check what it has changed before you send it again with a new key.",
        ),
        Claimed::InProgress | Claimed::Granted => Problem::new(
            Code::IdempotencyInProgress,
            "The first request is still being carried out. Send it again in a moment to get its response.",
        ),
    };
    let soon = problem.code == Code::IdempotencyInProgress;
    let mut response = problem.respond();
    if soon {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}
