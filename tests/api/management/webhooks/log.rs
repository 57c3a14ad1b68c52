//! The log of deliveries: test messages, replays, and how long it is kept.

use serde_json::json;

use super::{WEBHOOKS, delivers, hooks, is_signed_with};
use crate::support::receiver::{Received, Receiver};

fn bodies(messages: Vec<Received>) -> Vec<String> {
    messages.into_iter().map(|one| one.body).collect()
}

on_both!(a_test_message_is_signed_and_in_the_log, async |app| {
    let boss = app.admin("boss").await;
    let receiver = Receiver::new();
    let (hook, secret) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
    let sent = boss.post(&format!("{hook}/test"), json!({})).await;
    let sent = sent.expect(200);
    assert_eq!(
        (sent.text("/data/event"), sent.text("/data/state")),
        ("webhook.test", "delivered")
    );
    assert_eq!(sent.at("/data/log/0/status"), &json!(204));
    let test = receiver.takes().remove(0);
    assert_eq!(test.event(), "webhook.test");
    assert_eq!(test.header("webhook-id"), Some(sent.id().as_str()));
    assert!(is_signed_with(&test, &secret));
    let list = boss.get(&format!("{hook}/deliveries")).await.expect(200);
    assert_eq!(list.column("id"), [&*sent.id()]);
    boss.get(&format!("{WEBHOOKS}/{}/deliveries", sent.id()))
        .await
        .expect(404);
});

on_both!(
    a_replay_sends_what_was_sent_in_a_time_until_the_log_forgets_it,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
        for title in ["One", "Two", "Three"] {
            app.pass(60);
            boss.issues("en", title).await;
            delivers(&app);
        }
        let first = bodies(receiver.takes());
        let span = json!({ "from": "2026-05-01T08:02:00Z", "until": "2026-05-01T08:03:00Z" });
        let again = boss.post(&format!("{hook}/replay"), span).await.expect(200);
        assert_eq!(again.at("/data/count"), &json!(1));
        delivers(&app);
        assert_eq!(bodies(receiver.takes()), first[1..2]);

        let list = format!("{hook}/deliveries");
        let page = boss.get(&format!("{list}?limit=2&count=true")).await;
        let page = page.expect(200);
        assert_eq!(page.at("/page/total"), &json!(3));
        let next = page.text("/page/next").to_owned();
        assert_eq!(boss.get(&next).await.expect(200).items().len(), 1);
        let one = format!("{list}/{}", page.column("id")[1]);
        let one = boss.get(&one).await.expect(200);
        assert_eq!(one.at("/data/log").as_array().unwrap().len(), 2);
        assert_eq!(one.text("/data/payload"), first[1]);

        let days = |days: i64| app.clock.now().plus_seconds(days * 24 * 3600);
        app.does_housekeeping(30, days(29));
        assert_eq!(boss.get(&list).await.items().len(), 3);
        app.does_housekeeping(30, days(31));
        assert_eq!(boss.get(&list).await.items().len(), 0);
    }
);
