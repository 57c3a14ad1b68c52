//! Who acts, with which authority, when, and from where. Every store function that reads for somebody or changes
//! anything takes this value and refuses those who may not.

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
    /// The role at this moment.
    pub role: Role,
    /// The author that the user is tied to.
    pub author: Option<Id>,
}

words! {
    /// What kind of actor did something.
    pub enum ActorKind {
        /// Somebody signed in.
        User = "user",
        /// An operator at the command line.
        Cli = "cli",
        /// An import.
        Import = "import",
        /// The clock: a moment that was set before has come.
        Clock = "clock",
        /// Somebody who is not signed in, or not yet.
        Nobody = "nobody",
    }
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    User(Caller),
    /// An operator at the command line.
    Cli,
    /// An import.
    Import,
    /// Nobody: a moment that was set before has come.
    Clock,
    /// Somebody who is not signed in, or not yet.
    Nobody,
}

impl Actor {
    /// What it may do.
    pub fn authority(self) -> Authority {
        match self {
            Self::Cli | Self::Import | Self::Clock => Authority::System,
            Self::User(caller) => Authority::User(caller.role),
            Self::Nobody => Authority::Public,
        }
    }

    /// The user, if it is one.
    pub fn caller(self) -> Option<Caller> {
        match self {
            Self::User(caller) => Some(caller),
            Self::Cli | Self::Import | Self::Clock | Self::Nobody => None,
        }
    }

    /// The user's id, if it is one.
    pub fn user(self) -> Option<Id> {
        self.caller().map(|caller| caller.id)
    }

    /// What kind it is, in the change log.
    pub fn kind(self) -> ActorKind {
        match self {
            Self::User(_) => ActorKind::User,
            Self::Cli => ActorKind::Cli,
            Self::Import => ActorKind::Import,
            Self::Clock => ActorKind::Clock,
            Self::Nobody => ActorKind::Nobody,
        }
    }
}

/// The request that something comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: IpAddr,
    /// The request's id.
    pub request: RequestId,
}

/// The settings that decide what people may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Editors may review what they submitted themselves.
    pub editors_review_own: bool,
}

/// Who acts, when, from where, and under which policy.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// When: one instant for the whole transaction.
    pub at: Timestamp,
    /// From where, if it came in by a request.
    pub origin: Option<Origin>,
    /// The policy that holds.
    pub policy: Policy,
}

impl By {
    /// An actor without a request, under the strictest policy.
    pub fn new(actor: Actor, at: Timestamp) -> Self {
        Self {
            actor,
            at,
            origin: None,
            policy: Policy::default(),
        }
    }

    /// Lets in those that an operation is open to. Each store function that takes an actor asks this, or a rule about
    /// the post, before it does anything: a route that forgot to ask opens nothing.
    ///
    /// # Errors
    /// As [`Access::check`].
    pub fn require(self, access: Access) -> Result<()> {
        access.check(self.actor.authority())
    }

    /// Lets users act on themselves alone.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for the public, [`Error::Forbidden`] for another user or a key.
    pub fn require_self(self, user: Id) -> Result<()> {
        self.require(Access::Users)?;
        match self.actor.user() {
            Some(id) if id != user => {
                Err(Error::Forbidden("Users may do this for themselves only."))
            }
            Some(_) | None => Ok(()),
        }
    }
}
