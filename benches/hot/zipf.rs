//! Requests a thousand addresses, a few often and most seldom, while an editor publishes once a second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::comparison::Comparison;
use crate::harness::editor::Editor;
use crate::harness::site::Database;
use crate::harness::table::Table;
use crate::wrk::Load;

const GOAL: f64 = 0.6;
const PACE: Duration = Duration::from_secs(1);
/// The factor by which this measurement is longer than the others, so that several publications fall into it.
const LONGER: u64 = 3;

/// Measures Tribuna while an editor publishes. The bare handler has the machine to itself.
pub fn measure(
    comparison: &Comparison<'_>,
    database: &Database,
    targets: &[String],
    table: &mut Table,
) -> Outcome<()> {
    let file = comparison.folder.join("targets");
    std::fs::write(&file, targets.join("\n"))?;
    let category = comparison.site.first("categories")?;
    let tag = comparison.site.first("tags")?;
    let mut editor = Editor::sign_in(comparison.site, database)?;
    for &clients in &comparison.options.clients {
        let load = Load {
            target: "",
            headers: &[],
            targets: Some(&file),
            clients,
            seconds: comparison.options.seconds * LONGER,
        };
        let mut published = 0;
        let measured = comparison.rounds(&load, |load| {
            let over = AtomicBool::new(false);
            let (result, last) = thread::scope(|scope| {
                let publishing = scope.spawn(|| {
                    let mut last = String::new();
                    while !over.load(Ordering::Relaxed) {
                        let begun = Instant::now();
                        last = editor.publish(&category, &tag)?;
                        published += 1;
                        while begun.elapsed() < PACE && !over.load(Ordering::Relaxed) {
                            thread::sleep(Duration::from_millis(10));
                        }
                    }
                    Outcome::Ok(last)
                });
                let result = comparison.ask_tribuna(load);
                over.store(true, Ordering::Relaxed);
                let last = publishing.join().map_err(|_| "the editor panicked")?;
                Outcome::Ok((result?, last?))
            })?;
            let newest = comparison.site.json("/v1/posts")?["data"][0]["id"].clone();
            if newest != last {
                return Err(format!(
                    "{last} was published last, but {newest} is the first of the list"
                )
                .into());
            }
            Ok(result)
        })?;
        let rounds = comparison.options.rounds;
        let what = format!(
            "1,000 addresses, Zipf, {published} publications in {rounds} rounds, {clients} clients"
        );
        table.add(measured.throughput(what, GOAL));
    }
    Ok(())
}
