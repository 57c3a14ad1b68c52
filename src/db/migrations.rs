//! The embedded migrations: one folder per database, with the same names.

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::connection::each;
use super::sort_keys;
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The key of the PostgreSQL advisory lock that only the migrating instance holds ("trim").
const MIGRATION_LOCK: i64 = 0x7472_696d;

/// A migration and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of its folder.
    pub name: String,
    /// True if the migration has been applied to the database.
    pub applied: bool,
}

/// Runs the pending migrations under a lock. Returns their versions.
///
/// # Errors
/// Returns [`Error::SchemaTooNew`] if the database has migrations that this binary does not know.
pub fn run(conn: &mut Conn) -> Result<Vec<String>> {
    locked(conn, |conn| {
        refuse_newer(conn)?;
        let versions = match conn {
            Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE),
            Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES),
        };
        let versions: Vec<String> = versions
            .map_err(failed)?
            .iter()
            .map(ToString::to_string)
            .collect();
        if !versions.is_empty() {
            sort_keys::fill(conn)?;
        }
        Ok(versions)
    })
}

/// Reverts the last `count` migrations. Returns their versions.
///
/// # Errors
/// Returns the same errors as [`run`].
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

/// Returns every migration of this binary, in order.
///
/// # Errors
/// Returns database errors.
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

/// Returns whether the database has every migration of this binary.
///
/// # Errors
/// Returns the same errors as [`run`].
pub fn is_current(conn: &mut Conn) -> Result<bool> {
    refuse_newer(conn)?;
    Ok(status(conn)?.iter().all(|step| step.applied))
}

/// Returns the version and folder name of each migration, in order. A test verifies that both folders contain the same
/// names.
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
    Err(Error::SchemaTooNew(format!(
        "the database's schema is newer than this binary: it has migration {}. Use a newer tribuna.",
        unknown.join(", ")
    )))
}

fn applied(conn: &mut Conn) -> Result<Vec<MigrationVersion<'static>>> {
    each!(conn, conn.applied_migrations()).map_err(failed)
}

/// Makes instances that start at the same time wait for the first one: with one transaction around everything on
/// SQLite, and with a session lock on PostgreSQL.
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
    Error::Unavailable(format!("migration: {error}").into())
}
