//! Measures what follows the change log of a running server: snapshots, listeners to events, webhooks and sync. The server
//! and its clients share this machine, so compare results within one run.
//!
//! ```sh
//! cargo bench --bench followers                                              # uses a temporary database of 100,000 posts
//! cargo bench --bench followers -- --database=postgres:///followers          # writes the posts if there are none
//! cargo bench --bench followers -- --only=listeners --posts=1000 --listeners=10000
//! cargo bench --bench followers -- --only=deliveries --instances=10 --database=postgres:///followers
//! ```
//!
//! Prints a table that says whether each goal is met. `docs/performance.md` discusses the results.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod audience;
mod deliveries;
#[path = "../harness/mod.rs"]
mod harness;
mod listeners;
mod reader;
mod receiver;
mod snapshot;
mod sync;
mod times;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use tempfile::TempDir;
use tribuna::cli::Interrupt;

pub use crate::harness::Outcome;
use crate::harness::ServerOptions;
use crate::harness::site::{Database, Site};
use crate::harness::table::Table;

/// Turns off the cache of answers, so that each request reads the database, and memory is not that of the cache.
const UNCACHED: [(&str, &str); 1] = [("TRIBUNA_CACHE_BYTES", "0")];
/// Allows deliveries to this machine.
const ALLOW: (&str, &str) = ("TRIBUNA_WEBHOOK_ALLOW", "127.0.0.1");
/// Lets many servers share the connections that PostgreSQL accepts by default.
const SMALL_POOL: (&str, &str) = ("TRIBUNA_DATABASE_POOL", "3");

/// Measures what follows the change log of a running server: snapshots, listeners to events, webhooks and sync.
#[derive(Debug, Parser)]
pub struct Options {
    #[command(flatten)]
    server: ServerOptions,
    /// The number of posts to write into an empty database
    #[arg(long, default_value_t = 100_000)]
    posts: u64,
    /// The number of listeners to events; each is a connection, so see `ulimit -n`
    #[arg(long, default_value_t = 5_000)]
    listeners: usize,
    /// The seconds for which a post a second is published to the listeners, and for which short requests are repeated
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// The number of deliveries of a webhook
    #[arg(long, default_value_t = 1_000)]
    deliveries: usize,
    /// The number of servers that share the deliveries; more than one needs PostgreSQL
    #[arg(long, default_value_t = 1)]
    instances: usize,
    /// Only measurements whose name contains one of these words: snapshot, listeners, deliveries, sync
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Passed by cargo; ignored
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()))
    }

    /// Refuses several servers on SQLite, which is for one.
    fn check(&self) -> Outcome<()> {
        let url = self.server.database.as_deref().unwrap_or("sqlite:");
        if self.instances > 1 && !url.starts_with("postgres") {
            return Err(format!(
                "--instances={} needs PostgreSQL, because SQLite is for a single instance: give --database=postgres://…",
                self.instances
            )
            .into());
        }
        if self.instances == 0 {
            return Err("--instances must be at least 1".into());
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    match measure(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Outcome<()> {
    options.check()?;
    if options.wants("listeners") {
        audience::check_open_files(options.listeners)?;
    }
    let interrupt = Interrupt::install().map_err(|_| "cannot handle Ctrl-C")?;
    let folder = TempDir::new()?;
    let database = Database::prepare(&options.server, options.posts, folder.path(), &interrupt)?;
    let (folder, mut table) = (folder.path(), Table::new("to compare"));
    let start =
        |settings: &[(&str, &str)]| Site::start(&options.server, &database, folder, settings);
    if options.wants("snapshot") {
        snapshot::measure(&start(&UNCACHED)?, options.seconds, &interrupt, &mut table)?;
    }
    if options.wants("sync") {
        sync::measure(&start(&UNCACHED)?, options.seconds, &interrupt, &mut table)?;
    }
    if options.wants("listeners") {
        let most = options.listeners.to_string();
        let site = start(&[("TRIBUNA_MAX_LISTENERS", &most)])?;
        listeners::measure((&site, &database), options, &interrupt, &mut table)?;
    }
    if options.wants("deliveries") {
        let sites = several(options, &database, folder)?;
        deliveries::measure(
            (&sites, &database),
            options.deliveries,
            &interrupt,
            &mut table,
        )?;
    }
    let kind = database.url.split(':').next().unwrap_or_default();
    println!(
        "\n{kind}, {} workers each, log level {}\n\n{table}",
        options.server.workers, options.server.log
    );
    Ok(())
}

/// Starts the servers that share deliveries.
fn several(options: &Options, database: &Database, folder: &Path) -> Outcome<Vec<Site>> {
    let settings: &[(&str, &str)] = match options.instances {
        1 => &[ALLOW],
        _ => &[ALLOW, SMALL_POOL],
    };
    let start = |_| Site::start(&options.server, database, folder, settings);
    (0..options.instances).map(start).collect()
}
