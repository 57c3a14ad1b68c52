//! The authentication of requests: a handler with `As<EditorRole>` in its signature admits only editors and admins.
//!
//! Every request reads the session and the user from the database, so that a logout, a deactivation or a new role takes
//! effect with the next request.

use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::{store, token};
use crate::accounts::signing_keys::model::verifying_since;
use crate::changes::actor::{Access, Actor, By, Caller, Origin, Policy};
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Credentials, Error, Result};
use crate::http::address;
use crate::http::app_data::app_data;
use crate::http::contract::signature::{Describe, Signature};
use crate::id::Id;
use crate::request_id::RequestId;
use crate::state::State;
use crate::timestamp::Timestamp;

/// A signed-in user with one of the roles that `R` requires.
pub struct As<R> {
    /// The user.
    pub user: Caller,
    /// The session of the request.
    pub session: Id,
    /// The state of the instance that handles the request.
    pub state: web::Data<State>,
    by: By,
    requirement: PhantomData<R>,
}

impl<R> As<R> {
    /// Returns the actor, the time and the origin of a write.
    pub fn by(&self) -> By {
        self.by
    }

    /// Reads for the caller.
    ///
    /// # Errors
    /// Returns the same errors as [`crate::db::Db::read`].
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, By) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let by = self.by;
        self.state.db.read(move |conn| work(conn, by)).await
    }

    /// Reads for the caller what takes long.
    ///
    /// # Errors
    /// Returns the same errors as [`crate::db::Db::read_at_length`].
    pub async fn read_at_length<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, By) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let by = self.by;
        let read = move |conn: &mut Conn| work(conn, by);
        self.state.db.read_at_length(read).await
    }

    /// Writes for the caller, in one transaction.
    ///
    /// # Errors
    /// Returns the same errors as [`State::write`].
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn, By) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.state.write(self.by, work).await
    }
}

/// The access that a route requires.
pub trait Requirement: 'static {
    /// The required access.
    const ACCESS: Access;
}

/// Every signed-in user.
pub struct AnyRole;
/// Every user who may write posts.
pub struct WriterRole;
/// Editors and admins.
pub struct EditorRole;
/// Admins.
pub struct AdminRole;

impl Requirement for AnyRole {
    const ACCESS: Access = Access::Users;
}

impl Requirement for WriterRole {
    const ACCESS: Access = Access::Writers;
}

impl Requirement for EditorRole {
    const ACCESS: Access = Access::Editors;
}

impl Requirement for AdminRole {
    const ACCESS: Access = Access::Admins;
}

impl<R: Requirement> FromRequest for As<R> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::from_authenticated(request))
    }
}

impl<R: Requirement> As<R> {
    /// Returns the caller whom [`let_in`] has authenticated.
    fn from_authenticated(request: &HttpRequest) -> Result<Self> {
        let state = app_data::<State>(request)?;
        let unchecked = || Error::Internal("nobody has checked the caller".into());
        let SignedIn { user, session } = authenticated(request).ok_or_else(unchecked)?;
        let by = By {
            actor: Actor::User(user),
            at: state.clock.now(),
            origin: origin(request, &state.config),
            policy: policy(&state.config),
        };
        by.require(R::ACCESS)?;
        Ok(Self {
            user,
            session,
            state: state.clone(),
            by,
            requirement: PhantomData,
        })
    }
}

/// Authenticates the caller, checks the role, and stores the caller in the extensions of the request.
fn let_in<R: Requirement>(request: &HttpRequest) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    Box::pin(async move {
        let signed_in = identified(request).await?;
        R::ACCESS.check(Actor::User(signed_in.user).authority())?;
        request.extensions_mut().insert(signed_in);
        Ok(())
    })
}

/// Refuses a bearer token that is not valid, where none is needed. Credentials of other schemes are not for this server: a
/// proxy in front of it may ask for them.
pub fn check_optional(request: &HttpRequest) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    Box::pin(async move {
        match identified(request).await {
            Err(Error::Unauthenticated(Credentials::Missing)) => Ok(()),
            other => other.map(drop),
        }
    })
}

/// Returns the caller if the operation requires authentication.
pub fn authenticated(request: &HttpRequest) -> Option<SignedIn> {
    request.extensions().get::<SignedIn>().copied()
}

/// Describes the roles that the signature requires. An empty list stands for every signed-in user.
impl<R: Requirement> Describe for As<R> {
    fn describe(signature: &mut Signature) {
        let (demanded, callers) = match R::ACCESS {
            Access::Users => (Vec::new(), "Open to every signed-in user.".to_owned()),
            access => {
                let roles = access.roles().iter().map(|role| role.as_str());
                let roles: Vec<_> = roles.collect();
                let callers = format!("Roles: {}.", roles.join(", "));
                (roles, callers)
            }
        };
        signature.guard = Some(let_in::<R>);
        signature.roles = Some(demanded);
        signature.callers = Some(callers);
    }
}

fn policy(config: &Config) -> Policy {
    Policy {
        editors_review_own: config.editorial.self_review,
    }
}

/// Returns the actor of a request without authentication.
pub fn nobody(request: &HttpRequest, state: &State) -> By {
    By {
        origin: origin(request, &state.config),
        ..By::new(Actor::Nobody, state.clock.now())
    }
}

/// A user and their session.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    /// The user.
    pub user: Caller,
    /// The session.
    pub session: Id,
}

/// Authenticates a request, regardless of the user's role.
///
/// # Errors
/// Returns [`Error::Unauthenticated`] if there is no token or if it is not valid.
pub fn identified(request: &HttpRequest) -> impl Future<Output = Result<SignedIn>> + use<> {
    let token = bearer(request);
    let state = app_data::<State>(request).cloned();
    async move {
        let token = token?;
        let state = state?;
        let at = state.clock.now();
        let shared = state.clone();
        state
            .db
            .read(move |conn| identify(conn, &token, &shared.config, at))
            .await
    }
}

/// Returns the address and the id of a request.
pub fn origin(request: &HttpRequest, config: &Config) -> Option<Origin> {
    Some(Origin {
        address: address::client(request, &config.server.trusted_proxies),
        request: *request.extensions().get::<RequestId>()?,
    })
}

/// Returns the bearer token in `Authorization` (RFC 6750 section 2.1). Tokens in the query or the body are ignored.
fn bearer(request: &HttpRequest) -> Result<String> {
    let missing = Error::Unauthenticated(Credentials::Missing);
    let header = request.headers().get(AUTHORIZATION);
    let Some(header) = header.filter(|header| !header.is_empty()) else {
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

/// Verifies the token and returns its user, if the session and the user are valid.
fn identify(conn: &mut Conn, token: &str, config: &Config, now: Timestamp) -> Result<SignedIn> {
    let bad = || Error::Unauthenticated(Credentials::BadToken);
    let presented = token::presented(token)?;
    let since = verifying_since(config, now);
    let (key, user) = store::credentials(conn, &presented, since, now)?.ok_or_else(bad)?;
    let claims = token::verify(token, &key, config.server.public_url.as_str(), now)?;
    Ok(SignedIn {
        user: user.ok_or_else(bad)?,
        session: claims.sid,
    })
}
