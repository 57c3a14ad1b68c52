//! The operations of users on their own accounts.

use actix_web::{HttpRequest, web};

use super::model::{OwnPatch, PasswordChange, User};
use super::store;
use crate::accounts::passwords::Passwords;
use crate::accounts::sessions::attempt::Attempt;
use crate::accounts::sessions::{AnyRole, As};
use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::http::input::Json;
use crate::http::response::{Data, NoContent};
use crate::state::State;

operations!("sessions", get_me, update_me, replace_password);

/// Read the signed-in user
#[utoipa::path(get, path = "/v1/auth/me", responses((status = 200, body = Data<User>)))]
pub async fn get_me(state: web::Data<State>, caller: As<AnyRole>) -> Result<Data<User>> {
    let data = state
        .db
        .read(move |conn| store::find(conn, caller.user.id))
        .await?;
    Ok(Data { data })
}

/// Change your own name
///
/// JSON Merge Patch: an absent member keeps its value. Only admins change the other properties of users.
#[utoipa::path(patch, path = "/v1/auth/me", responses((status = 200, body = Data<User>)), request_body = OwnPatch)]
pub async fn update_me(
    state: web::Data<State>,
    caller: As<AnyRole>,
    Json(change): Json<OwnPatch>,
) -> Result<Data<User>> {
    let (id, by) = (caller.user.id, caller.by());
    let data = state
        .write(by, move |conn, by| store::update_own(conn, by, id, change))
        .await?;
    Ok(Data { data })
}

/// Change your own password
///
/// Ends every other session of the user. A wrong current password counts as a failed sign-in.
#[utoipa::path(put, path = "/v1/auth/password", responses((status = 204)), request_body = PasswordChange)]
pub async fn replace_password(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    caller: As<AnyRole>,
    request: HttpRequest,
    Json(change): Json<PasswordChange>,
) -> Result<NoContent> {
    let (user, session, by) = (caller.user, caller.session, caller.by());
    let (email, hash) = state
        .db
        .read(move |conn| store::credentials(conn, user.id))
        .await?;
    let mut attempt = Attempt::new(&request, &state, email.as_str())?;
    attempt.begin().await?;
    let right = passwords
        .verify(Some(hash.clone()), change.current_password)
        .await;
    let right = match right {
        Ok(right) => right,
        Err(error) => {
            attempt.undecided();
            return Err(error);
        }
    };
    if !right {
        return Err(store::wrong_password());
    }
    attempt.passed();
    let new = passwords.hash(change.new_password).await?;
    state
        .write(by, move |conn, by| {
            let change = store::OwnPassword { old: hash, new };
            store::set_own_password(conn, by, user.id, change, session)
        })
        .await
        .map(|()| NoContent)
}
