//! The reasons for which the service or its database is unavailable for now.

use std::fmt;

use super::Error;

/// An outage that may be over soon. A text alone makes one that Tribuna itself has decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The cause, which says whether the connection is usable.
    pub cause: OutageCause,
    /// The text for the log.
    pub text: String,
}

/// The cause of an outage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageCause {
    /// Tribuna itself refuses the work, for example because no connection is free. No connection has failed.
    Refused,
    /// The database did not answer in time, cancelled the statement, or was locked. A new connection would not help.
    Slow,
    /// The connection is lost, or cannot be made.
    Lost,
}

impl Error {
    /// Creates the error for a connection that is lost or cannot be made.
    pub fn lost(text: impl Into<String>) -> Self {
        Self::Unavailable(Outage {
            cause: OutageCause::Lost,
            text: text.into(),
        })
    }

    /// Creates the error for a database that does not answer at all.
    pub fn unanswered() -> Self {
        Self::Unavailable(Outage {
            cause: OutageCause::Slow,
            text: "the database does not answer".to_owned(),
        })
    }

    /// Returns whether the connection is dead, so that the work may be repeated on another one.
    pub fn is_connection_lost(&self) -> bool {
        match self {
            Self::Unavailable(outage) => outage.cause == OutageCause::Lost,
            Self::OutcomeUnknown(_) => true,
            _ => false,
        }
    }
}

impl From<String> for Outage {
    fn from(text: String) -> Self {
        Self {
            cause: OutageCause::Refused,
            text,
        }
    }
}

impl From<&str> for Outage {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
