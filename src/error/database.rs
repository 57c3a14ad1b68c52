//! The meaning of the errors that diesel reports: a constraint, a database that accepts no writes, or one that may answer
//! later. No other module looks at the texts of the database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Error, Outage, OutageCause, Unwritable};

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
        match (meaning(&error), error) {
            (_, DieselError::NotFound) => Self::NotFound,
            (_, DieselError::BrokenTransactionManager) => {
                Self::lost("the connection to the database was lost during a transaction")
            }
            (Some(Meaning::Unwritable(why)), error) => Self::Unwritable(why, error.to_string()),
            (Some(Meaning::Unavailable(cause)), error) => Self::Unavailable(Outage {
                cause,
                text: error.to_string(),
            }),
            (None, error) => Self::Database(error),
        }
    }
}

/// The state of the database that an error reveals. Errors about the statement itself reveal none.
#[derive(Clone, Copy)]
enum Meaning {
    Unwritable(Unwritable),
    Unavailable(OutageCause),
}

const READ_ONLY: Meaning = Meaning::Unwritable(Unwritable::ReadOnly);
const FULL: Meaning = Meaning::Unwritable(Unwritable::Full);
const LOST: Meaning = Meaning::Unavailable(OutageCause::Lost);
const SLOW: Meaning = Meaning::Unavailable(OutageCause::Slow);

/// Returns what the error says about the database: by its kind, or else by its message.
fn meaning(error: &DieselError) -> Option<Meaning> {
    let DieselError::DatabaseError(kind, info) = error else {
        return None;
    };
    let of_kind = match kind {
        DatabaseErrorKind::ReadOnlyTransaction => Some(READ_ONLY),
        DatabaseErrorKind::ClosedConnection => Some(LOST),
        _ => None,
    };
    let message = info.message();
    let mut fragments = MESSAGES.iter();
    let of_message = fragments.find(|(fragment, _)| message.contains(fragment));
    let of_rest = match kind {
        DatabaseErrorKind::UnableToSendCommand => Some(LOST),
        DatabaseErrorKind::SerializationFailure => Some(SLOW),
        _ => None,
    };
    of_kind
        .or(of_message.map(|(_, meaning)| *meaning))
        .or(of_rest)
}

/// Parts of the messages that diesel gives no kind of their own. The first that fits counts.
#[rustfmt::skip]
const MESSAGES: [(&str, Meaning); 20] = [
    ("readonly database", READ_ONLY),
    ("in a read-only transaction", READ_ONLY),
    ("during recovery", READ_ONLY),
    ("disk is full", FULL),
    ("No space left on device", FULL),
    ("canceling statement", SLOW),
    ("deadlock detected", SLOW),
    ("database is locked", SLOW),
    ("database table is locked", SLOW),
    ("interrupted", SLOW),
    ("terminating connection", LOST),
    ("connection to server", LOST),
    ("server closed the connection", LOST),
    ("no connection to the server", LOST),
    ("the database system is", LOST),
    ("SSL connection has been closed", LOST),
    ("could not receive data", LOST),
    ("out of memory", LOST),
    ("disk I/O error", LOST),
    ("unable to open database file", LOST),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(kind: DatabaseErrorKind, message: &str) -> Error {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn a_connection_is_lost_only_if_another_one_may_help() {
        let unknown = |message| reported(DatabaseErrorKind::Unknown, message);
        for lost in [
            reported(DatabaseErrorKind::ClosedConnection, "anything"),
            reported(DatabaseErrorKind::UnableToSendCommand, "anything"),
            unknown("terminating connection due to administrator command"),
            DieselError::BrokenTransactionManager.into(),
        ] {
            assert!(lost.is_connection_lost(), "{lost:?}");
        }
        for other in [
            unknown("canceling statement due to statement timeout"),
            reported(DatabaseErrorKind::SerializationFailure, "anything"),
            reported(DatabaseErrorKind::ReadOnlyTransaction, "anything"),
            Error::unanswered(),
            Error::Unavailable("no database connection is free".into()),
        ] {
            assert!(!other.is_connection_lost(), "{other:?}");
        }
    }
}
