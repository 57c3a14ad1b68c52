//! The authentication of requests: a handler with `As<EditorRole>` in its signature admits only editors and admins.
//!
//! Every request reads the session and the user from the database, so that a logout, a deactivation or a new role takes
//! effect with the next request.

use std::future::{Future, Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::{store, token};
use crate::accounts::api_keys::identify;
use crate::accounts::signing_keys::model::verifying_since;
use crate::changes::actor::{Access, Actor, By, Caller, Origin, Policy, Scope};
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Credentials, Error, Result};
use crate::http::address;
use crate::http::app_data::app_data;
use crate::http::contract::signature::{Describe, Signature};
use crate::http::credentials::Presented;
use crate::id::Id;
use crate::request_id::RequestId;
use crate::state::State;
use crate::timestamp::Timestamp;

/// A signed-in user with one of the roles that `R` requires, or an API key with the scope that it requires.
pub struct As<R> {
    /// The state of the instance that handles the request.
    pub state: web::Data<State>,
    by: By,
    session: Option<Id>,
    requirement: PhantomData<R>,
}

impl<R> As<R> {
    /// Returns the signed-in user and their session.
    ///
    /// # Errors
    /// Returns [`Error::Forbidden`] for an API key. An operation that requires [`AnyRole`] admits none.
    pub fn signed_in(&self) -> Result<SignedIn> {
        let user = self.by.actor.caller().zip(self.session);
        let needs = Access::Users.needs_of_key();
        let (user, session) = user.ok_or(Error::Forbidden(needs))?;
        Ok(SignedIn { user, session })
    }

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

/// Every signed-in user, and no API key.
pub struct AnyRole;
/// Every signed-in user, and API keys that may read content.
pub struct AnyCaller;
/// Everyone who may read posts.
pub struct ReaderRole;
/// Everyone who may write posts.
pub struct WriterRole;
/// Editors and admins, and API keys that may publish.
pub struct EditorRole;
/// Editors and admins, and no API key.
pub struct EditingUser;
/// Moderators, editors and admins, and API keys that may moderate comments.
pub struct ModeratorRole;
/// Admins, and API keys that may manage webhooks.
pub struct WebhookManager;
/// Admins.
pub struct AdminRole;

impl Requirement for AnyRole {
    const ACCESS: Access = Access::Users;
}

impl Requirement for AnyCaller {
    const ACCESS: Access = Access::Callers;
}

impl Requirement for ReaderRole {
    const ACCESS: Access = Access::Readers;
}

impl Requirement for WriterRole {
    const ACCESS: Access = Access::Writers;
}

impl Requirement for EditorRole {
    const ACCESS: Access = Access::Editors;
}

impl Requirement for EditingUser {
    const ACCESS: Access = Access::EditingUsers;
}

impl Requirement for ModeratorRole {
    const ACCESS: Access = Access::Moderators;
}

impl Requirement for WebhookManager {
    const ACCESS: Access = Access::Webhooks;
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
        let Authenticated { actor, session } = authenticated(request).ok_or_else(unchecked)?;
        let by = By {
            actor,
            at: state.clock.now(),
            origin: origin(request, &state.config),
            policy: policy(&state.config),
        };
        by.require(R::ACCESS)?;
        Ok(Self {
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
        let caller = identified(request).await?;
        R::ACCESS.check(caller.actor.authority())?;
        request.extensions_mut().insert(caller);
        Ok(())
    })
}

/// Refuses credentials that are not valid, or a key that may not read what is public, where none are needed.
pub fn check_optional(request: &HttpRequest) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    Box::pin(async move {
        let caller = match identified(request).await {
            Err(Error::Unauthenticated(Credentials::Missing)) => return Ok(()),
            other => other?,
        };
        match caller.actor.key() {
            Some(key) if !key.scopes.allow(Scope::DeliveryRead) => Err(Error::Forbidden(
                "This requires a key with the scope delivery:read.",
            )),
            Some(_) | None => Ok(()),
        }
    })
}

/// Returns the caller if the operation requires authentication.
pub fn authenticated(request: &HttpRequest) -> Option<Authenticated> {
    request.extensions().get::<Authenticated>().copied()
}

/// Describes the roles and the scope that the signature requires. An empty list of roles stands for every signed-in user.
impl<R: Requirement> Describe for As<R> {
    fn describe(signature: &mut Signature) {
        let (demanded, mut callers) = match R::ACCESS {
            Access::Users | Access::Callers => {
                (Vec::new(), "Open to every signed-in user.".to_owned())
            }
            access => {
                let roles = access.roles().iter().map(|role| role.as_str());
                let roles: Vec<_> = roles.collect();
                let callers = format!("Roles: {}.", roles.join(", "));
                (roles, callers)
            }
        };
        let scope = R::ACCESS.scope().map(Scope::as_str);
        if let Some(scope) = scope {
            callers.push_str(&format!(" Scope of API keys: `{scope}`."));
        }
        signature.guard = Some(let_in::<R>);
        signature.roles = Some(demanded);
        signature.scope = scope;
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

/// An actor whose credentials have been checked.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    /// The user or the API key.
    pub actor: Actor,
    /// The session of a user.
    session: Option<Id>,
}

/// Authenticates a request, regardless of the role or the scopes of the caller.
///
/// # Errors
/// Returns [`Error::Unauthenticated`] if there are no credentials or if they are not valid.
pub async fn identified(request: &HttpRequest) -> Result<Authenticated> {
    match Presented::of(request.headers())? {
        Some(Presented::Token(token)) => {
            let token = token.to_owned();
            signed_in(request, token).await
        }
        Some(Presented::Key(text)) => {
            let known = identify::key(request, text).await?;
            Ok(Authenticated {
                actor: Actor::Key(known.caller),
                session: None,
            })
        }
        None => Err(Error::Unauthenticated(Credentials::Missing)),
    }
}

async fn signed_in(request: &HttpRequest, token: String) -> Result<Authenticated> {
    let state = app_data::<State>(request)?.clone();
    let at = state.clock.now();
    let shared = state.clone();
    let read = move |conn: &mut Conn| identify(conn, &token, &shared.config, at);
    let SignedIn { user, session } = state.db.read(read).await?;
    Ok(Authenticated {
        actor: Actor::User(user),
        session: Some(session),
    })
}

/// Returns the address and the id of a request.
pub fn origin(request: &HttpRequest, config: &Config) -> Option<Origin> {
    Some(Origin {
        address: address::client(request, &config.server),
        request: *request.extensions().get::<RequestId>()?,
    })
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
