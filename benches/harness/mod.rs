//! What the benchmarks that measure a running server share: its processes ([`process`]), its database and its address
//! ([`site`]), an editor who publishes ([`editor`]), and the table of results ([`table`]).

pub mod editor;
pub mod process;
pub mod site;
pub mod table;

use std::error::Error;
use std::path::PathBuf;

use clap::Args;

/// The result of a step. An error ends the benchmark with a message.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The options that say what is measured.
#[derive(Debug, Args)]
pub struct ServerOptions {
    /// The URL of the database; an empty one is filled with posts. Default: a new SQLite file, removed at the end
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// The server to measure
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_tribuna"))]
    pub server: PathBuf,
    /// The number of worker threads of each server
    #[arg(long, default_value_t = 2)]
    pub workers: usize,
    /// Tribuna's log level; `info` logs each request
    #[arg(long, default_value = "warn")]
    pub log: String,
}
