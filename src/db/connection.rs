//! A connection to either database, and its setup.

use std::path::Path;

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::dsl::sql;
use diesel::pg::PgConnection;
use diesel::sql_types::Bool;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryResult, RunQueryDsl};

use super::Observer;
use crate::config::{Config, DatabaseUrl};
use crate::error::{Error, Result, Unwritable};

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
    pub fn open(config: &Config, mode: Mode, observer: Option<Observer>) -> Result<Self> {
        let mut conn = match &config.database.url {
            DatabaseUrl::Sqlite(path) => Self::Sqlite(open_sqlite(path, mode)?),
            DatabaseUrl::Postgres(url) => Self::Postgres(open_postgres(url.expose(), config)?),
        };
        if let Some(observer) = observer {
            let watch = move |event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    observer(&query.to_string());
                }
            };
            let watch: Box<dyn Instrumentation> = Box::new(watch);
            match &mut conn {
                Self::Sqlite(conn) => conn.set_instrumentation(watch),
                Self::Postgres(conn) => conn.set_instrumentation(watch),
            }
        }
        Ok(conn)
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
    let fault = |error: &dyn std::fmt::Display| {
        Error::Unavailable(format!("SQLite {}: {error}", path.display()))
    };
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
    let mut conn = SqliteConnection::establish(name).map_err(|error| fault(&error))?;
    // On SQLite, the busy timeout comes first, so that the switch to WAL waits for its turn. With FULL, acknowledged
    // commits survive a power failure; with NORMAL they would not.
    let setup = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2000;";
    conn.batch_execute(setup).map_err(|error| fault(&error))?;
    fold_utils::register_impl(&mut conn, |text: String| text.to_lowercase())
        .map_err(|error| fault(&error))?;
    if mode == Mode::Read {
        conn.batch_execute("PRAGMA query_only = ON;")
            .map_err(|error| fault(&error))?;
    }
    Ok(conn)
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

fn open_postgres(url: &str, config: &Config) -> Result<PgConnection> {
    let fault = |error: &dyn std::fmt::Display| Error::Unavailable(format!("PostgreSQL: {error}"));
    let mut conn = PgConnection::establish(url).map_err(|error| fault(&error))?;
    let timeout = config.database.statement_timeout.as_millis();
    // On PostgreSQL, 1.1 is the cost of a random read from an SSD, and halves the latency of lists.
    let setup = format!(
        "SET statement_timeout = {timeout}; SET idle_in_transaction_session_timeout = 60000; \
         SET random_page_cost = 1.1; SET timezone = 'UTC'; SET client_min_messages = warning;"
    );
    conn.batch_execute(&setup).map_err(|error| fault(&error))?;
    Ok(conn)
}
