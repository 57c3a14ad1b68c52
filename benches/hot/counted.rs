//! A server whose process counts its memory allocations and the statements that read publications.

use std::io;
use std::path::Path;
use std::process::Command as Program;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use clap::Parser;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use limit::allocations;
use limit::http::Connection;
use tribuna::cli::{self, Cli, Command};
use tribuna::config::{Config, Environment};
use tribuna::logging;

use crate::harness::ServerOptions;
use crate::harness::process::Process;
use crate::harness::site::{Database, Site};
use crate::harness::table::{Row, Table};
use crate::{Options, Outcome, comparison};

/// The number of statements whose text names publications. Statements of the scheduler and of the change log do not
/// count.
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// The number of requests over which allocations are averaged.
const REQUESTS: u64 = 2000;

/// Starts this program as a server whose process counts.
pub fn start(options: &ServerOptions, database: &Database, folder: &Path) -> Outcome<Site> {
    let mut command = Program::new(std::env::current_exe()?);
    command.arg("counted");
    Site::run(&mut command, options, (database, folder), &[])
}

/// Runs `tribuna serve` in this process.
pub fn serve() -> Outcome<()> {
    allocations::count();
    set_default_instrumentation(|| Some(Box::new(note) as Box<dyn Instrumentation>))?;
    tell_on_demand();
    let arguments = std::env::args().enumerate().filter(|(at, _)| *at != 1);
    let cli = Cli::parse_from(arguments.map(|(_, argument)| argument));
    let settings = Config::load(&cli.flags, &Environment::of_process());
    let (config, _) = settings.map_err(|bad| format!("{bad:?}"))?;
    logging::init(config.log.format, &config.log.filter)?;
    match cli.command {
        Command::Serve(arguments) => {
            cli::serve::run(config, &arguments).map_err(|failure| format!("{failure:?}").into())
        }
        _ => Err("only `serve` can be counted".into()),
    }
}

fn note(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event
        && query.to_string().contains("publications")
    {
        STATEMENTS.fetch_add(1, Relaxed);
    }
}

/// Answers each line of the standard input with the counts so far.
pub fn tell_on_demand() {
    allocations::count();
    thread::spawn(|| {
        for _ in io::stdin().lines() {
            let (calls, bytes) = allocations::counted();
            println!("COUNTED {calls}:{bytes}:{}", STATEMENTS.load(Relaxed));
        }
    });
}

/// The counts since the process started.
pub struct Counts {
    pub allocations: u64,
    pub bytes: u64,
    pub statements: u64,
}

impl Counts {
    pub fn of(process: &mut Process) -> Outcome<Self> {
        process.tell("")?;
        let said = process.hear("COUNTED ")?;
        let mut numbers = said.split(':').map(str::parse::<u64>);
        let mut next = || numbers.next().ok_or("too few numbers");
        Ok(Self {
            allocations: next()??,
            bytes: next()??,
            statements: next()??,
        })
    }
}

/// Compares the allocations of a hot request with those of the bare handler.
pub fn measure(mut site: Site, options: &Options, folder: &Path, table: &mut Table) -> Outcome<()> {
    let list = "/v1/posts";
    let targets = [list.to_owned()];
    let (mut limit, limit_address) = comparison::limit(options, &site, &targets, folder)?;
    let etag = site
        .get(list, &[])?
        .header("etag")
        .unwrap_or_default()
        .to_owned();
    let asked: [(&str, &[(&str, &str)]); 3] = [
        ("the hot list", &[]),
        ("the hot list, br", &[("accept-encoding", "br")]),
        ("its hot 304", &[("if-none-match", &etag)]),
    ];
    for (what, headers) in asked {
        let bare = per_request(&mut limit, &limit_address, list, headers)?;
        let address = site.address.clone();
        let tribuna = per_request(&mut site.process, &address, list, headers)?;
        let formatted = |(calls, bytes): (f64, f64)| format!("{calls:.1} ({bytes:.0} bytes)");
        table.add(Row {
            what: format!("allocations for {what}"),
            baseline: formatted(bare),
            tribuna: formatted(tribuna),
            ratio: Some(tribuna.0 / bare.0),
            goal: None,
        });
    }
    Ok(())
}

fn per_request(
    process: &mut Process,
    address: &str,
    target: &str,
    headers: &[(&str, &str)],
) -> Outcome<(f64, f64)> {
    let mut client = Connection::open(address)?;
    for _ in 0..REQUESTS / 10 {
        client.ask("GET", target, headers, b"")?;
    }
    let before = Counts::of(process)?;
    for _ in 0..REQUESTS {
        client.ask("GET", target, headers, b"")?;
    }
    let after = Counts::of(process)?;
    let each = |before: u64, after: u64| (after - before) as f64 / REQUESTS as f64;
    Ok((
        each(before.allocations, after.allocations),
        each(before.bytes, after.bytes),
    ))
}
