//! How fast what is in memory is answered, held against a bare actix-web handler that returns the same bytes with the same
//! headers (`benches/limit`). Both run on this machine, and so does the load, `wrk`: look at the ratios.
//!
//! ```sh
//! cargo bench --bench hot                                                  # a database of 10,000 posts is made, and goes
//! cargo bench --bench hot -- --database=postgres:///hot                    # made there if there are no posts, and stays
//! cargo bench --bench hot -- --only=list,304 --rounds=9
//! cargo bench --bench hot -- --only=memory --urls=100000
//! ```
//!
//! Prints a table that says for each goal whether it holds. `docs/performance.md` says what was seen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod counted;
mod crowd;
mod duel;
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

use crate::duel::Duel;
use crate::site::{Database, Site};
use crate::table::Table;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Anything that can go wrong ends the whole, with a line that says what.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Hot answers of Tribuna beside a bare handler that returns the same bytes.
#[derive(Debug, Parser)]
pub struct Options {
    /// An address of a database to take; without posts, they are written into it. Left out: a new SQLite file, which goes in
    /// the end
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// How many posts to write, where none are
    #[arg(long, default_value_t = 10_000)]
    posts: u64,
    /// The server to measure
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_tribuna"))]
    server: PathBuf,
    /// Threads that answer, of either server
    #[arg(long, default_value_t = 2)]
    workers: usize,
    /// Connections that ask
    #[arg(long, value_delimiter = ',', default_value = "32,256")]
    clients: Vec<u32>,
    /// How often each is measured, in turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each time
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// How many different addresses to ask for before memory is looked at
    #[arg(long, default_value_t = 1_000_000)]
    urls: u64,
    /// What Tribuna logs; `info` has a line for each request
    #[arg(long, default_value = "warn")]
    log: String,
    /// Only what has one of these words in its name: list, post, 304, br, zstd, zipf, crowd, memory, allocations
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Given by cargo
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
        Some("limit") => duel::serve_limit(),
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
    if ["list", "post", "304", "br", "zstd", "zipf"]
        .iter()
        .any(|name| options.wants(name))
    {
        let site = Site::start(options, &database, folder.path(), &[])?;
        let targets = site.targets(1000)?;
        let duel = Duel::begin(options, &site, &targets, folder.path(), &interrupt)?;
        duel.hot(&mut table)?;
        if options.wants("zipf") {
            zipf::measure(&duel, &database, &targets, &mut table)?;
        }
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
