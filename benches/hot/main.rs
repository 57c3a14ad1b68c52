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
#[path = "../harness/mod.rs"]
mod harness;
mod memory;
mod targets;
mod wrk;
mod zipf;

use std::process::ExitCode;

use clap::Parser;
use limit::allocations::Counting;
use tempfile::TempDir;
use tribuna::cli::Interrupt;

use crate::comparison::Comparison;
pub use crate::harness::Outcome;
use crate::harness::ServerOptions;
use crate::harness::editor::Editor;
use crate::harness::site::{Database, Site};
use crate::harness::table::Table;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Compares hot answers of Tribuna with a bare handler that returns the same bytes.
#[derive(Debug, Parser)]
pub struct Options {
    #[command(flatten)]
    server: ServerOptions,
    /// The number of posts to write into an empty database
    #[arg(long, default_value_t = 10_000)]
    posts: u64,
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
    let database = Database::prepare(&options.server, options.posts, folder.path(), &interrupt)?;
    let mut table = Table::new("bare handler");
    if ["list", "post", "feed", "304", "br", "zstd", "key", "zipf"]
        .iter()
        .any(|name| options.wants(name))
    {
        let site = Site::start(&options.server, &database, folder.path(), &[])?;
        let targets = targets::of(&site, 1000)?;
        let comparison = Comparison::begin(options, &site, &targets, folder.path(), &interrupt)?;
        comparison.hot(&mut table)?;
        if options.wants("key") {
            let secret = targets::key(&Editor::sign_in(&site, &database)?)?;
            comparison.keyed(&secret, &mut table)?;
        }
        if options.wants("zipf") {
            zipf::measure(&comparison, &database, &targets, &mut table)?;
        }
    }
    if options.wants("quotas") {
        let off = [("TRIBUNA_QUOTA_PER_MINUTE", "off")];
        let site = Site::start(&options.server, &database, folder.path(), &off)?;
        let targets = targets::of(&site, 2)?;
        let comparison = Comparison::begin(options, &site, &targets, folder.path(), &interrupt)?;
        comparison.uncounted(&mut table)?;
    }
    if options.wants("crowd") {
        let site = counted::start(&options.server, &database, folder.path())?;
        crowd::measure(site, &mut table)?;
    }
    if options.wants("allocations") {
        let site = counted::start(&options.server, &database, folder.path())?;
        counted::measure(site, options, folder.path(), &mut table)?;
    }
    if options.wants("memory") {
        let site = Site::start(&options.server, &database, folder.path(), &[])?;
        memory::measure(&site, options.urls, &interrupt, &mut table)?;
    }
    println!(
        "\n{} workers each, {} rounds of {} s, log level {}\n\n{table}",
        options.server.workers, options.rounds, options.seconds, options.server.log
    );
    Ok(())
}
