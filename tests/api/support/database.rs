//! A fresh, migrated database for each test, which is removed after the test, even a failed one.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use tribuna::config::{Config, Environment, Flags};
use tribuna::db::Conn;
use tribuna::db::connection::Mode;
use tribuna::db::migrations;

use super::cluster::{self, Server};

/// The supported databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A test database.
pub struct Database {
    url: String,
    place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Server { name: String, migrated: bool },
    OwnServer { _server: Server },
}

/// Databases on the temporary server that earlier tests have left. Emptying one is ten times as fast as creating one.
static LEFT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Migrations create tables but no rows (another test checks that), so a database with empty tables is as good as a
/// fresh one.
const EMPTY_ALL: &str = "DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
    FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'); END $$";

impl Database {
    /// Returns a migrated database, or `None` without PostgreSQL.
    pub fn fresh(backend: Backend) -> Option<Self> {
        if backend == Backend::Postgres
            && let Some(left) = Self::left()
        {
            return Some(left);
        }
        let mut database = Self::empty(backend)?;
        migrations::run(&mut database.connect()).expect("migrations");
        if let Place::Server { migrated, .. } = &mut database.place {
            *migrated = true;
        }
        Some(database)
    }

    fn left() -> Option<Self> {
        let server = cluster::server()?;
        let name = LEFT.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        let url = server.url(&name);
        connect(&url).batch(EMPTY_ALL).expect("empty tables");
        let place = Place::Server {
            name,
            migrated: true,
        };
        Some(Self { url, place })
    }

    /// Returns a database without tables, or `None` without PostgreSQL.
    pub fn empty(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file: PathBuf = folder.path().join("tribuna.db");
                Some(Self {
                    url: format!("sqlite://{}", file.display()),
                    place: Place::Folder { _folder: folder },
                })
            }
            Backend::Postgres => {
                let server = cluster::server()?;
                let name = format!("tribuna_test_{}", uuid::Uuid::now_v7().simple());
                server.run(&format!("CREATE DATABASE {name}"));
                Some(Self {
                    url: server.url(&name),
                    place: Place::Server {
                        name,
                        migrated: false,
                    },
                })
            }
        }
    }

    /// Returns a migrated database on its own server, or `None` if there can be none.
    pub fn on_own_server() -> Option<(Self, PathBuf)> {
        let server = cluster::own()?;
        let folder = server.folder();
        let database = Self {
            url: server.url("postgres"),
            place: Place::OwnServer { _server: server },
        };
        migrations::run(&mut database.connect()).expect("migrations");
        Some((database, folder))
    }

    pub fn backend(&self) -> Backend {
        match &self.place {
            Place::Folder { .. } => Backend::Sqlite,
            Place::Server { .. } | Place::OwnServer { .. } => Backend::Postgres,
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens a connection with the settings of the program.
    pub fn connect(&self) -> Conn {
        connect(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Place::Server { name, migrated } = &self.place else {
            return;
        };
        match cluster::server() {
            Some(server) if *migrated && server.is_throw_away() => {
                let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
                left.push(name.clone());
            }
            Some(server) => server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
            None => {}
        }
    }
}

pub fn connect(url: &str) -> Conn {
    let environment = Environment::new([("DATABASE_URL".into(), url.into())], "");
    let (config, _) = Config::load(&Flags::default(), &environment).expect("settings");
    Conn::open(&config, Mode::Write).expect("a connection")
}
