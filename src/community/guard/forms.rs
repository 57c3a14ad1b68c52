//! Forms that were filled in: each is taken once, in its time, and with its proof of work.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form_token::{FormKey, TOKEN_LENGTH};
use super::proof::is_proof;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::schema::used_forms;
use crate::sha256::sha256;
use crate::timestamp::Timestamp;

/// A form that was filled in, with the proof of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormProof {
    /// The token of the form.
    #[schema(min_length = 1, max_length = 500)]
    pub token: String,
    /// The nonce that proves the work: a number, or any other text.
    #[schema(min_length = 1, max_length = 100)]
    pub nonce: String,
}

/// Takes a form, and keeps that it was sent.
///
/// # Errors
/// Returns [`Error::Invalid`] for a token of another server, one that is sent too early or too late or again, and for a
/// wrong proof. The location is in the member `form`.
pub fn take(conn: &mut Conn, key: &FormKey, form: &FormProof, now: Timestamp) -> Result<()> {
    let refuse =
        |member: &str, code, detail| Error::invalid(format!("/form/{member}"), code, detail);
    let opened = Some(&form.token).filter(|token| token.len() == TOKEN_LENGTH);
    let token = opened.and_then(|token| key.open(token)).ok_or_else(|| {
        refuse(
            "token",
            "invalid_token",
            "is not the token of a form of this server",
        )
    })?;
    if now < token.not_before() {
        let detail = "was issued a moment ago; send the form when somebody has written something";
        return Err(refuse("token", "too_early", detail));
    }
    if token.expires_at() <= now {
        return Err(refuse("token", "expired", "has expired; get another form"));
    }
    if !is_proof(&form.token, &form.nonce, token.difficulty) {
        let detail = "does not prove the work that the form asks for";
        return Err(refuse("nonce", "wrong_proof", detail));
    }
    let row = (
        used_forms::hash.eq(sha256(form.token.as_bytes())),
        used_forms::expires_at.eq(token.expires_at()),
    );
    let insert = diesel::insert_into(used_forms::table).values(row);
    match each!(conn, insert.on_conflict_do_nothing().execute(conn))? {
        0 => Err(refuse("token", "used", "was sent before; get another form")),
        _ => Ok(()),
    }
}
