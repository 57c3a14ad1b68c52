//! Webhooks against a real receiver on this machine.

mod addresses;
mod failing;
mod log;
mod messages;
mod presets;
mod several;
mod takedowns;

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tribuna::followers::webhooks::address::system_lookup;
use tribuna::followers::webhooks::client::Client as Sender;
use tribuna::followers::webhooks::dispatcher::Dispatcher;
use tribuna::jobs::worker::{Job, Stop};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::receiver::{Received, Receiver};

const WEBHOOKS: &str = "/v1/admin/webhooks";

/// Plans everything that the log has, and lets others plan.
fn plans(app: &TestApp) {
    let planner = app.instance.planner();
    planner.plan(&Stop::new()).unwrap();
    planner.lease().unwrap().release().unwrap();
}

/// Plans and sends everything that is due by the clock of the application.
pub fn delivers(app: &TestApp) {
    plans(app);
    dispatcher(app).deliver(&Stop::new()).unwrap();
}

/// A dispatcher that waits a second for an answer.
fn dispatcher(app: &TestApp) -> Dispatcher {
    let allow = &app.state.config.webhooks.allow;
    let sender = Sender::with(allow, system_lookup(), Duration::from_secs(1));
    Dispatcher::new(&app.state, sender)
}

/// Creates a webhook to a receiver. Returns its address and its secret.
pub async fn hooks(boss: &Client, receiver: &Receiver, more: Value) -> (String, String) {
    let mut new = json!({ "url": receiver.url() });
    new.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = boss.post(WEBHOOKS, new).await.expect(201);
    let address = made.header("location").to_owned();
    (address, made.text("/data/secret").to_owned())
}

/// Verifies a message as a receiver does: one of the signatures must be that of this secret.
fn is_signed_with(message: &Received, secret: &str) -> bool {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let header = |name: &str| message.header(name).unwrap();
    let signed = format!(
        "{}.{}.{}",
        header("webhook-id"),
        header("webhook-timestamp"),
        message.body
    );
    let expected = format!(
        "v1,{}",
        STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
    );
    header("webhook-signature")
        .split(' ')
        .any(|one| one == expected)
}

/// The events of messages, in the order in which they came.
fn events(messages: &[Received]) -> Vec<String> {
    messages.iter().map(Received::event).collect()
}

on_both!(
    a_webhook_is_made_read_changed_rotated_and_deleted,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let more = json!({ "description": "Partner", "events": ["post.deleted", "post.published", "post.deleted"] });
        let (hook, first) = hooks(&boss, &receiver, more).await;
        assert!(first.starts_with("whsec_") && first.len() == 50);
        let read = boss.get(&hook).await.expect(200);
        assert!(read.json["data"].get("secret").is_none());
        assert_eq!(
            read.at("/data/events"),
            &json!(["post.published", "post.deleted"])
        );
        assert_eq!(read.at("/data/enabled"), &json!(true));
        let patch = json!({ "description": null, "languages": ["fr"], "events": ["*"] });
        let changed = boss.patch(&hook, patch).await.expect(200);
        assert_eq!(changed.at("/data/description"), &Value::Null);
        assert_eq!(changed.header("etag"), "\"v2\"");
        assert_eq!(boss.get(WEBHOOKS).await.expect(200).items().len(), 1);
        let rotation = format!("{hook}/rotation");
        let rotated = boss.post(&rotation, json!({})).await.expect(201);
        let second = rotated.text("/data/secret").to_owned();
        let until = rotated.text("/data/old_secret_expires_at").to_owned();
        assert_eq!(until, "2026-05-02T08:00:00.000Z");
        boss.issues("fr", "Both").await;
        delivers(&app);
        app.set_time("2026-05-02T08:00:00.000Z");
        boss.issues("fr", "One").await;
        delivers(&app);
        let messages = receiver.takes();
        assert!(is_signed_with(&messages[0], &first) && is_signed_with(&messages[0], &second));
        assert!(!is_signed_with(&messages[1], &first) && is_signed_with(&messages[1], &second));
        boss.delete(&hook).await.expect(204);
        boss.get(&hook).await.expect(404);
        let log = boss.get("/v1/admin/audit?kind=webhook").await.expect(200);
        assert_eq!(
            log.column("operation"),
            ["delete", "rotate", "update", "create"]
        );
        let log = log.json.to_string();
        assert!(!log.contains(&first) && !log.contains(&second));
    }
);

on_both!(what_a_webhook_cannot_be_is_refused, async |app| {
    let boss = app.admin("boss").await;
    let url = "https://receiver.invalid/hook";
    let category = "01900000-0000-7000-8000-000000000000";
    for (new, fault) in [
        (
            json!({ "url": url, "categories": [category] }),
            ("/categories/0", "unknown_reference"),
        ),
        (
            json!({ "url": url, "token": "abc" }),
            ("/token", "not_allowed"),
        ),
        (
            json!({ "url": url, "quiet_seconds": 5 }),
            ("/quiet_seconds", "not_allowed"),
        ),
        (
            json!({ "url": url, "format": "purge_fastly" }),
            ("/token", "required"),
        ),
        (
            json!({ "url": url, "format": "purge_varnish", "languages": ["fr"] }),
            ("/languages", "not_allowed"),
        ),
        (
            json!({ "url": url, "format": "purge_varnish", "events": ["tag.created"] }),
            ("/events", "not_allowed"),
        ),
        (
            json!({ "url": "http://receiver.invalid/hook" }),
            ("/url", "not_https"),
        ),
        (
            json!({ "url": "https://localhost/hook" }),
            ("/url", "forbidden_address"),
        ),
        (
            json!({ "url": "https://169.254.169.254/latest/meta-data/" }),
            ("/url", "forbidden_address"),
        ),
        (
            json!({ "url": "https://[::ffff:10.0.0.1]/" }),
            ("/url", "forbidden_address"),
        ),
        (
            json!({ "url": "https://0x7f.2/" }),
            ("/url", "forbidden_address"),
        ),
    ] {
        let refused = boss
            .post(WEBHOOKS, new)
            .await
            .expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [fault]);
    }
    boss.post(WEBHOOKS, json!({ "url": url, "events": ["post.exploded"] }))
        .await
        .expect(422);
    let hook = boss.makes(WEBHOOKS, json!({ "url": url })).await;
    let patch = json!({ "url": "https://192.168.0.1/" });
    let refused = boss
        .patch(&format!("{WEBHOOKS}/{hook}"), patch)
        .await
        .expect(422);
    assert_eq!(refused.faults(), [("/url", "forbidden_address")]);
});
