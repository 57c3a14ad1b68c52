//! Opens the database for a command. The schema is migrated first, so that any command may be the first on a new
//! machine.

use super::Failure;
use crate::config::Config;
use crate::db::connection::Mode;
use crate::db::{Conn, Db, migrations};
use crate::error::Error;

/// Migrates the database under the lock that `serve` takes too, and opens it.
///
/// # Errors
/// Returns a [`Failure`] when the database cannot be used.
pub fn open(config: &Config) -> Result<Db, Failure> {
    let mut conn = Conn::open(config, Mode::Write)?;
    for name in migrations::run(&mut conn)? {
        log::info!("migrated: {name}");
    }
    drop(conn);
    Ok(Db::open(config, None)?)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_)
            | Error::OutcomeUnknown(_)
            | Error::Unwritable(..)
            | Error::SchemaTooNew(_) => Failure::unavailable(error),
            other => Failure::general(other),
        }
    }
}
