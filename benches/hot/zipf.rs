//! A thousand addresses, a few asked for often and most seldom, while somebody publishes once a second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::duel::Duel;
use crate::site::{Database, Editor};
use crate::table::Table;
use crate::wrk::Load;

const GOAL: f64 = 0.6;
const PACE: Duration = Duration::from_secs(1);
/// So many times as long as the others: each publication must count.
const LONGER: u64 = 3;

/// Only Tribuna is published to while it is measured; the bare handler has the machine to itself.
pub fn measure(
    duel: &Duel<'_>,
    database: &Database,
    targets: &[String],
    table: &mut Table,
) -> Outcome<()> {
    let file = duel.folder.join("targets");
    std::fs::write(&file, targets.join("\n"))?;
    let category = duel.site.json("/v1/categories?limit=1&fields=id")?["data"][0]["id"].clone();
    let tag = duel.site.json("/v1/tags?limit=1&fields=id")?["data"][0]["id"].clone();
    let mut editor = Editor::sign_in(duel.site, database)?;
    for &clients in &duel.options.clients {
        let load = Load {
            target: "",
            headers: &[],
            targets: Some(&file),
            clients,
            seconds: duel.options.seconds * LONGER,
        };
        let mut published = 0;
        let measured = duel.rounds(&load, |load| {
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
                let result = duel.ask_tribuna(load);
                over.store(true, Ordering::Relaxed);
                let last = publishing.join().map_err(|_| "the editor panicked")?;
                Outcome::Ok((result?, last?))
            })?;
            let newest = duel.site.json("/v1/posts")?["data"][0]["id"].clone();
            if newest != last {
                return Err(format!(
                    "{last} was published, and {newest} is the newest of the list"
                )
                .into());
            }
            Ok(result)
        })?;
        let rounds = duel.options.rounds;
        let what = format!(
            "1,000 addresses, Zipf, {published} publications in {rounds} rounds, {clients} clients"
        );
        table.add(measured.throughput(what, GOAL));
    }
    Ok(())
}
