//! For random writes and requests, an instance with a cache answers like one without.

use tribuna::operations::scheduler;
use tribuna::timestamp::Timestamp;

use super::same;
use crate::lists::asker::Asker;
use crate::lists::newsroom::Newsroom;
use crate::lists::world::World;
use crate::support::client::Client;
use crate::support::random::Random;
use crate::support::{Backend, TestApp, cluster, run};

const USUAL_SEEDS: &str = "1,2";
const USUAL_ROUNDS: &str = "30";
/// The number of addresses that are watched at a time.
const ADDRESSES: usize = 24;
/// The number of rounds for which they are watched.
const WATCHED_FOR: usize = 6;

mod every_answer_is_that_of_an_instance_without_a_cache {
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

fn run_seeds(backend: Backend) {
    let setting = |name, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let seeds = setting("TEST_FRESHNESS_SEEDS", USUAL_SEEDS);
    let rounds = setting("TEST_FRESHNESS_ROUNDS", USUAL_ROUNDS);
    let rounds: usize = rounds.parse().expect("TEST_FRESHNESS_ROUNDS: a number");
    let mut tally = Tally::default();
    for seed in seeds.split(',') {
        let seed = seed.trim().parse();
        let seed = seed.expect("TEST_FRESHNESS_SEEDS: numbers with commas");
        let tally = &mut tally;
        run(backend, async move |app| {
            run_seed(&app, seed, rounds, tally).await;
        });
    }
    if backend == Backend::Sqlite || cluster::server().is_some() {
        // The test needs cached answers that could be outdated.
        assert!(tally.kept * 4 > tally.asked, "{tally:?}");
        assert!(tally.asked > tally.kept, "{tally:?}");
    }
}

#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    kept: usize,
}

/// Writes through one caching instance while another follows the log. A third instance has no cache.
async fn run_seed(plain: &TestApp, seed: u64, rounds: usize, tally: &mut Tally) {
    let (here, there) = (plain.keeping().await, plain.keeping().await);
    let mut newsroom = Newsroom::open(&here, Random::new(seed)).await;
    newsroom.fill(10).await;
    let mut chance = Random::new(!seed);
    let mut watching = Watching {
        seed,
        round: 0,
        addresses: Vec::new(),
        clients: [here.anonymous(), there.anonymous()],
        plain: plain.anonymous(),
    };
    for round in 0..rounds {
        watching.round = round;
        if round % WATCHED_FOR == 0 {
            let seed = seed * 1000 + round as u64;
            watching.addresses = questions(plain, &newsroom.world, seed).await;
            watching.ask(tally).await;
        }
        match chance.below(8) {
            0 => advance_clock(plain, &newsroom.world, &mut chance),
            // The scheduler of another process.
            1 => drop(scheduler::tick(&plain.state.db, plain.clock.now()).unwrap()),
            _ => newsroom.changes_something().await,
        }
        here.catches_up().await;
        there.catches_up().await;
        watching.ask(tally).await;
    }
}

/// Addresses of resources in this world, and some that do not exist.
async fn questions(plain: &TestApp, world: &World, seed: u64) -> Vec<String> {
    let mut asker = Asker::new(plain, world, Random::new(seed), seed);
    while asker.addresses.len() < ADDRESSES {
        asker.asks_something().await;
    }
    std::mem::take(&mut asker.addresses)
}

/// Advances the clock to the next begin or end of a publication, or to a time beside it.
fn advance_clock(app: &TestApp, world: &World, chance: &mut Random) {
    let now = app.clock.now();
    let to_come = world.boundaries().into_iter().filter(|at| *at > now);
    let beside = *chance.pick(&[0, -1, 1, 30_000]);
    if let Some(at) = to_come.min() {
        let then = Timestamp::from_millis(at.millis() + beside);
        app.clock.set(then.max(now));
    }
}

struct Watching {
    seed: u64,
    round: usize,
    addresses: Vec<String>,
    clients: [Client; 2],
    plain: Client,
}

impl Watching {
    async fn ask(&self, tally: &mut Tally) {
        for address in &self.addresses {
            for client in &self.clients {
                tally.asked += 1;
                tally.kept += usize::from(same(client, &self.plain, address).await);
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("TEST_FRESHNESS_SEEDS={}, round {}", self.seed, self.round);
        }
    }
}
