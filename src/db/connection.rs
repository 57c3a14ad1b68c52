//! A connection to either database, and its setup.

use std::io::ErrorKind;
use std::path::Path;

use diesel::connection::{Instrumentation, SimpleConnection};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryResult, RunQueryDsl};

use super::{libpq, names};
use crate::config::{Config, DatabaseUrl};
use crate::error::{Error, Result, Unwritable};
use crate::id::Id;

/// A connection. `each!` type-checks a statement against both databases; use `match` for statements that only one of
/// them supports.
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// PostgreSQL 14 or later.
    Postgres(PgConnection),
}

/// Type-checks one diesel statement against both databases and runs it on the connected one.
macro_rules! each {
    ($conn:ident, $statement:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($conn) => $statement,
            $crate::db::Conn::Postgres($conn) => $statement,
        }
    };
}
pub(crate) use each;

/// The purpose of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reads only. SQLite refuses writes.
    Read,
    /// Reads and writes.
    Write,
}

impl Conn {
    /// Opens a connection and configures the session.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] with the database's error message, without the password.
    pub fn open(config: &Config, mode: Mode) -> Result<Self> {
        Ok(match &config.database.url {
            DatabaseUrl::Sqlite(path) => Self::Sqlite(open_sqlite(path, mode)?),
            DatabaseUrl::Postgres(url) => Self::Postgres(open_postgres(url.expose(), config)?),
        })
    }

    /// Calls `follow` for every event of the connection.
    pub(super) fn follow(&mut self, follow: impl Instrumentation) {
        let follow: Box<dyn Instrumentation> = Box::new(follow);
        match self {
            Self::Sqlite(conn) => conn.set_instrumentation(follow),
            Self::Postgres(conn) => conn.set_instrumentation(follow),
        }
    }

    /// Tells PostgreSQL the name of the connection, which needs no quoting.
    ///
    /// # Errors
    /// Returns database errors.
    pub(super) fn name(&mut self, name: &str) -> Result<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(conn) => {
                Ok(conn.batch_execute(&format!("SET application_name = '{name}'"))?)
            }
        }
    }

    /// Returns whether a running instance has a connection to the database.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn is_connected(&mut self, instance: Id) -> Result<bool> {
        let Self::Postgres(conn) = self else {
            // SQLite: the instance that asks is the only one.
            return Ok(true);
        };
        let any = "EXISTS (SELECT FROM pg_stat_activity WHERE starts_with(application_name, ";
        let any = sql::<Bool>(any).bind::<Text, _>(names::prefix(instance));
        Ok(diesel::select(any.sql("))")).get_result(conn)?)
    }

    /// Executes several statements given as text.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn batch(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
    }

    /// Checks that the database answers, and on PostgreSQL that its server accepts writes. SQLite tells only when it is
    /// written to.
    ///
    /// # Errors
    /// Returns [`Error::Unwritable`] if the server is read-only, and database errors.
    pub fn check_writable(&mut self) -> Result<()> {
        let Self::Postgres(conn) = self else {
            return Ok(self.batch("SELECT 1")?);
        };
        // PostgreSQL: this connection itself reads only, so the default of new transactions tells.
        let asked = "pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool";
        let is_read_only = diesel::select(sql::<Bool>(asked)).get_result(conn)?;
        match is_read_only {
            true => Err(Error::Unwritable(
                Unwritable::ReadOnly,
                "PostgreSQL accepts no writes".into(),
            )),
            false => Ok(()),
        }
    }

    /// Runs `work` in a savepoint, so that its failure undoes only its own writes.
    ///
    /// # Errors
    /// Returns the error of `work`.
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch("SAVEPOINT attempt").map_err(Error::from)?;
        let done = work(self);
        let end = if done.is_ok() {
            "RELEASE attempt"
        } else {
            "ROLLBACK TO attempt; RELEASE attempt"
        };
        self.batch(end).map_err(Error::from)?;
        done
    }

    /// Runs `work` and undoes its writes, but nothing else of the surrounding transaction.
    ///
    /// # Errors
    /// Returns the error of `work`.
    pub fn rehearse<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.batch("SAVEPOINT rehearsal").map_err(Error::from)?;
        let done = work(self);
        self.batch("ROLLBACK TO rehearsal; RELEASE rehearsal")
            .map_err(Error::from)?;
        done
    }
}

fn open_sqlite(path: &Path, mode: Mode) -> Result<SqliteConnection> {
    let fault =
        |error: &dyn std::fmt::Display| Error::lost(format!("SQLite {}: {error}", path.display()));
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|error| fault(&error))?;
    }
    let name = path
        .to_str()
        .ok_or_else(|| fault(&"the path is not UTF-8"))?;
    keep_private(path).map_err(|error| fault(&error))?;
    let told =
        |error: &dyn std::fmt::Display| read_only_place(path).unwrap_or_else(|| fault(error));
    let mut conn = SqliteConnection::establish(name).map_err(|error| told(&error))?;
    set_up_sqlite(&mut conn, mode).map_err(|error| told(&error))?;
    Ok(conn)
}

fn set_up_sqlite(conn: &mut SqliteConnection, mode: Mode) -> QueryResult<()> {
    // SQLite: the busy timeout comes first, so that the switch to WAL waits for its turn. With FULL, acknowledged
    // commits survive a power failure; with NORMAL they would not.
    let setup = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000;";
    conn.batch_execute(setup)?;
    fold_utils::register_impl(conn, |text: String| text.to_lowercase())?;
    if mode == Mode::Read {
        conn.batch_execute("PRAGMA query_only = ON;")?;
    }
    Ok(())
}

/// Returns the error for a file that cannot be used because it, or its folder, is read-only. SQLite itself only says that
/// it cannot open a file.
fn read_only_place(path: &Path) -> Option<Error> {
    let read_only = |what: &str| {
        let why = format!(
            "SQLite {}: {what} is read-only; Tribuna needs to write to the file and its folder",
            path.display()
        );
        Some(Error::Unwritable(Unwritable::ReadOnly, why))
    };
    let is_refused = |error: &std::io::Error| {
        let refusals = [ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied];
        refusals.contains(&error.kind())
    };
    // SQLite: the database file itself must not be opened and closed, because that would end the locks of this process.
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
        return read_only("the file");
    }
    let trial = path.with_extension(format!("{}.trial", Id::new()));
    match keep_private(&trial) {
        Err(error) if is_refused(&error) => return read_only("the folder"),
        _ => drop(std::fs::remove_file(trial)),
    }
    None
}

/// Makes a new SQLite file readable only by its owner, because it contains password hashes and signing keys. The files
/// of the WAL get the same mode.
fn keep_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    let created = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match created {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Converts text to lower case in all scripts, for SQLite, whose own `lower` supports only ASCII.
    fn fold(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Sets the language of messages, by which `error/database.rs` tells what diesel has no kind for.
// PostgreSQL: only superusers may do that. For anybody else, the statement does nothing.
const ENGLISH_MESSAGES: &str = "SELECT set_config('lc_messages', 'C', false) FROM pg_roles \
     WHERE rolname = current_user AND rolsuper";

fn open_postgres(url: &str, config: &Config) -> Result<PgConnection> {
    let fault = |error: &dyn std::fmt::Display| Error::lost(format!("PostgreSQL: {error}"));
    let url = libpq::with_defaults(url, &libpq::BOUNDED);
    let mut conn = PgConnection::establish(&url).map_err(|error| fault(&error))?;
    let timeout = config.database.statement_timeout.as_millis();
    // PostgreSQL: 1.1 is the cost of a random read from an SSD, and halves the latency of lists.
    let setup = format!(
        "SET statement_timeout = {timeout}; SET idle_in_transaction_session_timeout = 60000; \
         SET random_page_cost = 1.1; SET timezone = 'UTC'; SET client_min_messages = warning; \
         {ENGLISH_MESSAGES}"
    );
    conn.batch_execute(&setup).map_err(|error| fault(&error))?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_read_only_file_is_called_so() {
        let path = std::env::temp_dir().join(format!("{}.db", Id::new()));
        keep_private(&path).unwrap();
        assert!(read_only_place(&path).is_none());
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        let error = read_only_place(&path);
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(
            error,
            Some(Error::Unwritable(Unwritable::ReadOnly, _))
        ));
    }
}
