//! The database that holds the content, and its limits.

use std::time::Duration;

use super::database_url::DatabaseUrl;
use super::reader::SettingsReader;
use super::setting::{Accepts, DefaultValue};
use super::table::settings;

settings! {
    "Database settings"
    /// The database and its limits.
    pub struct Database {
        /// The database: SQLite for a single instance, PostgreSQL for one or more instances
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
        /// The largest number of connections for reading; each instance also has one for writing and one that follows the
        /// change log
        pool: u32 {
            name: "database-pool",
            env: "TRIBUNA_DATABASE_POOL",
            accepts: Accepts::Whole("connections", 1, 200),
            default: DefaultValue::Text("8"),
            read: SettingsReader::whole,
        }
        /// The time limit of a statement on PostgreSQL; on SQLite there is no limit
        statement_timeout: Duration {
            name: "statement-timeout",
            env: "TRIBUNA_STATEMENT_TIMEOUT",
            accepts: Accepts::Whole("seconds", 1, 3600),
            default: DefaultValue::Text("10"),
            read: SettingsReader::seconds,
        }
    }
}
