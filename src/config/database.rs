//! The database that holds the content, and its limits.

use std::time::Duration;

use super::database_url::DatabaseUrl;
use super::reader::Reader;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Database settings"
    /// The database and its limits.
    pub struct Database {
        /// The database: SQLite for one instance, PostgreSQL for one or many
        url: DatabaseUrl {
            name: "database-url",
            env: "DATABASE_URL",
            accepts: Accepts::Text(
                "URL",
                "sqlite://relative/path, sqlite:///absolute/path or postgres://user:password@host/name",
            ),
            default: DefaultValue::Text("sqlite://data/tribuna.db"),
            secret: true,
            read: |r, s| r.read(s, DatabaseUrl::parse),
        }
        /// How many connections to keep: readers on SQLite, all connections on PostgreSQL
        pool: u32 {
            name: "database-pool",
            env: "TRIBUNA_DATABASE_POOL",
            accepts: Accepts::Whole("connections", 1, 200),
            default: DefaultValue::Text("8"),
            read: Reader::whole,
        }
        /// After how long PostgreSQL gives up on a statement
        statement_timeout: Duration {
            name: "statement-timeout",
            env: "TRIBUNA_STATEMENT_TIMEOUT",
            accepts: Accepts::Whole("seconds", 1, 3600),
            default: DefaultValue::Text("10"),
            read: Reader::seconds,
        }
    }
}
