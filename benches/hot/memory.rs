//! Requests very many different addresses once each, as a crawler or an attacker does. Measures the memory of the
//! server, and checks that frequently requested answers stay in memory.

use std::thread;
use std::time::Instant;

use limit::http::Connection;
use tribuna::cli::Interrupt;
use tribuna::timestamp::Timestamp;

use crate::Outcome;
use crate::harness::site::Site;
use crate::harness::table::{Row, Table, megabytes};

/// The default of `TRIBUNA_CACHE_BYTES`.
const BOUND: u64 = 128 * 1024 * 1024;
/// The memory that the server may hold besides the cache.
const BESIDE: u64 = 60_000_000;
const CLIENTS: u64 = 8;
const HOT: &str = "/v1/posts";
/// The number of requests after which each client repeats a frequent one.
const HOT_EACH: u64 = 100;
/// The milliseconds between the time bounds of two lists.
const APART: i64 = 3_000;
const NEWEST: &str = "2026-10-01T00:00:00Z";

pub fn measure(site: &Site, urls: u64, interrupt: &Interrupt, table: &mut Table) -> Outcome<()> {
    let mut client = Connection::open(&site.address)?;
    for _ in 0..2000 {
        client.ask("GET", HOT, &[], b"")?;
    }
    let (before, _) = site.process.memory()?;
    site.process.forget_peak();
    let begun = Instant::now();
    eprintln!("asking for {urls} different addresses …");
    thread::scope(|scope| {
        let all: Vec<_> = (0..CLIENTS)
            .map(|first| scope.spawn(move || ask(site, first, urls, interrupt)))
            .collect();
        all.into_iter()
            .try_for_each(|one| one.join().map_err(|_| "a client panicked")?)
    })?;
    let rate = urls as f64 / begun.elapsed().as_secs_f64();
    let (after, most) = site.process.memory()?;
    table.add(Row {
        what: format!("memory after {urls} different addresses, {rate:.0}/s"),
        baseline: String::new(),
        tribuna: format!(
            "{} MB (before {}, at most {})",
            megabytes(after),
            megabytes(before),
            megabytes(most)
        ),
        ratio: None,
        goal: Some((
            format!("≤ {} MB", megabytes(BOUND + BESIDE)),
            after <= BOUND + BESIDE,
        )),
    });
    let status = site.get(HOT, &[])?;
    if let Some(status) = status.header("cache-status") {
        table.add(Row {
            what: "memory: the hot list afterwards".into(),
            baseline: String::new(),
            tribuna: format!("`{status}`"),
            ratio: None,
            goal: Some(("hit".into(), status.contains("hit"))),
        });
    }
    Ok(())
}

/// Requests every eighth address. One in ten is a full page.
fn ask(site: &Site, first: u64, urls: u64, interrupt: &Interrupt) -> Outcome<()> {
    let mut client = Connection::open(&site.address)?;
    let newest: Timestamp = NEWEST.parse().map_err(|_| "a time")?;
    for at in (first..urls).step_by(CLIENTS as usize) {
        interrupt.check().map_err(|_| "interrupted")?;
        let before = Timestamp::from_millis(newest.millis() - at as i64 * APART);
        let shape = if at % 10 == 0 {
            "limit=20"
        } else {
            "limit=1&fields=id,title"
        };
        let target = format!("/v1/posts?{shape}&published_before={before}");
        let answer = client.ask("GET", &target, &[], b"")?;
        if answer.status != 200 {
            return Err(format!("{target}: {} {}", answer.status, answer.text()).into());
        }
        if (at / CLIENTS).is_multiple_of(HOT_EACH) {
            client.ask("GET", HOT, &[], b"")?;
        }
    }
    Ok(())
}
