//! Receivers that fail, and what becomes of their deliveries.

use serde_json::{Value, json};

use super::{WEBHOOKS, delivers, events, hooks};
use crate::support::receiver::{Receiver, Reply};

on_both!(
    what_fails_is_sent_again_in_order_until_it_arrives,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let more = json!({ "events": ["post.published", "post.unpublished"] });
        let (hook, _) = hooks(&boss, &receiver, more).await;
        let moved = Reply::Answer(
            302,
            "Location: http://127.0.0.1:9/\r\n",
            "x".repeat(100_000),
        );
        let busy = Reply::Answer(503, "Retry-After: 1000\r\n", "busy\0".to_owned());
        receiver.replies([moved, Reply::status(204), Reply::Hang, Reply::Stall, busy]);
        let first = boss.issues("en", "First").await;
        delivers(&app);
        let second = boss.issues("en", "Second").await;
        boss.delete(&format!(
            "/v1/admin/posts/{first}/translations/en/publication"
        ))
        .await
        .expect(204);
        delivers(&app);
        // The second message about the first post waits, the one about the second post does not.
        let came: Vec<String> = receiver.takes().iter().map(|one| one.entity()).collect();
        assert_eq!(came, [first.clone(), second]);
        for expected in [1, 1, 1] {
            app.pass(200);
            delivers(&app);
            assert_eq!(receiver.takes().len(), expected);
        }
        app.pass(900);
        delivers(&app);
        assert_eq!(receiver.takes().len(), 0, "it asked for a longer pause");
        app.pass(110);
        delivers(&app);
        assert_eq!(
            events(&receiver.takes()),
            ["post.published", "post.unpublished"]
        );
        let list = boss
            .get(&format!("{hook}/deliveries?state=delivered"))
            .await
            .expect(200);
        assert_eq!(list.items().len(), 3);
        let address = format!("{hook}/deliveries/{}", list.column("id")[2]);
        let log = boss.get(&address).await.expect(200).at("/data/log").clone();
        let log = log.as_array().unwrap();
        let statuses: Vec<&Value> = log.iter().map(|one| &one["status"]).collect();
        assert_eq!(
            statuses,
            [
                &json!(302),
                &Value::Null,
                &Value::Null,
                &json!(503),
                &json!(204)
            ]
        );
        let failure = |index: usize| log[index]["failure"].as_str().unwrap();
        assert!(
            failure(0).contains("redirects are not followed"),
            "{}",
            failure(0)
        );
        assert!(failure(2).contains("time limit"), "{}", failure(2));
        assert_eq!(log[0]["response"]["body"].as_str().unwrap().len(), 4000);
        assert_eq!(log[3]["response"]["body"], "busy\u{fffd}");
        let headers = log[4]["request"]["headers"].to_string();
        assert!(headers.contains("webhook-signature"), "{headers}");
    }
);

on_both!(
    what_never_arrives_is_a_dead_letter_that_can_be_sent_again,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
        receiver.replies((0..9).map(|_| Reply::status(500)));
        boss.issues("en", "Lost").await;
        delivers(&app);
        let begun = app.clock.now();
        while boss
            .get(&format!("{hook}/deliveries?state=dead"))
            .await
            .items()
            .is_empty()
        {
            let list = boss.get(&format!("{hook}/deliveries")).await.expect(200);
            app.set_time(list.text("/data/0/due_at"));
            delivers(&app);
        }
        assert_eq!(receiver.takes().len(), 9);
        let hours = (app.clock.now().millis() - begun.millis()) / 3_600_000;
        assert!((19..=24).contains(&hours), "{hours}");
        let read = boss.get(&hook).await.expect(200);
        assert_eq!(read.text("/data/failing_since"), begun.to_string());
        let dead = json!({ "from": begun.to_string(), "state": "dead" });
        let again = boss.post(&format!("{hook}/replay"), dead).await.expect(200);
        assert_eq!(again.at("/data/count"), &json!(1));
        delivers(&app);
        assert_eq!(receiver.takes().len(), 1);
        let read = boss.get(&hook).await.expect(200);
        assert_eq!(read.at("/data/failing_since"), &Value::Null);
    }
);

on_both!(
    a_receiver_that_is_gone_or_fails_for_days_is_told_nothing_more,
    async |app| {
        let boss = app.admin("boss").await;
        let (gone, failing) = (Receiver::new(), Receiver::new());
        gone.replies([Reply::status(410)]);
        failing.replies((0..100).map(|_| Reply::status(500)));
        let (first, _) = hooks(&boss, &gone, json!({})).await;
        let (second, _) = hooks(
            &boss,
            &failing,
            json!({ "events": ["tag.created", "post.published"] }),
        )
        .await;
        boss.issues("en", "One").await;
        boss.issues("en", "Two").await;
        for day in 0..6 {
            let read = boss.get(&second).await.expect(200);
            assert_eq!(read.at("/data/enabled"), &json!(true), "on day {day}");
            delivers(&app);
            app.pass(24 * 3600);
        }
        delivers(&app);
        let read = boss.get(&first).await.expect(200);
        assert_eq!(read.at("/data/disabled_reason"), &json!("gone"));
        let read = boss.get(&second).await.expect(200);
        assert_eq!(read.at("/data/disabled_reason"), &json!("failing"));
        for hook in [&first, &second] {
            let pending = boss.get(&format!("{hook}/deliveries?state=pending")).await;
            assert!(pending.items().is_empty());
        }
        let log = boss
            .get("/v1/admin/audit?kind=webhook&operation=update")
            .await
            .expect(200);
        assert_eq!(log.items().len(), 2);
        assert_eq!(log.text("/data/0/actor/kind"), "clock");
        failing.takes();
        gone.takes();
        boss.issues("en", "Three").await;
        delivers(&app);
        assert!(failing.takes().is_empty() && gone.takes().is_empty());
        assert_eq!(boss.get(WEBHOOKS).await.items().len(), 2);
    }
);
