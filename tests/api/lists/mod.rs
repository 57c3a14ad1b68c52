//! Delivery lists compared with a naive model: random content, random requests, every answer checked.
//!
//! `newsroom` writes random content and records it in a `world`. `questions` draws requests, `model` computes the
//! expected answers without SQL, and `asker` sends the requests and compares. `docs/testing.md` describes how to send
//! more requests and how to repeat a failure.

pub mod asker;
mod difference;
mod fields;
mod model;
pub mod newsroom;
mod offered;
mod one_post;
mod paging;
mod queries;
mod query;
mod questions;

mod things;
mod walks;
pub mod world;

use std::collections::BTreeSet;

use asker::Asker;
use newsroom::Newsroom;
use offered::offered;
use random::Random;

use crate::support::{Backend, TestApp, cluster, random, run};

mod every_answer_is_that_of_a_naive_model {
    use super::*;

    #[test]
    fn sqlite() {
        ask_everything(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        ask_everything(Backend::Postgres);
    }
}

fn ask_everything(backend: Backend) {
    let (seeds, questions) = (setting("TEST_LISTS_SEEDS"), setting("TEST_LISTS_QUESTIONS"));
    let is_usual = seeds.is_none() && questions.is_none();
    let questions = questions.unwrap_or_else(|| USUAL_QUESTIONS.into()).parse();
    let questions: usize = questions.expect("TEST_LISTS_QUESTIONS: a number");
    let mut tally = Tally::default();
    for seed in seeds.unwrap_or_else(|| USUAL_SEEDS.into()).split(',') {
        let seed = seed
            .trim()
            .parse()
            .expect("TEST_LISTS_SEEDS: numbers with commas");
        let tally = &mut tally;
        run(backend, async move |app| {
            ask_about_a_world(&app, seed, questions, tally).await
        });
    }
    let is_skipped = backend == Backend::Postgres && cluster::server().is_none();
    if is_usual && !is_skipped {
        tally.check();
    }
}

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

const USUAL_SEEDS: &str = "1,2,3,4,5";
const USUAL_QUESTIONS: &str = "400";

/// The minimum number of requests per database.
const MIN_QUESTIONS: usize = 2_000;

/// The requests so far.
#[derive(Default)]
struct Tally {
    questions: usize,
    /// The operations and their requested parameters.
    asked: BTreeSet<(&'static str, String)>,
}

/// Fills a newsroom, then sends requests at several times without further writes.
async fn ask_about_a_world(app: &TestApp, seed: u64, questions: usize, tally: &mut Tally) {
    let mut newsroom = Newsroom::open(app, Random::new(seed)).await;
    newsroom.fill(40).await;
    let Newsroom { world, random, .. } = newsroom;
    let mut asker = Asker::new(app, &world, random, seed);
    for number in 0..questions {
        if number % 10 == 0 {
            asker.advance_clock();
        }
        asker.asks_something().await;
        tally.questions += 1;
    }
    tally.asked.append(&mut asker.asked);
}

impl Tally {
    /// Checks that there were enough requests, and that every documented parameter was used.
    fn check(&self) {
        assert!(
            self.questions >= MIN_QUESTIONS,
            "only {} questions",
            self.questions
        );
        let operations: BTreeSet<&str> =
            self.asked.iter().map(|(operation, _)| *operation).collect();
        for operation in operations {
            let offered = offered(operation).into_iter();
            // `tests/api/delivery/page_type.rs` asks for pages.
            let elsewhere = ["q", "type", "parent"];
            for parameter in offered.filter(|name| !elsewhere.contains(name)) {
                let is_asked = self.asked.contains(&(operation, parameter.into()));
                assert!(is_asked, "{operation} was never requested with {parameter}");
            }
        }
    }
}
