//! The errors of the application, in terms of the domain. `http::problem` maps each of them to a response.

mod code;

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde::Serialize;

pub use code::Code;

use crate::lang::Lang;
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
    /// An editor tried to review their own submission.
    OwnSubmission,
    /// The resource does not exist, and never was public.
    NotFound,
    /// The post is public, but never was in a language that the reader accepts. Contains the languages in which it is.
    NotInLanguage(Vec<Alternative>),
    /// There is nothing at this path of the site, because paths differ by case. Contains the path in the right case.
    WrongCase(String),
    /// The resource was public once, but no longer is.
    Gone,
    /// The resource has another address: this path.
    Moved(String),
    /// The current state does not permit the operation.
    Conflict(Conflict),
    /// A precondition failed, because the resource has changed since the caller read it.
    Stale(Box<Stale>),
    /// The request lacks the required precondition, which states the version that the caller has read.
    Unconditional,
    /// There were too many attempts. Contains the seconds to wait.
    Throttled(u32),
    /// The service is overloaded, or the database is unavailable. A retry may succeed.
    Unavailable(String),
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

/// An error in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The location of the error.
    pub at: Location,
    /// A stable code in snake_case.
    pub code: &'static str,
    /// A description of the error and of the expected input.
    pub detail: String,
}

/// A location in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A JSON Pointer (RFC 6901) into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A request header.
    Header(&'static str),
}

impl Fault {
    /// Creates an error at a JSON Pointer into the body.
    pub fn pointer(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Location::Pointer(pointer.into()),
            code,
            detail: detail.into(),
        }
    }

    /// Creates an error in a request header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            at: Location::Header(name),
            code,
            detail: detail.into(),
        }
    }

    /// Creates an error for an id in the body that identifies no resource. `pointer` is a JSON Pointer.
    pub fn unknown(pointer: &str, what: &str) -> Self {
        let detail = format!("there is no such {what}");
        Self::pointer(pointer, "unknown_reference", detail)
    }

    /// Creates an error in a query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Location::Parameter(name.into()),
            code,
            detail: detail.into(),
        }
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
        let list: Vec<String> = held_by
            .iter()
            .map(|holder| format!("{} {}", holder.count, holder.kind))
            .collect();
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

    /// Returns whether the database reported a foreign key violation: a row is still referenced, or a referenced row
    /// does not exist.
    pub fn is_foreign_key(&self) -> bool {
        matches!(
            self,
            Self::Database(DieselError::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation,
                _
            ))
        )
    }

    /// Returns whether the database reported a uniqueness violation.
    pub fn is_unique(&self) -> bool {
        matches!(
            self,
            Self::Database(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _
            ))
        )
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
            Self::Malformed(text)
            | Self::Unavailable(text)
            | Self::OutcomeUnknown(text)
            | Self::SchemaTooNew(text)
            | Self::Unwritable(_, text)
            | Self::Internal(text) => f.write_str(text),
            Self::Database(error) => error.fmt(f),
            Self::Forbidden(text) => f.write_str(text),
            Self::OwnSubmission => f.write_str("an own submission"),
            Self::NotFound => f.write_str("not found"),
            Self::NotInLanguage(_) => f.write_str("not in this language"),
            Self::WrongCase(path) => write!(f, "wrong case; the path is {path}"),
            Self::Gone => f.write_str("gone"),
            Self::Moved(to) => write!(f, "moved to {to}"),
            Self::Unauthenticated(why) => write!(f, "not signed in: {why:?}"),
            Self::Stale(_) => f.write_str("changed by somebody else since it was read"),
            Self::Unconditional => f.write_str("needs a precondition"),
            Self::Throttled(seconds) => write!(f, "too many tries; wait {seconds} s"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Location::Pointer(at) | Location::Parameter(at) => write!(f, "{at}: {}", self.detail),
            Location::Header(at) => write!(f, "{at}: {}", self.detail),
        }
    }
}

impl std::error::Error for Error {}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::BrokenTransactionManager => Self::Unavailable(
                "the connection to the database was lost during a transaction".into(),
            ),
            other => match unwritable(&other) {
                Some(why) => Self::Unwritable(why, other.to_string()),
                None if is_transient(&other) => Self::Unavailable(other.to_string()),
                None => Self::Database(other),
            },
        }
    }
}

/// Returns why the database accepts no writes, if that is what the error says.
fn unwritable(error: &DieselError) -> Option<Unwritable> {
    let DieselError::DatabaseError(kind, info) = error else {
        return None;
    };
    if matches!(kind, DatabaseErrorKind::ReadOnlyTransaction) {
        return Some(Unwritable::ReadOnly);
    }
    let mut signs = UNWRITABLE.iter();
    let found = signs.find(|(sign, _)| info.message().contains(sign));
    found.map(|(_, why)| *why)
}

/// Parts of messages of a database that accepts no writes.
const UNWRITABLE: [(&str, Unwritable); 5] = [
    ("readonly database", Unwritable::ReadOnly),
    ("in a read-only transaction", Unwritable::ReadOnly),
    ("during recovery", Unwritable::ReadOnly),
    ("disk is full", Unwritable::Full),
    ("No space left on device", Unwritable::Full),
];

/// Returns whether a retry may succeed: after a lost connection, a shutdown, a timeout or a cancellation, or while the
/// database is busy.
fn is_transient(error: &DieselError) -> bool {
    let DieselError::DatabaseError(kind, info) = error else {
        return false;
    };
    let message = info.message();
    matches!(
        kind,
        DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::SerializationFailure
    ) || TRANSIENT.iter().any(|sign| message.contains(sign))
}

/// Parts of messages of temporary errors that diesel does not classify.
const TRANSIENT: [&str; 15] = [
    "terminating connection",
    "connection to server",
    "server closed the connection",
    "no connection to the server",
    "the database system is",
    "canceling statement",
    "deadlock detected",
    "out of memory",
    "SSL connection has been closed",
    "could not receive data",
    "database is locked",
    "database table is locked",
    "interrupted",
    "disk I/O error",
    "unable to open database file",
];
