//! Listeners to events without a socket: what the hub tells them, and when they end.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;
use tribuna::any_of::AnyOf;
use tribuna::followers::events::hub::Broadcasting;
use tribuna::followers::events::listener::Listener;
use tribuna::followers::items::model::{ItemFilter, ItemKind};
use tribuna::followers::items::position::Position;
use tribuna::http::places::Occupant;
use tribuna::id::Id;
use tribuna::jobs::worker::{Job, Stop};

use super::tokens::remove_entries;
use crate::support::TestApp;
use crate::support::content::{CATEGORIES, TAGS, named};

/// The time for which a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

async fn listens(app: &TestApp, filter: ItemFilter, from: Option<Position>) -> Listener {
    let hub = &app.instance.hub;
    let place = hub.place(Occupant::Client(Id::new())).unwrap();
    Listener::new(hub, place, filter, from).await.unwrap()
}

/// The next text; `None` at the end of the stream.
async fn next(listener: Listener) -> Option<(String, Listener)> {
    let next = timeout(PATIENCE, listener.next()).await.expect("in time");
    let (text, listener) = next.unwrap()?;
    Some((String::from_utf8_lossy(&text).into_owned(), listener))
}

/// The next events, without comments.
async fn hears(mut listener: Listener, most: usize) -> (Vec<String>, Listener) {
    let mut heard = Vec::new();
    while heard.len() < most {
        let (text, after) = next(listener).await.expect("an event");
        heard.extend(text.contains("data: ").then_some(text));
        listener = after;
    }
    (heard, listener)
}

/// The job of the hub of an instance, which a test runs by hand.
struct Hub<'a>(&'a TestApp, Broadcasting);

impl<'a> Hub<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let (hub, follower) = (app.instance.hub.clone(), &app.instance.follower);
        let mut hub = Self(app, Broadcasting::new(hub, follower));
        hub.reads().await;
        hub
    }

    async fn reads(&mut self) {
        self.0.catches_up().await;
        self.1.run(&Stop::new()).unwrap();
    }
}

on_both!(
    a_listener_that_is_ahead_of_the_hub_knows_the_new_names,
    async |app| {
        let ada = app.editor("ada").await;
        let first = ada.makes(CATEGORIES, named("en", "Cities")).await;
        let second = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let in_cities = || ItemFilter {
            category: vec![AnyOf(vec!["cities".into()])],
            ..ItemFilter::default()
        };
        // The job does not run, so the hub never reads the log.
        let hub = &app.instance.hub;
        let begin = hub.head().await.unwrap();
        ada.issues_with("en", "One", json!({ "categories": [first] }))
            .await;
        let after_one = hub.head().await.unwrap();
        let (heard, _) = hears(listens(&app, in_cities(), Some(begin)).await, 1).await;
        assert!(heard[0].contains("One"));
        // The slug now leads to the other category, which has the post of the first one.
        let merge = format!("{CATEGORIES}/{first}/merge");
        ada.post(&merge, json!({ "into": second }))
            .await
            .expect(200);
        ada.issues_with("en", "Two", json!({ "categories": [second] }))
            .await;
        let listener = listens(&app, in_cities(), Some(after_one)).await;
        let (heard, _) = hears(listener, 2).await;
        assert!(heard[0].contains("\"title\":\"One\""), "{heard:?}");
        assert!(heard[1].contains("\"title\":\"Two\""), "{heard:?}");
    }
);

on_both!(
    a_listener_that_reads_too_slowly_is_ended_and_continues,
    async |app| {
        let ada = app.editor("ada").await;
        let mut hub = Hub::of(&app).await;
        let of_tags = || ItemFilter {
            kinds: vec![ItemKind::Tag],
            ..ItemFilter::default()
        };
        let begin = app.instance.hub.head().await.unwrap();
        let slow = listens(&app, of_tags(), None).await;
        for number in 0..33 {
            ada.makes(TAGS, named("en", &format!("Tag {number}"))).await;
            hub.reads().await;
        }
        let (retry, slow) = next(slow).await.unwrap();
        assert!(retry.starts_with("retry: "));
        assert!(next(slow).await.is_none());
        let again = listens(&app, of_tags(), Some(begin)).await;
        let (heard, _) = hears(again, 33).await;
        assert!(heard[0].contains("Tag 0") && heard[32].contains("Tag 32"));
    }
);

on_both!(a_sign_of_life_says_how_far_a_quiet_stream_is, async |app| {
    let ada = app.editor("ada").await;
    let mut hub = Hub::of(&app).await;
    let french = ItemFilter {
        lang: vec!["fr".parse().unwrap()],
        ..ItemFilter::default()
    };
    let listener = listens(&app, french, None).await;
    let listener = listener.with_heartbeat(Duration::from_millis(20));
    let (begin, listener) = next(listener).await.unwrap();
    assert!(begin.starts_with("retry: 3000\nid: "), "{begin}");
    let (text, mut listener) = next(listener).await.unwrap();
    assert_eq!(text, ":\n\n");
    // What the filter leaves out moves the position, too.
    ada.issues("en", "Housing").await;
    hub.reads().await;
    loop {
        let (text, after) = next(listener).await.unwrap();
        if text != ":\n\n" {
            assert!(text.starts_with(":\nid: "), "{text}");
            break;
        }
        listener = after;
    }
});

on_both!(listeners_end_when_the_log_is_another_one, async |app| {
    let ada = app.editor("ada").await;
    let mut hub = Hub::of(&app).await;
    let listener = listens(&app, ItemFilter::default(), None).await;
    ada.issues("en", "Housing").await;
    hub.reads().await;
    let (heard, listener) = hears(listener, 1).await;
    assert!(heard[0].contains("Housing"));
    let old = app.instance.hub.head().await.unwrap();
    remove_entries(&app, "kind = 'publication'");
    ada.makes(TAGS, named("en", "Rent")).await;
    hub.reads().await;
    assert!(next(listener).await.is_none());
    let place = app.instance.hub.place(Occupant::Client(Id::new()));
    let hub = &app.instance.hub;
    let refused = Listener::new(hub, place.unwrap(), ItemFilter::default(), Some(old)).await;
    assert!(refused.is_err());
});
