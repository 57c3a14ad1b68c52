//! The actor of an operation, with authority, time and origin. Every store function that changes anything or reads for
//! an actor takes this value and refuses actors without access.

mod authority;

use std::net::IpAddr;

pub use authority::{Access, Authority, Role, Scope, Scopes};

use crate::db::sql_types::words;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::request_id::RequestId;
use crate::timestamp::Timestamp;

/// The user behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user's id.
    pub id: Id,
    /// The current role.
    pub role: Role,
    /// The author to which the user is linked.
    pub author: Option<Id>,
}

/// The API key behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCaller {
    /// The key's id.
    pub id: Id,
    /// The scopes of the key.
    pub scopes: Scopes,
    /// True if the key is limited to certain languages.
    pub limits_languages: bool,
    /// True if the key is limited to certain categories.
    pub limits_categories: bool,
}

words! {
    /// The kind of an actor.
    pub enum ActorKind {
        /// A signed-in user.
        User = "user",
        /// An API key.
        Key = "key",
        /// An operator at the command line.
        Cli = "cli",
        /// An import.
        Import = "import",
        /// The clock: a scheduled time has come.
        Clock = "clock",
        /// Somebody who is not signed in, or not yet.
        Nobody = "nobody",
    }
}

/// An actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in user.
    User(Caller),
    /// An API key.
    Key(KeyCaller),
    /// An operator at the command line.
    Cli,
    /// An import.
    Import,
    /// The clock, at a scheduled time.
    Clock,
    /// A client that is not signed in, or not yet.
    Nobody,
}

impl Actor {
    /// Returns the authority of the actor.
    pub fn authority(self) -> Authority {
        match self {
            Self::Cli | Self::Import | Self::Clock => Authority::System,
            Self::User(caller) => Authority::User(caller.role),
            Self::Key(key) => Authority::Key(key.scopes),
            Self::Nobody => Authority::Public,
        }
    }

    /// Returns the user; `None` for other actors.
    pub fn caller(self) -> Option<Caller> {
        match self {
            Self::User(caller) => Some(caller),
            Self::Key(_) | Self::Cli | Self::Import | Self::Clock | Self::Nobody => None,
        }
    }

    /// Returns the API key; `None` for other actors.
    pub fn key(self) -> Option<KeyCaller> {
        match self {
            Self::Key(key) => Some(key),
            Self::User(_) | Self::Cli | Self::Import | Self::Clock | Self::Nobody => None,
        }
    }

    /// Returns the id of the user or the API key; `None` for other actors.
    pub fn id(self) -> Option<Id> {
        self.user().or(self.key().map(|key| key.id))
    }

    /// Returns the user's id; `None` for other actors.
    pub fn user(self) -> Option<Id> {
        self.caller().map(|caller| caller.id)
    }

    /// Returns the kind of the actor, for the change log.
    pub fn kind(self) -> ActorKind {
        match self {
            Self::User(_) => ActorKind::User,
            Self::Key(_) => ActorKind::Key,
            Self::Cli => ActorKind::Cli,
            Self::Import => ActorKind::Import,
            Self::Clock => ActorKind::Clock,
            Self::Nobody => ActorKind::Nobody,
        }
    }
}

/// The request behind an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// The request's id.
    pub request: RequestId,
}

/// The settings that affect permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// True if editors may review their own submissions.
    pub editors_review_own: bool,
}

/// An actor, with time, origin and policy.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The actor.
    pub actor: Actor,
    /// The time, which is the same for the whole transaction.
    pub at: Timestamp,
    /// The request, if there is one.
    pub origin: Option<Origin>,
    /// The policy.
    pub policy: Policy,
}

impl By {
    /// Creates an actor without a request, under the strictest policy.
    pub fn new(actor: Actor, at: Timestamp) -> Self {
        Self {
            actor,
            at,
            origin: None,
            policy: Policy::default(),
        }
    }

    /// Checks that the operation is open to the actor. Each store function that takes an actor calls this, or checks a
    /// rule about the post, before it does anything, so that a missing check in a route opens nothing.
    ///
    /// # Errors
    /// Returns the same errors as [`Access::check`].
    pub fn require(self, access: Access) -> Result<()> {
        access.check(self.actor.authority())
    }

    /// Checks that a user acts on their own account.
    ///
    /// # Errors
    /// Returns [`Error::Unauthenticated`] for the public, [`Error::Forbidden`] for another user or a key.
    pub fn require_self(self, user: Id) -> Result<()> {
        self.require(Access::Users)?;
        match self.actor.user() {
            Some(id) if id != user => {
                Err(Error::Forbidden("Users may do this only for themselves."))
            }
            Some(_) | None => Ok(()),
        }
    }
}
