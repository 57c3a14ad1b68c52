//! Everything that can go wrong, in the words of the domain. `http::problem` maps each error to an answer.

mod code;

use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde::Serialize;

pub use code::Code;

use crate::id::Id;
use crate::timestamp::Timestamp;

/// The result of everything that can fail because of input, state or the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Every failure there is. A new variant is a new row in `http::problem`.
#[derive(Debug)]
pub enum Error {
    /// The input could not be read at all: it is not JSON, not UTF-8, empty.
    Malformed(String),
    /// The query string holds parameters that are unknown or wrong; all of them.
    Parameters(Vec<Fault>),
    /// The input was read, but breaks rules; all of them.
    Invalid(Vec<Fault>),
    /// Nobody is signed in, or the token is not good; the reason is for people.
    Unauthenticated(Credentials),
    /// Known, but not allowed; says what it would take.
    Forbidden(&'static str),
    /// An editor is about to review what they submitted themselves.
    OwnSubmission,
    /// Never was.
    NotFound,
    /// Was public once.
    Gone,
    /// Stands elsewhere now: the path to go to.
    Moved(String),
    /// The state of things does not allow it.
    Conflict(Conflict),
    /// The caller's picture of the thing is old.
    Stale(Box<Stale>),
    /// The caller must say which state of the thing it has seen.
    Unconditional,
    /// Too many tries; seconds to wait.
    Throttled(u32),
    /// The database is away or overloaded; trying later may help.
    Unavailable(String),
    /// A fault of ours. The text is for the log, never for the caller.
    Internal(String),
    /// What diesel reports and no store explained.
    Database(DieselError),
}

/// What was wrong with the credentials, as RFC 6750 tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// None were sent.
    Missing,
    /// The token is malformed, expired, revoked or from somebody else.
    BadToken,
    /// E-mail and password do not match an active user.
    BadLogin,
    /// The refresh token is unknown, expired or was used before.
    BadRefresh,
}

/// A conflict with what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The code of the problem document.
    pub code: Code,
    /// What holds, and what to do.
    pub detail: String,
    /// Where the input says so, if it does.
    pub at: Option<Place>,
    /// What still uses the thing, by kind.
    pub held_by: Vec<Holder>,
}

/// The state of a thing that the caller did not expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The current validator; `None` when there is nothing.
    pub current: Option<String>,
    /// Which user changed it last, if it was one, and when.
    pub changed: Option<(Option<Id>, Timestamp)>,
}

/// How many things of a kind stand in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// `posts`, `publications`, `children` …
    pub kind: &'static str,
    /// How many.
    pub count: i64,
}

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub at: Place,
    /// Stable, snake_case.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// A place in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A JSON Pointer (RFC 6901) into the body.
    Pointer(String),
    /// A query parameter.
    Parameter(String),
    /// A request header.
    Header(&'static str),
}

impl Fault {
    /// A fault at a JSON Pointer into the body.
    pub fn pointer(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Place::Pointer(pointer.into()),
            code,
            detail: detail.into(),
        }
    }

    /// A fault of a request header.
    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            at: Place::Header(name),
            code,
            detail: detail.into(),
        }
    }

    /// An id at a JSON Pointer into the body that names nothing.
    pub fn unknown(pointer: &str, what: &str) -> Self {
        let detail = format!("there is no such {what}");
        Self::pointer(pointer, "unknown_reference", detail)
    }

    /// A fault of a query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            at: Place::Parameter(name.into()),
            code,
            detail: detail.into(),
        }
    }
}

impl Error {
    /// One invalid member of the body.
    pub fn invalid(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Fault::pointer(pointer, code, detail)])
    }

    /// One id in the body that names nothing.
    pub fn unknown(pointer: &str, what: &str) -> Self {
        Self::Invalid(vec![Fault::unknown(pointer, what)])
    }

    /// One bad query parameter.
    pub fn parameter(
        name: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Parameters(vec![Fault::parameter(name, code, detail)])
    }

    /// A conflict with the state of things.
    pub fn conflict(code: Code, detail: impl Into<String>) -> Self {
        Self::Conflict(Conflict {
            code,
            detail: detail.into(),
            at: None,
            held_by: Vec::new(),
        })
    }

    /// A conflict that the member at `pointer` causes.
    pub fn conflict_at(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        let at = Some(Place::Pointer(pointer.into()));
        Self::Conflict(Conflict {
            code,
            detail: detail.into(),
            at,
            held_by: Vec::new(),
        })
    }

    /// The thing is still in use: says by what.
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
            "Still in use by {}. Detach or delete these first.",
            list.join(", ")
        );
        Self::Conflict(Conflict {
            code: Code::InUse,
            detail,
            at: None,
            held_by,
        })
    }

    /// Returns whether the database said that a row still points here, or that a row pointed to is not there.
    pub fn is_foreign_key(&self) -> bool {
        matches!(
            self,
            Self::Database(DieselError::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation,
                _
            ))
        )
    }

    /// Returns whether the database said that a unique value is taken.
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
    /// For logs and the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameters(faults) | Self::Invalid(faults) => {
                let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
                f.write_str(&list.join("; "))
            }
            Self::Conflict(conflict) => f.write_str(&conflict.detail),
            Self::Malformed(text) | Self::Unavailable(text) | Self::Internal(text) => {
                f.write_str(text)
            }
            Self::Database(error) => error.fmt(f),
            Self::Forbidden(text) => f.write_str(text),
            Self::OwnSubmission => f.write_str("an own submission"),
            Self::NotFound => f.write_str("not found"),
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
            Place::Pointer(at) | Place::Parameter(at) => write!(f, "{at}: {}", self.detail),
            Place::Header(at) => write!(f, "{at}: {}", self.detail),
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
            other if is_transient(&other) => Self::Unavailable(other.to_string()),
            other => Self::Database(other),
        }
    }
}

/// What another try, later, may not meet: a lost connection, a shutdown, a timeout, a busy or full database.
fn is_transient(error: &DieselError) -> bool {
    let DieselError::DatabaseError(kind, info) = error else {
        return matches!(error, DieselError::BrokenTransactionManager);
    };
    let message = info.message();
    matches!(
        kind,
        DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::SerializationFailure
    ) || TRANSIENT.iter().any(|sign| message.contains(sign))
}

/// Messages diesel does not classify.
const TRANSIENT: [&str; 12] = [
    "terminating connection",
    "connection to server",
    "server closed the connection",
    "no connection to the server",
    "the database system is",
    "statement timeout",
    "SSL connection has been closed",
    "could not receive data",
    "database is locked",
    "disk is full",
    "No space left on device",
    "disk I/O error",
];
