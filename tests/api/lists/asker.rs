//! Sends requests to the server and compares each answer with the expected one.

use std::collections::BTreeSet;

use serde_json::Value;
use tribuna::clock::Clock;
use tribuna::timestamp::Timestamp;
use url::form_urlencoded;

use super::difference::difference;
use super::random::Random;
use super::world::World;
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// A client that knows the expected answers.
pub struct Asker<'a> {
    pub world: &'a World,
    pub random: Random,
    /// The path of the present operation, as in the document.
    pub operation: &'static str,
    /// Every operation and parameter that was requested.
    pub asked: BTreeSet<(&'static str, String)>,
    clock: Clock,
    anyone: Client,
    seed: u64,
    /// All requested addresses, in order.
    pub addresses: Vec<String>,
}

impl<'a> Asker<'a> {
    pub fn new(app: &TestApp, world: &'a World, random: Random, seed: u64) -> Self {
        Self {
            world,
            random,
            operation: "",
            asked: BTreeSet::new(),
            clock: app.clock.clone(),
            anyone: app.anonymous(),
            seed,
            addresses: Vec::new(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Advances the clock to the begin or the end of a publication, or to a time beside it.
    pub fn advance_clock(&mut self) {
        let now = self.now();
        let to_come = self.world.boundaries().into_iter().filter(|at| *at > now);
        let to_come: Vec<Timestamp> = to_come.collect();
        if let Some(at) = to_come.get(self.random.below(3)) {
            let beside = *self.random.pick(&[0, 0, -1, 1, -30_000, -300_000]);
            self.clock
                .set(Timestamp::from_millis(at.millis() + beside).max(now));
        }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.addresses.push(address.to_owned());
        let query = address.split_once('?').map_or("", |(_, query)| query);
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            self.asked.insert((self.operation, name.into_owned()));
        }
        self.anyone.get(address).await
    }

    pub fn same(&self, expected: &Value, got: &Value) {
        if let Some(difference) = difference(expected, got) {
            panic!("{difference}");
        }
    }

    /// Checks that the cache lifetime of an answer ends before the answer changes.
    pub fn check_lifetime(&self, answer: &Answer, is_other: impl Fn(Timestamp) -> bool) {
        let control = answer.header("cache-control");
        let seconds = |directive: &str| -> i64 {
            let mut all = control.split(", ").filter_map(|one| one.split_once('='));
            let found = all.find(|(name, _)| *name == directive);
            found.map_or(0, |(_, value)| value.parse().unwrap())
        };
        let kept = seconds("max-age") + seconds("stale-while-revalidate");
        let kept = self.now().plus_seconds(kept);
        for at in self.world.boundaries() {
            if self.now() < at && at < kept {
                assert!(
                    !is_other(at),
                    "the answer changes at {at}, but has {control}: {answer}"
                );
            }
        }
    }
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let last = self.addresses.last().map_or("", String::as_str);
            eprintln!("seed {}, at {}: GET {last}", self.seed, self.now());
        }
    }
}
