//! Several dispatchers on one database, and dispatchers that die.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use serde_json::json;
use tribuna::followers::webhooks::client::Report;
use tribuna::followers::webhooks::deliveries::model::AttemptRequest;
use tribuna::followers::webhooks::outcome::{self, Attempted};
use tribuna::followers::webhooks::queue;
use tribuna::jobs::worker::Stop;

use super::{delivers, dispatcher, hooks, plans};
use crate::support::content::translation;
use crate::support::receiver::{Receiver, Reply};

/// The number of instances.
const INSTANCES: usize = 10;

on_both!(
    of_many_dispatchers_one_sends_each_delivery_and_posts_stay_in_order,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(
            &boss,
            &receiver,
            json!({ "events": ["post.published", "post.updated"] }),
        )
        .await;
        let mut posts = Vec::new();
        for number in 0..12 {
            posts.push(boss.issues("en", &format!("Post {number}")).await);
        }
        let planner = app.instance.planner();
        planner.plan(&Stop::new()).unwrap();
        for round in 0..3 {
            for post in &posts {
                let edit = json!({ "title": format!("Round {round}") });
                boss.patch(&translation(post, "en"), edit).await.expect(200);
                boss.publishes(post, "en").await;
            }
            planner.plan(&Stop::new()).unwrap();
        }
        let mut instances = Vec::new();
        for _ in 0..INSTANCES {
            instances.push(app.another(&[]).await);
        }
        let dispatchers: Vec<_> = instances.iter().map(dispatcher).collect();
        let threads = dispatchers.into_iter().map(|mut dispatcher| {
            thread::spawn(move || {
                for _ in 0..20 {
                    dispatcher.deliver(&Stop::new()).unwrap();
                }
            })
        });
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            thread.join().unwrap();
        }
        delivers(&app);
        let messages = receiver.takes();
        let ids: BTreeSet<&str> = messages
            .iter()
            .map(|one| one.header("webhook-id").unwrap())
            .collect();
        assert_eq!(messages.len(), 4 * posts.len());
        assert_eq!(ids.len(), messages.len(), "each once");
        let list = boss
            .get(&format!("{hook}/deliveries?limit=100"))
            .await
            .expect(200);
        let mut planned: Vec<&str> = list.column("id");
        planned.reverse();
        let mut by_post: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for message in &messages {
            let place = planned
                .iter()
                .position(|id| message.header("webhook-id") == Some(*id));
            by_post
                .entry(message.entity())
                .or_default()
                .push(place.unwrap());
        }
        assert!(
            by_post.values().all(|places| places.is_sorted()),
            "{by_post:?}"
        );
    }
);

on_both!(
    the_delivery_of_a_dispatcher_that_died_is_sent_by_another,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
        boss.issues("en", "Once").await;
        plans(&app);
        let (db, now) = (&app.state.db, app.clock.now());
        let lease = |conn: &mut _| {
            let webhook = queue::due(conn, now)?[0];
            queue::lease(conn, (webhook, false), 1, now)
        };
        let dead = db.write_now(lease).unwrap().remove(0);
        delivers(&app);
        assert!(receiver.takes().is_empty(), "it is leased");
        app.pass(31);
        receiver.replies([Reply::status(500)]);
        delivers(&app);
        assert_eq!(receiver.takes().len(), 1);
        // The dead one wakes up and says that it has delivered. Its lease is over, so nobody believes it.
        let report = Report {
            took: Default::default(),
            status: Some(200),
            failure: None,
            response: None,
            retry_after: None,
        };
        let late = Attempted {
            number: dead.number,
            id: dead.id,
            webhook: dead.webhook,
            attempts: dead.attempts,
            holder: dead.holder,
            at: now,
            request: AttemptRequest {
                method: "POST".into(),
                url: receiver.url(),
                headers: Vec::new(),
            },
            report,
        };
        db.write_now(|conn| outcome::record(conn, &late, now))
            .unwrap();
        let list = boss.get(&format!("{hook}/deliveries")).await.expect(200);
        assert_eq!(list.column("state"), ["pending"]);
        app.pass(120);
        delivers(&app);
        assert_eq!(receiver.takes().len(), 1);
    }
);

on_both!(several_planners_plan_each_change_once, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let (hook, _) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
    for number in 0..60 {
        boss.issues("en", &format!("Post {number}")).await;
    }
    let mut planners = Vec::new();
    for _ in 0..4 {
        planners.push(app.another(&[]).await.instance.planner());
    }
    let threads = planners
        .into_iter()
        .map(|planner| thread::spawn(move || planner.plan(&Stop::new()).unwrap()));
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let list = format!("{hook}/deliveries?limit=1&count=true");
    let planned = boss.get(&list).await.expect(200);
    assert_eq!(planned.at("/page/total"), &json!(60));
});
