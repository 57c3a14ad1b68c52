//! The database as commands open it: brought up to date first, so that any of them may be the first on a new machine.

use super::Failure;
use crate::config::Config;
use crate::db::connection::Mode;
use crate::db::{Conn, Db, migrations};
use crate::error::{Code, Error};

/// Connects, migrates under the lock that `serve` takes too, and opens the database.
///
/// # Errors
/// A [`Failure`] that says in a line why the database cannot be used.
pub fn open(config: &Config) -> Result<Db, Failure> {
    let mut conn = Conn::open(config, Mode::Write, None)?;
    for name in migrations::run(&mut conn)? {
        log::info!("migrated: {name}");
    }
    drop(conn);
    Ok(Db::open(config, None)?)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(_) => Failure::unavailable(error),
            Error::Conflict(conflict) if conflict.code == Code::SchemaTooNew => {
                Failure::unavailable(conflict.detail)
            }
            other => Failure::general(other),
        }
    }
}
