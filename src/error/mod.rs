//! The errors of the application, in terms of the domain. `http::problem` maps each of them to a response.

mod code;
mod database;
mod fault;
mod outage;

use std::fmt;

use diesel::result::Error as DieselError;
use serde::Serialize;

pub use code::Code;
pub use fault::{Fault, Location};
pub use outage::{Outage, OutageCause};

use crate::kind::Kind;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;

/// The result of operations that can fail because of the input, the state or the database.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the application. Each variant has a mapping in `http::problem`.
#[derive(Debug)]
pub enum Error {
    /// The body cannot be read: it is empty, incomplete, not UTF-8 or not JSON.
    Malformed(String),
    /// Query parameters are unknown or invalid. Contains all of them.
    Parameters(Vec<Fault>),
    /// A request header is malformed.
    Header(Fault),
    /// The body violates rules. Contains all violations.
    Invalid(Vec<Fault>),
    /// The request has no credentials, or they are not valid.
    Unauthenticated(Credentials),
    /// The caller lacks permission. The text states the requirement.
    Forbidden(&'static str),
    /// The write would leave the limits of the API key. The text names the limit.
    BeyondLimit(String),
    /// An editor tried to review their own submission.
    OwnSubmission,
    /// The resource does not exist, and never was public.
    NotFound,
    /// The resource does not exist. The text says which one, to a caller who may know that.
    Missing(String),
    /// The post is public, but never was in a language that the reader accepts. Contains the languages in which it is.
    NotInLanguage(Vec<Alternative>),
    /// There is nothing at this path of the site, because paths differ by case. Contains the path in the right case.
    WrongCase(String),
    /// The resource was public once, but no longer is. Contains the languages in which a post still is, if it was requested
    /// in another one.
    Gone(Vec<Alternative>),
    /// The resource has another address: this path.
    Moved(String),
    /// The current state does not permit the operation.
    Conflict(Conflict),
    /// A precondition failed, because the resource has changed since the caller read it.
    Stale(Box<Stale>),
    /// The request lacks the required precondition, which states the version that the caller has read.
    Unconditional {
        /// True if the request may create the resource.
        creates: bool,
    },
    /// There were too many attempts. Contains the seconds to wait.
    Throttled(u32),
    /// The client has sent more requests than its quota allows. Contains the seconds to wait.
    QuotaExceeded(u32),
    /// The client has as many lasting requests of this kind at once as it may have. Contains the seconds to wait.
    TooManyAtOnce(u32),
    /// The service is overloaded, or the database is unavailable. A retry may succeed.
    Unavailable(Outage),
    /// The database did not answer a `COMMIT`, so nobody knows whether the write is stored.
    OutcomeUnknown(String),
    /// The database belongs to a newer version of Tribuna. It is reported on the command line, before requests are served.
    SchemaTooNew(String),
    /// The database accepts no writes. It may still answer questions.
    Unwritable(Unwritable, String),
    /// An internal error. The text is for the log, never for the client.
    Internal(String),
    /// A database error that no store has translated.
    Database(DieselError),
}

/// The reason for which the database accepts no writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritable {
    /// The database, its file or its server is read-only.
    ReadOnly,
    /// The disk of the database is full.
    Full,
}

/// The problem with the credentials, according to RFC 6750.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// The request has no credentials.
    Missing,
    /// The access token is malformed, expired, revoked or from another issuer.
    BadToken,
    /// The request has no API key, which the operation requires.
    NoKey,
    /// The API key is unknown, expired or revoked.
    BadKey,
    /// E-mail and password do not match an active user.
    BadLogin,
    /// The refresh token is unknown, expired or already used.
    BadRefresh,
}

/// A language in which a post is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The language.
    pub lang: Lang,
    /// The slug in this language.
    pub slug: Slug,
    /// The URL of the post in this language.
    pub url: String,
    /// The type of the post.
    pub post_type: PostType,
}

/// A conflict with the current state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The code of the problem document.
    pub code: Code,
    /// The cause of the conflict and its remedy.
    pub detail: String,
    /// The part of the input that causes the conflict, if there is one.
    pub at: Option<Location>,
    /// The resources that still use this one, by kind.
    pub held_by: Vec<Holder>,
}

/// The current state of a resource whose precondition failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The current entity tag; `None` if the resource does not exist.
    pub current: Option<String>,
    /// The user who made the last change (`None` if it was no user), and its time.
    pub changed: Option<(Option<UserRef>, Timestamp)>,
}

/// The number of resources of one kind that prevent the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The kind, in the plural, such as `posts`, `publications` or `children`.
    pub kind: &'static str,
    /// The number of resources.
    pub count: i64,
}

impl fmt::Display for Holder {
    /// Writes the number and the kind, in the singular for one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = match self.kind {
            "children" => "child",
            plural => plural.strip_suffix('s').unwrap_or(plural),
        };
        write!(
            f,
            "{} {}",
            self.count,
            if self.count == 1 { one } else { self.kind }
        )
    }
}

impl Error {
    /// Creates the error for one invalid member of the body.
    pub fn invalid(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Fault::pointer(pointer, code, detail)])
    }

    /// Creates the error for an id in the body that identifies no resource.
    pub fn unknown(pointer: &str, what: &str) -> Self {
        Self::Invalid(vec![Fault::unknown(pointer, what)])
    }

    /// Creates the error for one invalid query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Parameters(vec![Fault::parameter(name, code, detail)])
    }

    /// Creates the error for a resource that does not exist. `sentence` says which one; the caller may see that there is
    /// none.
    pub fn missing(sentence: impl Into<String>) -> Self {
        Self::Missing(sentence.into())
    }

    /// Says that there is no resource of this kind with this name, if the error is that nothing was found.
    #[must_use]
    pub fn naming(self, kind: Kind, name: &str) -> Self {
        match self {
            Self::NotFound => Self::missing(format!("There is no {kind} `{name}`.")),
            other => other,
        }
    }

    /// Creates a conflict with the current state.
    pub fn conflict(code: Code, detail: impl Into<String>) -> Self {
        Self::Conflict(Conflict {
            code,
            detail: detail.into(),
            at: None,
            held_by: Vec::new(),
        })
    }

    /// Creates a conflict that is caused by the member at `pointer`.
    pub fn conflict_at(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        let at = Some(Location::Pointer(pointer.into()));
        Self::Conflict(Conflict {
            code,
            detail: detail.into(),
            at,
            held_by: Vec::new(),
        })
    }

    /// Creates the conflict for a resource that is still in use. Holders without resources are left out.
    pub fn in_use(held_by: Vec<Holder>) -> Self {
        let held_by: Vec<Holder> = held_by
            .into_iter()
            .filter(|holder| holder.count > 0)
            .collect();
        let list: Vec<String> = held_by.iter().map(Holder::to_string).collect();
        let detail = format!(
            "Still in use by {}. Detach or delete them first.",
            list.join(", ")
        );
        Self::Conflict(Conflict {
            code: Code::InUse,
            detail,
            at: None,
            held_by,
        })
    }
}

impl fmt::Display for Error {
    /// Writes the error for logs and the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameters(faults) | Self::Invalid(faults) => {
                let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
                f.write_str(&list.join("; "))
            }
            Self::Header(fault) => fault.fmt(f),
            Self::Conflict(conflict) => f.write_str(&conflict.detail),
            Self::Unavailable(outage) => outage.fmt(f),
            Self::Malformed(text)
            | Self::OutcomeUnknown(text)
            | Self::SchemaTooNew(text)
            | Self::Unwritable(_, text)
            | Self::Internal(text) => f.write_str(text),
            Self::Database(error) => error.fmt(f),
            Self::Forbidden(text) => f.write_str(text),
            Self::BeyondLimit(text) => f.write_str(text),
            Self::OwnSubmission => f.write_str("an editor may not review their own submission"),
            Self::NotFound => f.write_str("not found"),
            Self::Missing(text) => f.write_str(text),
            Self::NotInLanguage(_) => f.write_str("not in this language"),
            Self::WrongCase(path) => write!(f, "wrong case; the path is {path}"),
            Self::Gone(_) => f.write_str("gone"),
            Self::Moved(to) => write!(f, "moved to {to}"),
            Self::Unauthenticated(why) => write!(f, "not signed in: {why:?}"),
            Self::Stale(_) => f.write_str("changed by somebody else since it was read"),
            Self::Unconditional { .. } => f.write_str("needs a precondition"),
            Self::QuotaExceeded(seconds) => write!(f, "the quota is used up; wait {seconds} s"),
            Self::TooManyAtOnce(seconds) => write!(f, "too many at once; wait {seconds} s"),
            Self::Throttled(seconds) => write!(f, "too many tries; wait {seconds} s"),
        }
    }
}

impl std::error::Error for Error {}
