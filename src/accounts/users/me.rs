//! The operations of users on their own accounts.

use actix_web::{HttpRequest, web};

use super::model::{OwnPatch, PasswordChange, User};
use super::store;
use crate::accounts::passwords::Passwords;
use crate::accounts::sessions::attempt::Attempt;
use crate::accounts::sessions::caller::SignedIn;
use crate::accounts::sessions::{AnyRole, As};
use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::http::input::Json;
use crate::http::response::{Data, Editable, NoContent};
use crate::state::State;
use crate::version::Seen;

operations!("sessions", get_me, update_me, replace_password);

/// Read the signed-in user
#[utoipa::path(get, path = "/v1/auth/me", responses((status = 200, body = Data<User>)))]
pub async fn get_me(caller: As<AnyRole>) -> Result<Editable<User>> {
    let id = caller.signed_in()?.user.id;
    let data = caller
        .read(move |conn, by| store::find(conn, by, id))
        .await?;
    Ok(Editable(data))
}

/// Change your own name
///
/// JSON Merge Patch: an absent member keeps its value. Only admins change the other properties of users.
#[utoipa::path(patch, path = "/v1/auth/me", responses((status = 200, body = Data<User>)), request_body = OwnPatch)]
pub async fn update_me(
    state: web::Data<State>,
    caller: As<AnyRole>,
    seen: Seen,
    Json(change): Json<OwnPatch>,
) -> Result<Editable<User>> {
    let (id, by) = (caller.signed_in()?.user.id, caller.by());
    let data = state
        .write(by, move |conn, by| {
            store::update_own(conn, by, id, &seen, change)
        })
        .await?;
    Ok(Editable(data))
}

/// Change your own password
///
/// Ends every other session of the user. `If-Match` takes the `ETag` of the user. A wrong current password counts as a
/// failed sign-in.
#[utoipa::path(put, path = "/v1/auth/password", responses((status = 204)), request_body = PasswordChange)]
pub async fn replace_password(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    caller: As<AnyRole>,
    request: HttpRequest,
    seen: Seen,
    Json(change): Json<PasswordChange>,
) -> Result<NoContent> {
    let (SignedIn { user, session }, by) = (caller.signed_in()?, caller.by());
    let (email, hash) = caller
        .read(move |conn, by| store::credentials(conn, by, user.id))
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
            let keep = session;
            let change = store::OwnPassword {
                old: hash,
                new,
                keep,
            };
            store::set_own_password(conn, by, user.id, &seen, change)
        })
        .await
        .map(|()| NoContent)
}
