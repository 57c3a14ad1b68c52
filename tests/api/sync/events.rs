//! Live events over a socket: filters, continuation by the last id, and the end.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tribuna::followers::events::hub::Broadcasting;
use tribuna::jobs::worker::Workers;

use super::{begun, told};
use crate::support::TestApp;
use crate::support::content::{CATEGORIES, TAGS, named, publication};
use crate::support::random::Random;
use crate::support::serving::serving;

/// The time for which a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time for which a test waits for something that must not come.
const MOMENT: Duration = Duration::from_millis(700);

/// An instance that serves events on a socket, as under `serve`.
pub(super) struct Serving {
    pub(super) app: TestApp,
    address: String,
    handle: actix_web::dev::ServerHandle,
    _running: (Workers, Workers),
}

impl Serving {
    pub(super) async fn of(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let app = app.another_of_today(settings).await;
        app.catches_up().await;
        let (handle, address) = serving(&app);
        let broadcasting = Broadcasting::new(app.instance.hub.clone(), &app.instance.follower);
        let broadcasting = Workers::new().start(broadcasting).unwrap();
        let running = (app.follows(), broadcasting);
        Self {
            app,
            address,
            handle,
            _running: running,
        }
    }

    pub(super) async fn listens(&self, query: &str, last: Option<&str>) -> Listener {
        let listener = Listener::connect(&self.address, query, last).await;
        assert_eq!(listener.status, 200, "{}", listener.head);
        listener
    }
}

/// A client of server-sent events.
pub(super) struct Listener {
    socket: TcpStream,
    status: u16,
    head: String,
    /// What was received but not read.
    text: String,
    last_id: Option<String>,
}

impl Listener {
    async fn connect(address: &str, query: &str, last: Option<&str>) -> Self {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let last = last.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        let request = format!(
            "GET /v1/events?{query} HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n{last}\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut listener = Self {
            socket,
            status: 0,
            head: String::new(),
            text: String::new(),
            last_id: None,
        };
        while !listener.text.contains("\r\n\r\n") {
            assert!(listener.receives().await, "no head");
        }
        let (head, rest) = listener.text.split_once("\r\n\r\n").unwrap();
        let (head, rest) = (head.to_ascii_lowercase(), rest.to_owned());
        listener.status = head[9..12].parse().unwrap();
        (listener.head, listener.text) = (head, rest);
        listener
    }

    /// Receives more. Returns false at the end.
    async fn receives(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        let read = timeout(PATIENCE, self.socket.read(&mut buffer)).await;
        let read = read.expect("in time").unwrap_or(0);
        self.text
            .push_str(&String::from_utf8_lossy(&buffer[..read]));
        read > 0
    }

    /// The next event; `None` at the end of the stream. Sizes of chunks, comments and blocks without data are left out.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            let text = self.text.replace("\r\n", "\n");
            if let Some(end) = text.find("\n\n") {
                let (block, rest) = text.split_at(end + 2);
                let (block, rest) = (block.to_owned(), rest.to_owned());
                let line = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::to_owned)
                };
                if let Some(id) = line("id: ") {
                    self.last_id = Some(id);
                }
                self.text = rest;
                if let Some(data) = line("data: ") {
                    let item: Value = serde_json::from_str(&data).unwrap();
                    assert_eq!(line("event: ").as_deref(), item["op"].as_str());
                    return Some(item);
                }
                continue;
            }
            if !self.receives().await {
                return None;
            }
        }
    }

    async fn hears(&mut self, expected: &[&str]) {
        for expected in expected {
            let item = self.next().await.expect("an event");
            assert_eq!(told(&item), *expected);
        }
    }

    /// Checks that nothing comes for a moment.
    async fn hears_nothing(&mut self) {
        let next = timeout(MOMENT, self.next()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

on_both!(listeners_hear_what_their_filter_matches, async |app| {
    let ada = app.editor("ada").await;
    let cities = ada.makes(CATEGORIES, named("en", "Cities")).await;
    let mut housing = named("en", "Housing");
    housing["parent"] = json!(cities);
    let housing = ada.makes(CATEGORIES, housing).await;
    let serving = Serving::of(&app, &[]).await;
    let mut all = serving.listens("", None).await;
    assert!(all.head.contains("content-type: text/event-stream"));
    assert!(all.head.contains("x-accel-buffering: no"));
    assert!(all.head.contains("cache-control: no-store"));
    let mut french = serving.listens("lang=fr", None).await;
    let mut in_cities = serving
        .listens("category=cities&fields=id,title", None)
        .await;
    let mut tags = serving.listens("kinds=tag", None).await;

    let post = ada
        .issues_with("en", "Rents", json!({ "categories": [housing] }))
        .await;
    ada.issues("fr", "Ailleurs").await;
    all.hears(&["upsert en Rents", "upsert fr Ailleurs"]).await;
    french.hears(&["upsert fr Ailleurs"]).await;
    let item = in_cities.next().await.unwrap();
    assert_eq!(item["post"], json!({ "id": post, "title": "Rents" }));

    // Names in filters follow the tree of categories.
    let path = format!("{CATEGORIES}/{housing}");
    ada.patch(&path, json!({ "parent": null }))
        .await
        .expect(200);
    in_cities.hears(&["delete en left_filter"]).await;
    all.hears(&["upsert en Rents"]).await;
    ada.makes(TAGS, named("en", "Rent")).await;
    tags.hears(&["upsert Rent"]).await;
    ada.delete(&publication(&post, "en")).await.expect(204);
    all.hears(&["delete en unpublished"]).await;
    french.hears_nothing().await;
    serving.handle.stop(false).await;
});

on_both!(a_listener_continues_by_its_last_id, async |app| {
    let ada = app.editor("ada").await;
    let serving = Serving::of(&app, &[]).await;
    let mut listener = serving.listens("", None).await;
    let first = ada.issues("en", "One").await;
    listener.hears(&["upsert en One"]).await;
    let after_one = listener.last_id.clone().unwrap();
    drop(listener);
    // While nobody listens, and across several languages of one post.
    ada.translates(&first, "fr", "Un").await;
    ada.publishes(&first, "fr").await;
    ada.issues("en", "Two").await;
    let mut ids = Vec::new();
    let mut listener = serving.listens("", Some(&after_one)).await;
    for expected in ["upsert en One", "upsert fr Un", "upsert en Two"] {
        listener.hears(&[expected]).await;
        ids.push(listener.last_id.clone().unwrap());
    }
    ada.issues("en", "Three").await;
    listener.hears(&["upsert en Three"]).await;
    // From each id on, exactly the rest.
    let mut again = serving.listens("", Some(&ids[0])).await;
    again
        .hears(&["upsert fr Un", "upsert en Two", "upsert en Three"])
        .await;
    let mut again = serving.listens("", Some(&ids[1])).await;
    again.hears(&["upsert en Two", "upsert en Three"]).await;
    ada.issues("en", "Four").await;
    for listener in [&mut listener, &mut again] {
        listener.hears(&["upsert en Four"]).await;
        listener.hears_nothing().await;
    }
    let refused = Listener::connect(&serving.address, "", Some("abc")).await;
    assert_eq!(refused.status, 400);
    serving.handle.stop(false).await;
});

on_both!(a_copy_that_is_up_to_date_goes_on_with_events, async |app| {
    let ada = app.editor("ada").await;
    let serving = Serving::of(&app, &[]).await;
    ada.issues("en", "One").await;
    let next = begun(&serving.app.anonymous(), "&lang=en&include=body").await;
    let token = next.rsplit('=').next().unwrap();
    ada.issues("fr", "Deux").await;
    ada.issues("en", "Three").await;
    let mut listener = serving.listens(&format!("token={token}"), None).await;
    let item = listener.next().await.unwrap();
    assert_eq!(told(&item), "upsert en Three");
    assert!(item["post"]["body"]["html"].is_string());
    ada.issues("en", "Four").await;
    listener.hears(&["upsert en Four"]).await;
    serving.handle.stop(false).await;
});

on_both!(streams_end_with_the_instance_and_are_limited, async |app| {
    let serving = Serving::of(&app, &[("TRIBUNA_MAX_LISTENERS", "2")]).await;
    let mut one = serving.listens("", None).await;
    let two = serving.listens("", None).await;
    let refused = Listener::connect(&serving.address, "", None).await;
    assert_eq!(refused.status, 503);
    assert!(refused.head.contains("retry-after: "));
    drop(two);
    let begun = std::time::Instant::now();
    let stopping = async {
        serving.app.instance.shutdown.request();
        serving.handle.stop(true).await;
    };
    let (end, ()) = tokio::join!(one.next(), stopping);
    assert_eq!(end, None);
    assert!(begun.elapsed() < Duration::from_secs(10));
});

on_sqlite!(one_client_does_not_take_all_places, async |app| {
    let serving = Serving::of(&app, &[("TRIBUNA_MAX_LISTENERS", "50")]).await;
    let mut listeners = Vec::new();
    for _ in 0..20 {
        listeners.push(serving.listens("", None).await);
    }
    let refused = Listener::connect(&serving.address, "", None).await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("retry-after: 10"));
    serving.handle.stop(false).await;
});

on_both!(random_disconnections_lose_and_double_nothing, async |app| {
    let ada = app.editor("ada").await;
    let serving = Serving::of(&app, &[]).await;
    let mut heard = Vec::new();
    let mut listener = serving.listens("", None).await;
    let (mut chance, mut disconnections) = (Random::new(6), 0);
    for number in 0..24 {
        ada.issues("en", &format!("Post {number}")).await;
        if chance.one_in(3) {
            // Some events are under way when the connection is lost.
            let item = listener.next().await.expect("an event");
            heard.push(told(&item));
        }
        if let Some(last) = listener.last_id.clone().filter(|_| chance.one_in(4)) {
            listener = serving.listens("", Some(&last)).await;
            disconnections += 1;
        }
    }
    assert!(disconnections > 3, "{disconnections}");
    while heard.len() < 24 {
        let item = listener.next().await.expect("an event");
        heard.push(told(&item));
    }
    let expected: Vec<String> = (0..24).map(|n| format!("upsert en Post {n}")).collect();
    assert_eq!(heard, expected);
    listener.hears_nothing().await;
    serving.handle.stop(false).await;
});
