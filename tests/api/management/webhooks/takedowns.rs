//! Takedowns, of which a receiver must learn before anything else.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{delivers, events, hooks};
use crate::support::client::Client;
use crate::support::content::{CATEGORIES, POSTS, named, publication};
use crate::support::receiver::{Receiver, Reply};

async fn takes_down(boss: &Client, post: &str, lang: &str, reason: &str) {
    let request = boss.request(Method::DELETE, &publication(post, lang));
    let request = request.set_json(json!({ "reason": reason }));
    boss.send(request).await.expect(204);
}

on_both!(
    a_takedown_for_a_reason_is_sent_before_everything_that_waits,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(&boss, &receiver, json!({})).await;
        receiver.replies([Reply::status(503)]);
        let post = boss.issues("en", "Wrong").await;
        delivers(&app);
        let edit = json!({ "featured": true });
        boss.patch(&format!("{POSTS}/{post}?publish=shared"), edit)
            .await
            .expect(200);
        delivers(&app);
        let other = boss.issues("en", "Other").await;
        takes_down(&boss, &post, "en", "consent").await;
        receiver.takes();
        delivers(&app);
        let messages = receiver.takes();
        assert_eq!(events(&messages), ["post.unpublished", "post.published"]);
        assert_eq!(messages[0].json()["data"]["reason"], "consent");
        assert_eq!(messages[1].entity(), other);
        // What was to be sent before is not sent any more, however long one waits.
        let pointless = format!("{hook}/deliveries?state=superseded");
        let pointless = boss.get(&pointless).await.expect(200);
        assert_eq!(
            pointless.column("event"),
            ["post.updated", "post.published"]
        );
        app.pass(3600);
        delivers(&app);
        assert!(receiver.takes().is_empty());
        // Without such a reason, the order stays.
        receiver.replies([Reply::status(503)]);
        let third = boss.issues("en", "Third").await;
        delivers(&app);
        boss.delete(&publication(&third, "en")).await.expect(204);
        receiver.takes();
        app.pass(3600);
        delivers(&app);
        assert_eq!(
            events(&receiver.takes()),
            ["post.published", "post.unpublished"]
        );
    }
);

on_both!(
    a_webhook_with_other_languages_learns_of_takedowns_in_its_categories,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let city = boss.makes(CATEGORIES, named("en", "City")).await;
        let more = json!({ "categories": [city], "languages": ["en"] });
        let (hook, _) = hooks(&boss, &receiver, more).await;
        let within = json!({ "categories": [city] });
        let post = boss.issues_with("fr", "Logement", within).await;
        delivers(&app);
        assert!(receiver.takes().is_empty());
        boss.patch(&hook, json!({ "languages": ["fr"] }))
            .await
            .expect(200);
        takes_down(&boss, &post, "fr", "legal").await;
        delivers(&app);
        assert_eq!(events(&receiver.takes()), ["post.unpublished"]);
    }
);

on_both!(a_replay_of_a_span_sends_no_tests, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let (hook, _) = hooks(&boss, &receiver, json!({})).await;
    boss.post(&format!("{hook}/test"), json!({}))
        .await
        .expect(200);
    boss.issues("en", "Housing").await;
    delivers(&app);
    receiver.takes();
    let span = json!({ "from": "2026-05-01T00:00:00Z" });
    let again = boss.post(&format!("{hook}/replay"), span).await.expect(200);
    assert_eq!(again.at("/data/count"), &json!(1));
    delivers(&app);
    assert_eq!(events(&receiver.takes()), ["post.published"]);
});

/// The keys of the purges that came in.
fn purged(receiver: &Receiver) -> Vec<Value> {
    let purges = receiver.takes();
    let keys = purges.iter().map(|purge| purge.json()["tags"].clone());
    keys.collect()
}

on_both!(
    everything_is_purged_when_changes_may_have_been_missed,
    async |app| {
        let boss = app.admin("boss").await;
        let cdn = Receiver::new();
        let more = json!({ "format": "purge_cloudflare", "token": "s3cret" });
        let (hook, _) = hooks(&boss, &cdn, more).await;
        app.pass(2);
        delivers(&app);
        assert_eq!(purged(&cdn), [json!(["all"])]);
        boss.patch(&hook, json!({ "enabled": false }))
            .await
            .expect(200);
        boss.issues("en", "Missed").await;
        boss.patch(&hook, json!({ "enabled": true }))
            .await
            .expect(200);
        app.pass(2);
        delivers(&app);
        assert_eq!(purged(&cdn), [json!(["all"])]);
        // A purge that is given up after a day.
        boss.issues("en", "Given up").await;
        cdn.replies((0..9).map(|_| Reply::status(500)));
        let mut keys = Vec::new();
        for _ in 0..40 {
            app.pass(3600);
            delivers(&app);
            keys.extend(purged(&cdn));
        }
        assert_eq!(keys.last(), Some(&json!(["all"])));
        assert_eq!(keys.len(), 10);
        let read = boss.get(&hook).await.expect(200);
        assert_eq!(read.at("/data/failing_since"), &Value::Null);
    }
);
