//! Random editorial work, compared with a model: people of every role send requests in any order, from two clients
//! each. The server must grant, refuse, show, save and log exactly what the model does.
//!
//! `generator` draws requests and `model` says which answers are right. `newsroom` and `together` send the requests;
//! `checks`, `worklists` and `log` compare the results, and `transcript` prints the requests that led to a failure.
//! `docs/testing.md` describes how to run more seeds and how to repeat a failure.

mod calls;
mod checks;
mod concurrent_saves;
mod generator;
mod log;
mod model;
mod newsroom;
mod together;
mod transcript;
mod worklists;

use std::collections::BTreeSet;

use model::VERBS;
use newsroom::Newsroom;

use crate::support::{Backend, TestApp, cluster, run};

mod the_server_agrees_with_the_model {
    use super::*;

    #[test]
    fn sqlite() {
        run_seeds(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        run_seeds(Backend::Postgres);
    }
}

const USUAL_SEEDS: &str = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16";
const USUAL_STEPS: &str = "160";

/// The number of steps between two checks of everything.
const CHECK_INTERVAL: usize = 25;

fn run_seeds(backend: Backend) {
    let setting = |name: &str| std::env::var(name).ok();
    let (seeds, steps) = (setting("TEST_LIFE_SEEDS"), setting("TEST_LIFE_STEPS"));
    let is_usual = seeds.is_none() && steps.is_none();
    let steps = steps.unwrap_or_else(|| USUAL_STEPS.into()).parse();
    let steps: usize = steps.expect("TEST_LIFE_STEPS: a number");
    let mut seen = BTreeSet::new();
    for seed in seeds.unwrap_or_else(|| USUAL_SEEDS.into()).split(',') {
        let seed = seed
            .trim()
            .parse()
            .expect("TEST_LIFE_SEEDS: numbers with commas");
        let seen = &mut seen;
        run(backend, async move |app| {
            seen.append(&mut run_seed(app, seed, steps).await);
        });
    }
    let is_skipped = backend == Backend::Postgres && cluster::server().is_none();
    if is_usual && !is_skipped {
        require_every_event(&seen);
    }
}

/// Runs one newsroom. Returns the events that occurred.
async fn run_seed(app: TestApp, seed: u64, steps: usize) -> BTreeSet<String> {
    let self_review = seed.is_multiple_of(3);
    let word = if self_review { "true" } else { "false" };
    let app = app.another(&[("TRIBUNA_SELF_REVIEW", word)]).await;
    let mut newsroom = Newsroom::open(&app, seed, self_review).await;
    for step in 1..=steps {
        newsroom.next_action().await;
        if step % CHECK_INTERVAL == 0 {
            newsroom.public_responses_match().await;
            newsroom.previews_match().await;
            newsroom.tasks_match().await;
            newsroom.translation_matrix_matches().await;
            newsroom.the_log_is_complete_and_in_order().await;
            newsroom.every_text_is_in_a_revision(3).await;
        }
    }
    newsroom.every_text_is_in_a_revision(usize::MAX).await;
    newsroom.events.take()
}

/// Requires every kind of event. An event that never occurs leaves its rule untested.
fn require_every_event(seen: &BTreeSet<String>) {
    let fates = ["granted", "refused"];
    let of_verbs = VERBS.iter();
    let of_verbs = of_verbs.flat_map(|verb| fates.map(|fate| format!("{verb} {fate}")));
    let statuses = [200, 308, 404, 410];
    let of_public = statuses.map(|status| format!("a request with a language answered {status}"));
    let others = [
        "a batch committed",
        "a batch rolled back",
        "a batch in a dry run",
        "two simultaneous requests granted",
        "a deleted language restored",
        "Put changed nothing",
        "Patch changed nothing",
    ];
    let all = of_verbs.chain(of_public).chain(others.map(str::to_owned));
    let missing: Vec<String> = all.filter(|one| !seen.contains(one)).collect();
    assert!(missing.is_empty(), "never occurred: {missing:?}");
}
