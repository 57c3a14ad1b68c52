//! A fresh, migrated database for each test, dropped when the test ends, well or badly.

use std::path::PathBuf;

use tempfile::TempDir;
use tribuna::config::{Config, Environment, Flags};
use tribuna::db::Conn;
use tribuna::db::connection::Mode;
use tribuna::db::migrations;

use super::cluster;

/// The two kinds of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// One database.
pub struct Database {
    url: String,
    place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Server { name: String },
}

impl Database {
    /// A migrated one; `None` when there is no PostgreSQL to make it on.
    pub fn fresh(backend: Backend) -> Option<Self> {
        let database = Self::empty(backend)?;
        migrations::run(&mut database.connect()).expect("migrations");
        Some(database)
    }

    /// One without any table; `None` when there is no PostgreSQL to make it on.
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
                    place: Place::Server { name },
                })
            }
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn backend(&self) -> Backend {
        match self.place {
            Place::Folder { .. } => Backend::Sqlite,
            Place::Server { .. } => Backend::Postgres,
        }
    }

    /// A connection as the program sets it up.
    pub fn connect(&self) -> Conn {
        connect(&self.url)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Place::Server { name }, Some(server)) = (&self.place, cluster::server()) {
            server.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

pub fn connect(url: &str) -> Conn {
    let environment = Environment::new([("DATABASE_URL".into(), url.into())], "");
    let (config, _) = Config::load(&Flags::default(), &environment).expect("settings");
    Conn::open(&config, Mode::Write, None).expect("a connection")
}
