//! Many listeners to events, while an editor publishes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tribuna::cli::Interrupt;

use crate::audience::{Arrivals, Audience};
use crate::harness::editor::Editor;
use crate::harness::site::{Database, Site};
use crate::harness::table::{Row, Table, megabytes};
use crate::reader::wait;
use crate::times::Times;
use crate::{Options, Outcome};

/// The bytes that all listeners may cost the server.
const MEMORY: u64 = 100_000_000;
/// The longest delay for 99 of 100 events.
const DELAY: Duration = Duration::from_secs(1);
/// The time between two publications.
const PACE: Duration = Duration::from_secs(1);
/// The time for which late events are waited for after the last publication.
const PATIENCE: Duration = Duration::from_secs(20);

/// A post that was published, with the time at which the editor had the answer.
type Published = (String, Instant);

pub fn measure(
    (site, database): (&Site, &Database),
    options: &Options,
    interrupt: &Interrupt,
    table: &mut Table,
) -> Outcome<()> {
    let mut editor = Editor::sign_in(site, database)?;
    let (category, tag) = (site.first("categories")?, site.first("tags")?);
    editor.publish(&category, &tag)?;
    let before = site.process.memory()?.0;
    let listeners = options.listeners;
    let audience = Audience::gather(&site.address, listeners)?;
    let idle = site.process.memory()?.0;
    site.process.forget_peak();
    eprintln!("publishing to {listeners} listeners …");
    let mut published: Vec<Published> = Vec::new();
    for _ in 0..options.seconds {
        let begun = Instant::now();
        let id = editor.publish(&category, &tag)?;
        published.push((id, Instant::now()));
        wait(PACE.saturating_sub(begun.elapsed()), interrupt)?;
    }
    let since = Instant::now();
    while audience.count() < listeners * published.len() && since.elapsed() < PATIENCE {
        wait(Duration::from_millis(50), interrupt)?;
    }
    let most = site.process.memory()?.1;
    for (what, bytes) in [("idle", idle), ("of which all hear a post a second", most)] {
        table.add(memory(
            format!("memory of {listeners} listeners, {what}"),
            (before, bytes),
            listeners,
        ));
    }
    report(&audience.end(), (&published, listeners), table)
}

fn memory(what: String, (before, now): (u64, u64), listeners: usize) -> Row {
    let cost = now.saturating_sub(before);
    Row {
        what,
        baseline: format!("before: {} MB", megabytes(before)),
        tribuna: format!(
            "{} MB more, {:.1} kB each",
            megabytes(cost),
            cost as f64 / 1000.0 / listeners as f64
        ),
        ratio: None,
        goal: Some((format!("< {} MB", megabytes(MEMORY)), cost < MEMORY)),
    }
}

fn report(
    arrivals: &Arrivals,
    (published, listeners): (&[Published], usize),
    table: &mut Table,
) -> Outcome<()> {
    let (mut delays, mut twice, mut arrived) = (Vec::new(), 0, 0);
    for (id, answered) in published {
        let of_post = arrivals.of(id);
        delays.extend(
            of_post
                .iter()
                .map(|(_, at)| at.saturating_duration_since(*answered)),
        );
        let who: BTreeSet<usize> = of_post.iter().map(|(listener, _)| *listener).collect();
        arrived += who.len();
        twice += of_post.len() - who.len();
    }
    let (all, lost) = (published.len() * listeners, arrivals.disconnected);
    table.add(Row {
        what: format!(
            "events of {} publications to {listeners} listeners",
            published.len()
        ),
        baseline: String::new(),
        tribuna: format!(
            "{arrived} of {all} arrived, {twice} twice; {lost} listeners disconnected"
        ),
        ratio: None,
        goal: Some((
            "all, once".into(),
            arrived == all && twice == 0 && lost == 0,
        )),
    });
    let delays = Times::new(delays)?;
    let p99 = delays.percentile(99);
    table.add(Row {
        what: "from the answer of the publication to the event".into(),
        baseline: String::new(),
        tribuna: delays.to_string(),
        ratio: None,
        goal: Some((format!("p99 ≤ {} s", DELAY.as_secs()), p99 <= DELAY)),
    });
    Ok(())
}
