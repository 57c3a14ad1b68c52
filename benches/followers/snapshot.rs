//! Reads the snapshot, alone and beside other readers.

use std::io::{self, BufRead, BufReader, Read};
use std::time::{Duration, Instant};

use limit::http::Connection;
use tribuna::cli::Interrupt;
use zstd::stream::read::Decoder;

use crate::Outcome;
use crate::harness::site::Site;
use crate::harness::table::{Row, Table, megabytes};
use crate::reader::{self, LIST, timed};
use crate::times::Times;

const TARGET: &str = "/v1/snapshot.ndjson";
/// The bytes that a snapshot may add to the memory of the server: some batches, and what reading them leaves in caches.
const GROWTH: u64 = 32_000_000;
/// The number of snapshots that nobody reads: twice the connections for reading that a server has by default.
const UNREAD: usize = 16;
/// The time for which a server that waits for its clients computes nothing.
const QUIET: Duration = Duration::from_millis(500);
/// The clock ticks of computing that do not count: background jobs look around now and then.
const FEW_TICKS: u64 = 3;
/// The longest wait until all buffers between the server and clients that do not read are full.
const PATIENCE: Duration = Duration::from_secs(60);
/// The factor by which the list may be slower beside a snapshot, which keeps a core of the machine busy on either side.
const BUSY: f64 = 3.0;
/// The same beside snapshots that nobody reads, which keep nothing busy.
const IDLE: f64 = 1.5;

pub fn measure(site: &Site, seconds: u64, interrupt: &Interrupt, table: &mut Table) -> Outcome<()> {
    let mut client = Connection::open(&site.address)?;
    for _ in 0..200 {
        timed(&mut client, LIST, &[], 200)?;
    }
    for coding in ["identity", "zstd"] {
        let before = site.process.memory()?.0;
        site.process.forget_peak();
        let taken = take(site, coding, interrupt)?;
        let most = site.process.memory()?.1;
        let rate = taken.items as f64 / taken.took.as_secs_f64();
        table.add(Row {
            what: format!("snapshot of {} items, {coding}", taken.items),
            baseline: String::new(),
            tribuna: format!(
                "{:.1} s, {rate:.0} lines/s, {} MB",
                taken.took.as_secs_f64(),
                megabytes(taken.bytes)
            ),
            ratio: None,
            goal: None,
        });
        table.add(memory(format!("memory during it, {coding}"), before, most));
    }
    beside_others(site, seconds, interrupt, table)
}

fn memory(what: String, before: u64, most: u64) -> Row {
    Row {
        what,
        baseline: format!("before: {} MB", megabytes(before)),
        tribuna: format!("at most {} MB", megabytes(most)),
        ratio: None,
        goal: Some((
            format!("≤ {} MB more", megabytes(GROWTH)),
            most <= before + GROWTH,
        )),
    }
}

/// Measures a list alone, beside a snapshot, and beside more snapshots that nobody reads than there are connections to the
/// database. A snapshot that held a connection between two batches would stop the list.
fn beside_others(
    site: &Site,
    seconds: u64,
    interrupt: &Interrupt,
    table: &mut Table,
) -> Outcome<()> {
    let alone = reader::during(site, seconds, interrupt)?;
    let (_, busy) = reader::beside(site, || take(site, "identity", interrupt))?;
    table.add(list("a snapshot", &alone, &busy, BUSY));
    let before = site.process.memory()?.0;
    site.process.forget_peak();
    let mut unread = Vec::new();
    for _ in 0..UNREAD {
        let mut client = Connection::open(&site.address)?;
        begin(&mut client, "identity")?;
        unread.push(client);
    }
    settle(site, interrupt)?;
    let idle = reader::during(site, seconds, interrupt)?;
    let what = format!("{UNREAD} snapshots that nobody reads");
    table.add(list(&what, &alone, &idle, IDLE));
    let most = site.process.memory()?.1;
    table.add(memory(format!("memory with {what}"), before, most));
    Ok(())
}

/// Waits until the server computes nothing, because all clients make it wait.
fn settle(site: &Site, interrupt: &Interrupt) -> Outcome<()> {
    let begun = Instant::now();
    let mut before = ticks(site)?;
    loop {
        reader::wait(QUIET, interrupt)?;
        let now = ticks(site)?;
        if now - before <= FEW_TICKS {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err("the server is busy although nobody reads its snapshots".into());
        }
        before = now;
    }
}

/// Returns the clock ticks for which the server has computed.
fn ticks(site: &Site) -> Outcome<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", site.process.id()))?;
    // The name of the program is in parentheses, and may contain blanks.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    Ok(ticks.map(str::parse::<u64>).sum::<Result<u64, _>>()?)
}

fn list(other: &str, alone: &Times, beside: &Times, goal: f64) -> Row {
    let ratio = beside.to(alone);
    Row {
        what: format!("an uncached list beside {other}"),
        baseline: format!("alone: {alone}"),
        tribuna: beside.to_string(),
        ratio: Some(ratio),
        goal: Some((format!("≤ {goal}"), ratio <= goal)),
    }
}

/// A snapshot that was read.
struct Taken {
    took: Duration,
    items: u64,
    /// The bytes of the body as it was sent.
    bytes: u64,
}

/// Reads a whole snapshot.
fn take(site: &Site, coding: &str, interrupt: &Interrupt) -> Outcome<Taken> {
    let mut client = Connection::open(&site.address)?;
    let begun = Instant::now();
    begin(&mut client, coding)?;
    let mut body = Counted {
        from: client.chunks(),
        bytes: 0,
    };
    let items = match coding {
        "zstd" => count(BufReader::new(Decoder::new(&mut body)?), interrupt)?,
        _ => count(BufReader::new(&mut body), interrupt)?,
    };
    Ok(Taken {
        took: begun.elapsed(),
        items,
        bytes: body.bytes,
    })
}

/// Requests a snapshot, and reads the head of the response.
fn begin(client: &mut Connection, coding: &str) -> Outcome<()> {
    client.send("GET", TARGET, &[("accept-encoding", coding)], b"")?;
    let head = client.receive_head()?;
    let coded = head.header("content-encoding").unwrap_or("identity");
    match head.status() == Some(200) && coded == coding {
        true => Ok(()),
        false => Err(format!("{TARGET}: {}, {coded}", head.first).into()),
    }
}

/// Returns the number of items. A snapshot without its last line is an error.
fn count(mut lines: impl BufRead, interrupt: &Interrupt) -> Outcome<u64> {
    let (mut items, mut line, mut is_complete) = (0, Vec::new(), false);
    while lines.read_until(b'\n', &mut line)? > 0 {
        if line.starts_with(br#"{"resume":"#) {
            interrupt.check().map_err(|_| "interrupted")?;
        } else if line.starts_with(br#"{"sync":"#) {
            is_complete = true;
        } else {
            items += 1;
        }
        line.clear();
    }
    match is_complete {
        true => Ok(items),
        false => Err(format!("the snapshot broke off after {items} items").into()),
    }
}

/// A reader that counts its bytes.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
