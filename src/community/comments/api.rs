//! The handlers for those who write comments.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder, web};

use super::input::{CommentPatch, NewComment, OwnComment, WrittenComment};
use super::notices::Pages;
use super::states::CommentState;
use super::writing::{self, Permit};
use crate::accounts::sessions::caller;
use crate::changes::actor::{Actor, By};
use crate::community::guard::Guard;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::error::{Credentials, Error, Result};
use crate::http::contract::signature::{Describe, Signature};
use crate::http::input::{Json, PathParams};
use crate::http::response::{Data, NoContent};
use crate::id::Id;
use crate::secret_token::SecretToken;
use crate::state::State;
use crate::version::etag;

/// The header with the token by which a writer changes a comment.
const EDIT_TOKEN: &str = "Edit-Token";

/// The version of a new comment.
const FIRST: i32 = 1;

/// The answer to a new comment: 201 if it is public, 202 if it waits for a moderator.
pub struct Submitted(WrittenComment);

impl Responder for Submitted {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = match self.0.data.state {
            CommentState::Approved => StatusCode::CREATED,
            CommentState::Pending
            | CommentState::Rejected
            | CommentState::Spam
            | CommentState::Deleted => StatusCode::ACCEPTED,
        };
        let location = format!("/v1/comments/{}", self.0.data.id);
        let mut response = HttpResponse::build(status);
        if status == StatusCode::CREATED {
            response
                .insert_header((LOCATION, location))
                .insert_header((ETAG, etag(FIRST)));
        }
        response.json(self.0)
    }
}

impl Describe for Submitted {
    fn describe(_: &mut Signature) {}
}

/// Write a comment
///
/// Answers `201` if the comment is public at once, and `202` if it waits for a moderator. Both have a token, by which the
/// writer may change or delete the comment for 15 minutes. Without an account, `name` and `email` are required; with one,
/// send its access token. The address is never shown.
#[utoipa::path(
    post, path = "/v1/posts/{id_or_slug}/comments", request_body = NewComment,
    responses((status = 201, body = WrittenComment), (status = 202, body = WrittenComment), (status = 410))
)]
pub async fn create_comment(
    state: web::Data<State>,
    guard: web::Data<Guard>,
    request: HttpRequest,
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    Json(new): Json<NewComment>,
) -> Result<Submitted> {
    let by = writer(&request, &state).await?;
    let guard = Guard::clone(&guard);
    let pages = Pages::of(&state.config);
    let insert =
        move |conn: &mut _, by: By| writing::insert(conn, by, (&guard, &pages), &id_or_slug, new);
    let (row, token) = state.write(by, insert).await?;
    let edit_until = row.edit_until.unwrap_or(row.created_at);
    Ok(Submitted(WrittenComment {
        data: OwnComment::from(row),
        edit_token: token.into_text(),
        edit_until,
    }))
}

/// Change a comment
///
/// By its writer: with the `Edit-Token` of the answer to it, within 15 minutes, or with the account. If it was public, it
/// waits for a moderator again, unless the writer is trusted.
#[utoipa::path(
    patch, path = "/v1/comments/{id}", request_body = CommentPatch,
    params(("Edit-Token" = Option<String>, Header, description = "The `edit_token` of the answer to the comment.")),
    responses((status = 200, body = Data<OwnComment>), (status = 409))
)]
pub async fn update_comment(
    state: web::Data<State>,
    request: HttpRequest,
    PathParams(id): PathParams<Id>,
    Json(patch): Json<CommentPatch>,
) -> Result<Data<OwnComment>> {
    let by = writer(&request, &state).await?;
    let permit = permit(&request);
    let update = move |conn: &mut _, by: By| writing::update(conn, by, &permit, id, patch);
    let row = state.write(by, update).await?;
    Ok(Data { data: row.into() })
}

/// Delete a comment
///
/// By its writer: with the `Edit-Token` of the answer to it, within 15 minutes, or with the account at any time. Its text
/// and name are gone for good. If it has answers, its place stays.
#[utoipa::path(
    delete, path = "/v1/comments/{id}",
    params(("Edit-Token" = Option<String>, Header, description = "The `edit_token` of the answer to the comment.")),
    responses((status = 204), (status = 409))
)]
pub async fn delete_comment(
    state: web::Data<State>,
    request: HttpRequest,
    PathParams(id): PathParams<Id>,
) -> Result<NoContent> {
    let by = writer(&request, &state).await?;
    let permit = permit(&request);
    let delete = move |conn: &mut _, by: By| writing::delete(conn, by, &permit, id);
    state.write(by, delete).await.map(|()| NoContent)
}

/// Returns the actor: the user who is signed in, or somebody without an account. An API key passes on what its readers
/// write, so it is the actor without being the writer.
async fn writer(request: &HttpRequest, state: &State) -> Result<By> {
    let nobody = caller::nobody(request, state);
    let actor = match caller::identified(request).await {
        Ok(found) => found.actor,
        Err(Error::Unauthenticated(Credentials::Missing)) => Actor::Nobody,
        Err(error) => return Err(error),
    };
    Ok(By { actor, ..nobody })
}

fn permit(request: &HttpRequest) -> Permit {
    let token = request.headers().get(EDIT_TOKEN);
    let token = token.and_then(|token| token.to_str().ok());
    Permit {
        token: token.and_then(|text| SecretToken::parse("", text)),
    }
}
