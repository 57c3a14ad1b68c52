//! Polls of a copy that has everything, compared with a list.

use std::time::{Duration, Instant};

use limit::http::Connection;
use tribuna::cli::Interrupt;

use crate::Outcome;
use crate::harness::site::Site;
use crate::harness::table::{Row, Table};
use crate::reader::{LIST, timed};
use crate::times::Times;

/// The goal for the median, relative to an uncached list.
const GOAL: f64 = 1.0;
/// The requests of each kind before the first that counts.
const WARM_UP: usize = 100;

/// A target, its headers, and the status that is expected.
type Asked<'a> = (&'a str, &'a [(&'a str, &'a str)], u16);

/// Measures a list, a poll, and a poll with the validator of the one before it, in turn, on one connection.
pub fn measure(site: &Site, seconds: u64, interrupt: &Interrupt, table: &mut Table) -> Outcome<()> {
    let poll = caught_up(site, interrupt)?;
    let first = site.get(&poll, &[])?;
    let etag = first.header("etag").ok_or("no ETag")?;
    let known = [("if-none-match", etag)];
    let asked: [Asked<'_>; 3] = [(LIST, &[], 200), (&poll, &[], 200), (&poll, &known, 304)];
    let mut client = Connection::open(&site.address)?;
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    let mut rounds = 0;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        interrupt.check().map_err(|_| "interrupted")?;
        for ((target, headers, status), times) in asked.iter().zip(&mut times) {
            let took = timed(&mut client, target, headers, *status)?;
            if rounds >= WARM_UP {
                times.push(took);
            }
        }
        rounds += 1;
    }
    let [list, poll, unchanged] = times.map(Times::new);
    let list = list?;
    for (what, times) in [("sync, caught up", poll?), ("the same, 304", unchanged?)] {
        let ratio = times.to(&list);
        table.add(Row {
            what: what.to_owned(),
            baseline: format!("uncached list: {list}"),
            tribuna: times.to_string(),
            ratio: Some(ratio),
            goal: Some((format!("≤ {GOAL}"), ratio <= GOAL)),
        });
    }
    Ok(())
}

/// Returns the address at which a copy of all tags continues. The polls of larger copies cost the same.
fn caught_up(site: &Site, interrupt: &Interrupt) -> Outcome<String> {
    let mut target = "/v1/sync?initial=true&kinds=tag&limit=500".to_owned();
    loop {
        interrupt.check().map_err(|_| "interrupted")?;
        let page = site.json(&target)?["page"].clone();
        page["next"]
            .as_str()
            .ok_or("no next page")?
            .clone_into(&mut target);
        if page["more"] == false {
            return Ok(target);
        }
    }
}
