//! Compares the speed of answers from memory with a bare actix-web handler that returns the same bytes and headers
//! (`benches/limit`). Both servers and the load generator, `wrk`, run on this machine, so only the ratios count.
//!
//! ```sh
//! cargo bench --bench hot                                                  # uses a temporary database of 10,000 posts
//! cargo bench --bench hot -- --database=postgres:///hot                    # writes the posts if there are none
//! cargo bench --bench hot -- --only=list,304 --rounds=9
//! cargo bench --bench hot -- --only=memory --urls=100000
//! ```
//!
//! Prints a table that says whether each goal is met. `docs/performance.md` discusses the results.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod comparison;
mod counted;
mod crowd;
mod memory;
mod process;
mod site;
mod table;
mod wrk;
mod zipf;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use limit::allocations::Counting;
use tempfile::TempDir;
use tribuna::cli::Interrupt;

use crate::comparison::Comparison;
use crate::site::{Database, Editor, Site};
use crate::table::Table;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The result of a step. An error ends the benchmark with a message.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Compares hot answers of Tribuna with a bare handler that returns the same bytes.
#[derive(Debug, Parser)]
pub struct Options {
    /// The URL of the database; an empty one is filled with posts. Default: a new SQLite file, removed at the end
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The number of posts to write into an empty database
    #[arg(long, default_value_t = 10_000)]
    posts: u64,
    /// The server to measure
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_tribuna"))]
    server: PathBuf,
    /// The number of worker threads of each server
    #[arg(long, default_value_t = 2)]
    workers: usize,
    /// The numbers of concurrent connections to measure
    #[arg(long, value_delimiter = ',', default_value = "32,256")]
    clients: Vec<u32>,
    /// The number of rounds; each measures both servers
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The seconds per measurement
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// The number of different addresses to request before memory is measured
    #[arg(long, default_value_t = 1_000_000)]
    urls: u64,
    /// Tribuna's log level; `info` logs each request
    #[arg(long, default_value = "warn")]
    log: String,
    /// Only measurements whose name contains one of these words: list, post, feed, 304, br, zstd, key, zipf, quotas, crowd, memory,
    /// allocations
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
}

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("limit") => comparison::serve_limit(),
        Some("counted") => counted::serve(),
        _ => measure(&Options::parse()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Outcome<()> {
    wrk::find()?;
    let interrupt = Interrupt::install().map_err(|_| "cannot handle Ctrl-C")?;
    let folder = TempDir::new()?;
    let database = Database::prepare(options, folder.path(), &interrupt)?;
    let mut table = Table::default();
    if ["list", "post", "feed", "304", "br", "zstd", "key", "zipf"]
        .iter()
        .any(|name| options.wants(name))
    {
        let site = Site::start(options, &database, folder.path(), &[])?;
        let targets = site.targets(1000)?;
        let comparison = Comparison::begin(options, &site, &targets, folder.path(), &interrupt)?;
        comparison.hot(&mut table)?;
        if options.wants("key") {
            let secret = Editor::sign_in(&site, &database)?.key()?;
            comparison.keyed(&secret, &mut table)?;
        }
        if options.wants("zipf") {
            zipf::measure(&comparison, &database, &targets, &mut table)?;
        }
    }
    if options.wants("quotas") {
        let off = [("TRIBUNA_QUOTA_PER_MINUTE", "off")];
        let site = Site::start(options, &database, folder.path(), &off)?;
        let targets = site.targets(2)?;
        let comparison = Comparison::begin(options, &site, &targets, folder.path(), &interrupt)?;
        comparison.uncounted(&mut table)?;
    }
    if options.wants("crowd") {
        let site = Site::counted(options, &database, folder.path())?;
        crowd::measure(site, &mut table)?;
    }
    if options.wants("allocations") {
        let site = Site::counted(options, &database, folder.path())?;
        counted::measure(site, options, folder.path(), &mut table)?;
    }
    if options.wants("memory") {
        let site = Site::start(options, &database, folder.path(), &[])?;
        memory::measure(&site, options.urls, &interrupt, &mut table)?;
    }
    println!(
        "\n{} workers each, {} rounds of {} s, log level {}\n\n{table}",
        options.workers, options.rounds, options.seconds, options.log
    );
    Ok(())
}
