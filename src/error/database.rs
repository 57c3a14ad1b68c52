//! The meaning of the errors that diesel reports: a constraint, a database that accepts no writes, or one that may answer
//! later.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Error, Unwritable};

impl Error {
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
