//! Signing in, exchanging refresh tokens, and signing out.

use actix_web::{HttpRequest, web};

use super::attempt::Attempt;
use super::caller::{SignedIn, nobody};
use super::model::{Login, Refresh, Tokens};
use super::refresh::RefreshToken;
use super::{AnyRole, As, rotation, sign_in, store};
use crate::accounts::passwords::Passwords;
use crate::db::Conn;
use crate::email::Email;
use crate::error::{Credentials, Error, Result};
use crate::http::input::Json;
use crate::http::response::{Bare, NoContent};
use crate::id::Id;
use crate::state::State;

/// Sign in
///
/// An unknown e-mail address, a wrong password and a deactivated user give the same answer in the same time. Failures are
/// counted per account and per IP address; after too many the answer is `429` for some minutes. Many sign-ins at once wait
/// for each other.
#[utoipa::path(post, path = "/v1/auth/login", responses((status = 200, body = Tokens)), request_body = Login)]
pub async fn create_session(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    request: HttpRequest,
    Json(login): Json<Login>,
) -> Result<Bare<Tokens>> {
    let bad = || Error::Unauthenticated(Credentials::BadLogin);
    let email: Option<Email> = login.email.parse().ok();
    let known = credentials(&state, email.clone()).await?;
    let by = nobody(&request, &state);
    let refused = |throttled| {
        state.write(by, move |conn, by| {
            sign_in::refuse(conn, by, email.as_ref(), throttled)
        })
    };
    let mut attempt = Attempt::new(&request, &state, &login.email)?;
    if let Err(error) = attempt.begin().await {
        if attempt.is_news() {
            refused(true).await?;
        }
        return Err(error);
    }
    let (user, hash) = known.unzip();
    let right = match passwords.verify(hash.clone(), login.password).await {
        Ok(right) => right,
        Err(error) => {
            attempt.undecided();
            return Err(error);
        }
    };
    let (true, Some(user), Some(hash)) = (right, user, hash) else {
        refused(false).await?;
        return Err(bad());
    };
    attempt.passed();
    let life = state.config.accounts.refresh_token_ttl;
    let open = move |conn: &mut Conn, by| sign_in::open(conn, by, user, &hash, life);
    let grant = state.write(by, open).await?.ok_or_else(bad)?;
    grant.tokens(&state.config, by.at).map(Bare)
}

/// Returns the id and the password hash of the active user with this e-mail address.
async fn credentials(state: &State, email: Option<Email>) -> Result<Option<(Id, String)>> {
    let Some(email) = email else {
        return Ok(None);
    };
    let read = move |conn: &mut Conn| sign_in::credentials(conn, &email);
    state.db.read(read).await
}

/// Exchange a refresh token
///
/// A refresh token can be exchanged once. Within the next 10 seconds the same token gives the same successor, so that two
/// browser tabs do not sign each other out. If it is used again later, the session ends, because somebody
/// else may have a copy.
#[utoipa::path(post, path = "/v1/auth/refresh", responses((status = 200, body = Tokens)), request_body = Refresh)]
pub async fn refresh_session(
    state: web::Data<State>,
    request: HttpRequest,
    Json(refresh): Json<Refresh>,
) -> Result<Bare<Tokens>> {
    let bad = || Error::Unauthenticated(Credentials::BadRefresh);
    let token = RefreshToken::parse(&refresh.refresh_token).ok_or_else(bad)?;
    let hash = token.hash();
    let known = state
        .db
        .read(move |conn| rotation::is_known(conn, &hash))
        .await?;
    if !known {
        return Err(bad());
    }
    let (by, life) = (
        nobody(&request, &state),
        state.config.accounts.refresh_token_ttl,
    );
    let grant = state
        .write(by, move |conn, by| rotation::rotate(conn, by, &token, life))
        .await?
        .ok_or_else(bad)?;
    grant.tokens(&state.config, by.at).map(Bare)
}

/// Sign out
///
/// Ends the session at once. Its access tokens and its refresh token become invalid.
#[utoipa::path(post, path = "/v1/auth/logout", responses((status = 204)))]
pub async fn end_session(state: web::Data<State>, caller: As<AnyRole>) -> Result<NoContent> {
    let SignedIn { user, session } = caller.signed_in()?;
    let by = caller.by();
    state
        .write(by, move |conn, by| {
            store::sign_out(conn, by, user.id, session)
        })
        .await
        .map(|()| NoContent)
}
