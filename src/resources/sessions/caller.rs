//! Who is calling: `As<EditorRole>` in a handler's signature lets in nobody else.
//!
//! The database is asked each time, so that a logout, a deactivation or a lost role takes effect with the next request.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::{store, token};
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Credentials, Error, Result};
use crate::http::address;
use crate::http::input::Gate;
use crate::request_id::RequestId;
use crate::resources::actor::{Actor, By, Caller, Origin, Role};
use crate::resources::keys;
use crate::resources::keys::model::verifying_since;
use crate::resources::state::State;
use crate::timestamp::Timestamp;

/// A signed-in user who has one of the roles `R` asks for.
pub struct As<R> {
    /// Who.
    pub user: Caller,
    by: By,
    requirement: PhantomData<R>,
}

impl<R> As<R> {
    /// Who writes, and when.
    pub fn by(&self) -> By {
        self.by
    }
}

/// Which roles are let in.
pub trait Requirement: 'static {
    /// These.
    const ROLES: &'static [Role];
    /// What the others are told.
    const NEEDS: &'static str;
}

/// Everybody who is signed in.
pub struct AnyRole;
/// Who writes posts.
pub struct WriterRole;
/// Who decides about content.
pub struct EditorRole;
/// Who decides about people.
pub struct AdminRole;

impl Requirement for AnyRole {
    const ROLES: &'static [Role] = &[
        Role::Contributor,
        Role::Author,
        Role::Editor,
        Role::Moderator,
        Role::Admin,
    ];
    const NEEDS: &'static str = "This needs a user.";
}

impl Requirement for WriterRole {
    const ROLES: &'static [Role] = &[Role::Contributor, Role::Author, Role::Editor, Role::Admin];
    const NEEDS: &'static str = "This needs the role contributor, author, editor or admin.";
}

impl Requirement for EditorRole {
    const ROLES: &'static [Role] = &[Role::Editor, Role::Admin];
    const NEEDS: &'static str = "This needs the role editor or admin.";
}

impl Requirement for AdminRole {
    const ROLES: &'static [Role] = &[Role::Admin];
    const NEEDS: &'static str = "This needs the role admin.";
}

impl<R: Requirement> FromRequest for As<R> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = Gate::close(request);
        let state = request.app_data::<web::Data<State>>();
        let origin = state.and_then(|state| origin(request, &state.config));
        let at = state.map(|state| state.clock.now());
        let user = identified(request);
        Box::pin(async move {
            let user = user.await?;
            let at = at.ok_or_else(no_state)?;
            if !R::ROLES.contains(&user.role) {
                return Err(Error::Forbidden(R::NEEDS));
            }
            gate.open();
            Ok(Self {
                user,
                by: By {
                    actor: Actor::User(user),
                    at,
                    origin,
                },
                requirement: PhantomData,
            })
        })
    }
}

/// Who calls, whatever their role.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub fn identified(request: &HttpRequest) -> impl Future<Output = Result<Caller>> + use<> {
    let token = bearer(request);
    let state = request.app_data::<web::Data<State>>().cloned();
    async move {
        let token = token?;
        let state = state.ok_or_else(no_state)?;
        let at = state.clock.now();
        let shared = state.clone();
        state
            .db
            .read(move |conn| identify(conn, &token, &shared.config, at))
            .await
    }
}

fn no_state() -> Error {
    Error::Internal("no state".into())
}

/// Where a request comes from.
pub fn origin(request: &HttpRequest, config: &Config) -> Option<Origin> {
    Some(Origin {
        address: address::client(request, &config.trusted_proxies),
        request: *request.extensions().get::<RequestId>()?,
    })
}

/// RFC 6750 section 2.1; tokens in the query or the body are not read.
fn bearer(request: &HttpRequest) -> Result<String> {
    let missing = Error::Unauthenticated(Credentials::Missing);
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Err(missing);
    };
    let bad = Error::Unauthenticated(Credentials::BadToken);
    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or(bad)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing);
    }
    Ok(token.trim().to_owned())
}

/// Checks the token, its session and its user, as they are now.
fn identify(conn: &mut Conn, token: &str, config: &Config, now: Timestamp) -> Result<Caller> {
    let bad = || Error::Unauthenticated(Credentials::BadToken);
    let kid = token::key_id(token)?;
    let key = keys::store::verifying(conn, verifying_since(config, now))?
        .into_iter()
        .find(|key| key.kid == kid)
        .ok_or_else(bad)?;
    let claims = token::verify(token, &key.public_key, config.public_url.as_str(), now)?;
    let (role, author) = store::live(conn, claims.sub, claims.sid, now)?.ok_or_else(bad)?;
    Ok(Caller {
        id: claims.sub,
        role,
        author,
        session: claims.sid,
        reviews_own: config.self_review,
    })
}
