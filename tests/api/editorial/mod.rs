//! The editorial life of posts, held against a model: people of every role ask for anything in any order, from two clients
//! each, and the server must grant, refuse, show, keep and log exactly what the model does.
//!
//! `chance` draws what is asked, `model` says what is right, `desk` and `together` ask, `looks`, `worklists` and `log` compare what has come of it, `story` tells
//! of a failure. `docs/testing.md` says how to go on longer, or again where it went wrong.

mod chance;
mod desk;
mod eight;
mod log;
mod looks;
mod model;
mod story;
mod together;
mod wire;
mod worklists;

use std::collections::BTreeSet;

use desk::Desk;
use model::VERBS;

use crate::support::{Backend, TestApp, cluster, run};

mod whatever_is_asked_is_answered_as_the_model_has_it {
    use super::*;

    #[test]
    fn sqlite() {
        live(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        live(Backend::Postgres);
    }
}

const USUAL_SEEDS: &str = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16";
const USUAL_STEPS: &str = "160";

/// So often everybody looks around.
const LOOK: usize = 25;

fn live(backend: Backend) {
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
            seen.append(&mut live_once(app, seed, steps).await);
        });
    }
    let is_skipped = backend == Backend::Postgres && cluster::server().is_none();
    if is_usual && !is_skipped {
        everything_was_seen(&seen);
    }
}

/// One newsroom's life; what came about in it.
async fn live_once(app: TestApp, seed: u64, steps: usize) -> BTreeSet<String> {
    let self_review = seed.is_multiple_of(3);
    let word = if self_review { "true" } else { "false" };
    let app = app.another(&[("TRIBUNA_SELF_REVIEW", word)]).await;
    let mut desk = Desk::open(&app, seed, self_review).await;
    for step in 1..=steps {
        desk.goes_on().await;
        if step % LOOK == 0 {
            desk.the_public_sees().await;
            desk.previews_show_their_revision().await;
            desk.everybody_finds_their_tasks().await;
            desk.languages_are_as_far_as_they_are().await;
            desk.the_log_is_complete_and_in_order().await;
            desk.every_text_is_in_a_revision(3).await;
        }
    }
    desk.every_text_is_in_a_revision(usize::MAX).await;
    desk.seen.take()
}

/// A run in which something never came about shows nothing of it.
fn everything_was_seen(seen: &BTreeSet<String>) {
    let fates = ["granted", "refused"];
    let of_verbs = VERBS.iter();
    let of_verbs = of_verbs.flat_map(|verb| fates.map(|fate| format!("{verb} {fate}")));
    let statuses = [200, 308, 404, 410];
    let of_public = statuses.map(|status| format!("a question in a language answered {status}"));
    let others = [
        "a batch committed",
        "a batch rolled back",
        "a batch tried",
        "two granted at once",
        "a deleted language restored",
        "Put changed nothing",
        "Patch changed nothing",
    ];
    let all = of_verbs.chain(of_public).chain(others.map(str::to_owned));
    let missing: Vec<String> = all.filter(|one| !seen.contains(one)).collect();
    assert!(missing.is_empty(), "nobody saw {missing:?}");
}
