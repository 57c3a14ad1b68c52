//! The handler that issues forms: what a frontend fetches when somebody begins to write.

use actix_web::{HttpRequest, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::form_token::FormToken;
use super::{Guard, load};
use crate::accounts::sessions::caller;
use crate::catalogue::site::store::comment_settings;
use crate::db::sql_types::words;
use crate::error::Result;
use crate::http::response::Data;
use crate::state::State;
use crate::timestamp::Timestamp;

words! {
    /// A way to prove work.
    pub enum ProofAlgorithm {
        /// A nonce for which the SHA-256 of the token, a colon and the nonce begins with so many zero bits.
        Sha256 = "sha256",
    }
}

/// A form for a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommentForm {
    /// The token, which is sent back with the comment.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{100}$",
        examples(
            "AQEMAAABnd4ofLBzdW5mbG93ZXItc3VuZmxvd2VyLXN1bmZsb3dlci0wMfLZ1sVQe0bD3v0m3u2l6h9sQ1r5y8t7w0x4c6k2a3pE"
        )
    )]
    pub token: String,
    /// True if a comment of somebody without an account needs a form.
    pub required: bool,
    /// The earliest time at which the form is taken: people do not write sooner.
    pub not_before: Timestamp,
    /// The time until which the form is taken.
    pub expires_at: Timestamp,
    /// The work to prove.
    pub proof_of_work: ProofOfWork,
}

/// The work to prove with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProofOfWork {
    /// The way to prove it.
    pub algorithm: ProofAlgorithm,
    /// The number of zero bits with which the hash has to begin. It grows with the load.
    #[schema(minimum = 0, maximum = 64)]
    pub difficulty: u8,
}

/// Get a form for a comment
///
/// Fetch it when somebody begins to write. A form is sent once, with the comment, not before `not_before` and not after
/// `expires_at`. People with an account and API keys need none.
#[utoipa::path(get, path = "/v1/forms/comment", responses((status = 200, body = Data<CommentForm>)))]
pub async fn get_comment_form(
    state: web::Data<State>,
    guard: web::Data<Guard>,
    request: HttpRequest,
) -> Result<Data<CommentForm>> {
    let by = caller::nobody(&request, &state);
    let network = by.origin.map(|origin| guard.people.address(origin.address));
    let read = move |conn: &mut _| {
        let settings = comment_settings(conn)?;
        Ok((
            settings.requires_form(),
            load::difficulty(conn, network.as_deref(), by.at)?,
        ))
    };
    let (required, difficulty) = state.db.read(read).await?;
    let token = FormToken::issue(by.at, difficulty)?;
    Ok(Data {
        data: CommentForm {
            token: guard.forms.seal(&token),
            required,
            not_before: token.not_before(),
            expires_at: token.expires_at(),
            proof_of_work: ProofOfWork {
                algorithm: ProofAlgorithm::Sha256,
                difficulty,
            },
        },
    })
}
