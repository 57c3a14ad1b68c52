//! The migrations, compiled in: one folder per database, equal names.

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::connection::each;
use crate::error::{Code, Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// PostgreSQL: the key of the advisory lock that lets one instance migrate while the others wait ("trim").
const MIGRATION_LOCK: i64 = 0x7472_696d;

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its folder's name.
    pub name: String,
    /// Whether it has been run.
    pub applied: bool,
}

/// Brings the schema up to this binary's, under a lock; gives the names of what was run.
///
/// # Errors
/// [`Error::Conflict`] `schema_too_new` when the database knows migrations that this binary does not.
pub fn run(conn: &mut Conn) -> Result<Vec<String>> {
    locked(conn, |conn| {
        refuse_newer(conn)?;
        let versions = match conn {
            Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE),
            Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES),
        };
        Ok(versions
            .map_err(failed)?
            .iter()
            .map(ToString::to_string)
            .collect())
    })
}

/// Takes the last `count` migrations back; gives their names.
///
/// # Errors
/// As [`run`].
pub fn revert(conn: &mut Conn, count: usize) -> Result<Vec<String>> {
    locked(conn, |conn| {
        refuse_newer(conn)?;
        let mut reverted = Vec::new();
        while reverted.len() < count && status(conn)?.iter().any(|step| step.applied) {
            let version = match conn {
                Conn::Sqlite(conn) => conn
                    .revert_last_migration(SQLITE)
                    .map_err(failed)?
                    .to_string(),
                Conn::Postgres(conn) => conn
                    .revert_last_migration(POSTGRES)
                    .map_err(failed)?
                    .to_string(),
            };
            reverted.push(version);
        }
        Ok(reverted)
    })
}

/// Every migration of this binary, in order, and whether the database has it.
///
/// # Errors
/// What the database reports.
pub fn status(conn: &mut Conn) -> Result<Vec<Step>> {
    let applied: Vec<String> = applied(conn)?.iter().map(ToString::to_string).collect();
    Ok(names()?
        .into_iter()
        .map(|(version, name)| Step {
            applied: applied.contains(&version),
            name,
        })
        .collect())
}

/// Whether the schema is this binary's.
///
/// # Errors
/// What the database reports.
pub fn is_current(conn: &mut Conn) -> Result<bool> {
    refuse_newer(conn)?;
    Ok(status(conn)?.iter().all(|step| step.applied))
}

/// Version and folder name of each, in order. Both folders hold the same names; a test sees to it.
fn names() -> Result<Vec<(String, String)>> {
    let mut all: Vec<(String, String)> = MigrationSource::<Sqlite>::migrations(&SQLITE)
        .map_err(failed)?
        .iter()
        .map(|migration| {
            let name = migration.name();
            (name.version().to_string(), name.to_string())
        })
        .collect();
    all.sort();
    Ok(all)
}

fn refuse_newer(conn: &mut Conn) -> Result<()> {
    let known: Vec<String> = names()?.into_iter().map(|(version, _)| version).collect();
    let unknown: Vec<String> = applied(conn)?
        .iter()
        .map(ToString::to_string)
        .filter(|version| !known.contains(version))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "the database's schema is newer than this binary: it has migration {}. Use a newer tribuna.",
        unknown.join(", ")
    );
    Err(Error::conflict(Code::SchemaTooNew, detail))
}

fn applied(conn: &mut Conn) -> Result<Vec<MigrationVersion<'static>>> {
    each!(conn, conn.applied_migrations()).map_err(failed)
}

/// Instances started together wait for the first. SQLite: one transaction around all. PostgreSQL: a lock of the session.
fn locked<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    if let Conn::Sqlite(_) = conn {
        return super::transaction(conn, work);
    }
    conn.batch(&format!(
        "SET statement_timeout = 0; SELECT pg_advisory_lock({MIGRATION_LOCK})"
    ))?;
    let done = work(conn);
    conn.batch(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    done
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Unavailable(format!("migration: {error}"))
}
