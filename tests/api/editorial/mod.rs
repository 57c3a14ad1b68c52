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

use desk::Desk;

use crate::support::{Backend, run};

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

const USUAL_SEEDS: &str = "1,2,3,4,5,6";
const USUAL_STEPS: &str = "150";

/// So often everybody looks around.
const LOOK: usize = 25;

fn live(backend: Backend) {
    let setting = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.into());
    let steps = setting("TEST_LIFE_STEPS", USUAL_STEPS).parse();
    let steps: usize = steps.expect("TEST_LIFE_STEPS: a number");
    for seed in setting("TEST_LIFE_SEEDS", USUAL_SEEDS).split(',') {
        let seed: u64 = seed
            .trim()
            .parse()
            .expect("TEST_LIFE_SEEDS: numbers with commas");
        run(backend, async move |app| {
            let self_review = seed % 3 == 0;
            let word = if self_review { "true" } else { "false" };
            let settings = [("TRIBUNA_SELF_REVIEW", word)];
            let app = app.another(&settings).await;
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
        });
    }
}
