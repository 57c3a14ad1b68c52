//! Who does something, when, and from where: handed down to every store function that reads for somebody or alters anything.

use std::net::IpAddr;

use crate::db::sql_types::words;
use crate::id::Id;
use crate::request_id::RequestId;
use crate::timestamp::Timestamp;

words! {
    /// What a user may do.
    pub enum Role {
        /// Write own drafts.
        Contributor = "contributor",
        /// Also edit own posts after publication, as drafts.
        Author = "author",
        /// Everything with content: all posts, terms, authors, publishing, restoring.
        Editor = "editor",
        /// Comments and submissions.
        Moderator = "moderator",
        /// Also users, keys, permanent deletion.
        Admin = "admin",
    }
}

/// The user behind a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user's id.
    pub id: Id,
    /// The role, now.
    pub role: Role,
    /// The author the user is tied to.
    pub author: Option<Id>,
    /// The session.
    pub session: Id,
    /// Whether an editor may review what they submitted themselves: a setting.
    pub reviews_own: bool,
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
    /// The user's id, if it is one.
    pub fn user(self) -> Option<Id> {
        match self {
            Self::User(caller) => Some(caller.id),
            _ => None,
        }
    }

    /// The word for it in the change log.
    pub fn word(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Cli => "cli",
            Self::Import => "import",
            Self::Clock => "clock",
            Self::Nobody => "nobody",
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

/// Who acts, when, and from where.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// When: one instant for the whole transaction.
    pub at: Timestamp,
    /// From where, if it came in by a request.
    pub origin: Option<Origin>,
}

impl By {
    /// Without a request.
    pub fn new(actor: Actor, at: Timestamp) -> Self {
        Self {
            actor,
            at,
            origin: None,
        }
    }
}
