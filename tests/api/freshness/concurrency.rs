//! Concurrent readers and writers. No answer is older than the last write acknowledged before the request: at the same
//! instance at once, at another after a second.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use serde_json::json;
use tribuna::app::Instance;

use super::is_cached;
use crate::support::client::{self, Answer, Client};
use crate::support::content::{TAGS, named, publication, translation};
use crate::support::{Backend, TestApp, run};

/// The duration of the test.
const RUN: Duration = Duration::from_millis(2500);
/// The maximum age of a write by another instance.
const LAG: Duration = Duration::from_secs(1);
const WRITERS: usize = 2;
const READERS: usize = 4;

/// Addresses that show the posts with their titles.
const ADDRESSES: [&str; 6] = [
    "/v1/posts?lang=en&fields=title,slug",
    "/v1/posts?fields=title,slug",
    "/v1/posts?lang=en&tag=law&fields=title,slug",
    "/v1/posts/post-0?fields=title,slug",
    "/v1/posts/post-1?lang=en&fields=title,slug",
    "/v1/posts/post-0/related?lang=en&fields=title,slug",
];

mod readers_see_all_that_was_acknowledged {
    use super::*;

    #[test]
    fn readers_of_one_instance_see_all_that_was_acknowledged_sqlite() {
        run_concurrently(Backend::Sqlite, false);
    }

    #[test]
    fn readers_of_one_instance_see_all_that_was_acknowledged_postgres() {
        run_concurrently(Backend::Postgres, false);
    }

    #[test]
    fn readers_of_two_instances_see_all_that_was_acknowledged_sqlite() {
        run_concurrently(Backend::Sqlite, true);
    }

    #[test]
    fn readers_of_two_instances_see_all_that_was_acknowledged_postgres() {
        run_concurrently(Backend::Postgres, true);
    }
}

/// The acknowledged writes of a post: the number in its title, and the time.
#[derive(Default)]
struct Acknowledged(Mutex<Vec<(u64, Instant)>>);

impl Acknowledged {
    fn record(&self, number: u64) {
        self.0.lock().unwrap().push((number, Instant::now()));
    }

    /// The last number that was acknowledged at `then` or before.
    fn at(&self, then: Instant) -> u64 {
        let all = self.0.lock().unwrap();
        let before = all.iter().rev().find(|(_, at)| *at <= then);
        before.map_or(0, |(number, _)| *number)
    }
}

#[derive(Default)]
struct Shared {
    acknowledged: [Acknowledged; WRITERS],
    asked: AtomicUsize,
    kept: AtomicUsize,
}

fn run_concurrently(backend: Backend, on_two: bool) {
    run(backend, async move |app| {
        let settings = [("TRIBUNA_DATABASE_POOL", "4")];
        let here = app.another_of_today(&settings).await;
        let there = app.another_of_today(&settings).await;
        let mut running = Vec::new();
        for one in [&here, &there] {
            one.catches_up().await;
            running.push(one.follows());
        }
        let (posts, token) = create_posts(&here).await;
        let shared = Arc::new(Shared::default());
        let asked = if on_two { &there } else { &here };
        let lag = if on_two { LAG } else { Duration::ZERO };
        thread::scope(|scope| {
            for (number, post) in posts.iter().enumerate() {
                let (instance, shared) = (here.instance.clone(), shared.clone());
                let token = token.clone();
                scope.spawn(move || {
                    System::new().block_on(writes(&instance, &token, number, post, &shared));
                });
            }
            for number in 0..READERS {
                let (instance, shared) = (asked.instance.clone(), shared.clone());
                scope.spawn(move || System::new().block_on(reads(&instance, number, lag, &shared)));
            }
        });
        let (asked, kept) = (&shared.asked, &shared.kept);
        let (asked, kept) = (asked.load(Ordering::SeqCst), kept.load(Ordering::SeqCst));
        assert!(
            kept * 10 > asked,
            "only {kept} of {asked} answers were cached"
        );
        let written = shared
            .acknowledged
            .each_ref()
            .map(|one| one.at(Instant::now()));
        assert!(written.iter().all(|number| *number > 5), "{written:?}");
    });
}

/// Creates a post for each writer, all with one tag. Returns the ids and an editor's token.
async fn create_posts(app: &TestApp) -> (Vec<String>, String) {
    let ada = app.editor("ada").await;
    let tag = ada.makes(TAGS, named("en", "Law")).await;
    let mut posts = Vec::new();
    for number in 0..WRITERS {
        let title = format!("Post {number}");
        posts.push(
            ada.issues_with("en", &title, json!({ "tags": [tag] }))
                .await,
        );
    }
    (posts, ada.token.clone().unwrap())
}

async fn client(instance: &Instance, token: Option<&str>) -> Client {
    let service = client::serve(instance).await;
    Client::new(service, token.map(str::to_owned), None)
}

async fn writes(instance: &Instance, token: &str, number: usize, post: &str, shared: &Shared) {
    let ada = client(instance, Some(token)).await;
    let end = Instant::now() + RUN;
    for turn in 1.. {
        let title = json!({ "title": turn.to_string() });
        ada.patch(&translation(post, "en"), title).await.expect(200);
        ada.put(&publication(post, "en"), json!({}))
            .await
            .expect(200);
        shared.acknowledged[number].record(turn);
        if Instant::now() > end {
            return;
        }
        // The pause gives answers a chance to be cached.
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

async fn reads(instance: &Instance, number: usize, lag: Duration, shared: &Shared) {
    let anyone = client(instance, None).await;
    let end = Instant::now() + RUN;
    for turn in number.. {
        let begun = Instant::now();
        if begun > end {
            return;
        }
        let oldest = begun.checked_sub(lag).unwrap();
        let expected = shared.acknowledged.each_ref().map(|one| one.at(oldest));
        let answer = anyone
            .get(ADDRESSES[turn % ADDRESSES.len()])
            .await
            .expect(200);
        shared.asked.fetch_add(1, Ordering::SeqCst);
        shared
            .kept
            .fetch_add(usize::from(is_cached(&answer)), Ordering::SeqCst);
        for (post, expected) in expected.into_iter().enumerate() {
            if let Some(found) = number_of(&answer, post) {
                assert!(
                    found >= expected,
                    "{found} is older than {expected}: {answer}"
                );
            }
        }
    }
}

/// The number in the title of a post, if the answer shows the post.
fn number_of(answer: &Answer, post: usize) -> Option<u64> {
    let slug = format!("post-{post}");
    let one = std::slice::from_ref(answer.at("/data"));
    let items = answer.at("/data").as_array().map_or(one, Vec::as_slice);
    let shown = items.iter().find(|item| item["slug"] == *slug)?;
    // The first title is not a number.
    Some(shown["title"].as_str()?.parse().unwrap_or(0))
}
