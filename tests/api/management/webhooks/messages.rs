//! The messages that a receiver gets, and their order.

use serde_json::{Value, json};

use super::{delivers, events, hooks, is_signed_with, plans};
use crate::support::content::{CATEGORIES, POSTS, TAGS, named, publication, translation};
use crate::support::receiver::Receiver;

on_both!(
    a_receiver_is_told_what_changes_in_order_and_signed,
    async |app| {
        let boss = app.admin("boss").await;
        boss.issues("en", "Before").await;
        let receiver = Receiver::new();
        let (hook, secret) = hooks(&boss, &receiver, json!({})).await;
        let tag = boss.makes(TAGS, named("en", "Housing")).await;
        let post = boss.writes("fr", "Logement").await;
        boss.translates(&post, "en", "Housing").await;
        delivers(&app);
        boss.publishes(&post, "fr").await;
        boss.schedules(&post, "en", json!({ "publish_at": "2026-05-01T09:00:00Z" }))
            .await;
        delivers(&app);
        app.set_time("2026-05-01T09:00:00Z");
        tribuna::operations::scheduler::tick(&app.state.db, app.clock.now()).unwrap();
        delivers(&app);
        let edit = json!({ "title": "Le logement" });
        boss.patch(&translation(&post, "fr"), edit)
            .await
            .expect(200);
        boss.publishes(&post, "fr").await;
        delivers(&app);
        let taken = publication(&post, "en");
        boss.delete(&taken).await.expect(204);
        delivers(&app);
        boss.delete(&format!("{POSTS}/{post}")).await.expect(204);
        delivers(&app);
        boss.delete(&format!("{TAGS}/{tag}")).await.expect(204);
        delivers(&app);
        let messages = receiver.takes();
        assert_eq!(
            events(&messages),
            [
                "tag.created",
                "post.published",
                "post.published",
                "post.updated",
                "post.updated",
                "post.updated",
                "post.unpublished",
                "post.updated",
                "post.deleted",
                "tag.deleted",
            ]
        );
        for message in &messages {
            assert!(is_signed_with(message, &secret));
            assert_eq!(message.header("content-type"), Some("application/json"));
            assert_eq!((&*message.method, &*message.path), ("POST", "/hook"));
        }
        let first = messages[1].json();
        assert_eq!(first["data"]["kind"], "post");
        assert_eq!(first["data"]["lang"], "fr");
        assert_eq!(
            first["data"]["url"],
            format!("https://api.example.org/v1/posts/{post}?lang=fr")
        );
        assert_eq!(
            first["data"]["surrogate_keys"],
            json!([format!("post:{post}")])
        );
        assert_eq!(first["timestamp"], "2026-05-01T08:00:00.000Z");
        assert!(first["data"].get("reason").is_none());
        // Positions are those of events, so a receiver can continue there.
        let position = first["data"]["position"].as_str().unwrap();
        let request = boss
            .request(actix_web::http::Method::GET, "/v1/events")
            .insert_header(("last-event-id", position));
        boss.send(request).await.expect(200);
        let log = boss
            .get(&format!("{hook}/deliveries?limit=100"))
            .await
            .expect(200);
        assert!(
            log.column("state")
                .iter()
                .all(|state| *state == "delivered")
        );
        assert_eq!(log.items().len(), messages.len());
    }
);

on_both!(
    a_takedown_for_a_reason_is_told_although_the_post_is_public_again,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        hooks(&boss, &receiver, json!({})).await;
        let post = boss.issues("en", "Housing").await;
        delivers(&app);
        receiver.takes();
        let takes_down = async |why: Value| {
            let path = publication(&post, "en");
            let request = boss.request(actix_web::http::Method::DELETE, &path);
            boss.send(request.set_json(why)).await.expect(204);
            boss.publishes(&post, "en").await;
            delivers(&app);
        };
        takes_down(json!({ "reason": "legal" })).await;
        let messages = receiver.takes();
        assert_eq!(events(&messages), ["post.unpublished", "post.published"]);
        assert_eq!(messages[0].json()["data"]["reason"], "legal");
        // Without such a reason, copies become right by the next message alone.
        takes_down(json!({})).await;
        assert_eq!(events(&receiver.takes()), ["post.updated"]);
        // A later takedown does not hide the one for a reason.
        let legal = boss.request(actix_web::http::Method::DELETE, &publication(&post, "en"));
        let legal = legal.set_json(json!({ "reason": "legal" }));
        boss.send(legal).await.expect(204);
        boss.publishes(&post, "en").await;
        takes_down(json!({})).await;
        let messages = receiver.takes();
        assert_eq!(events(&messages), ["post.unpublished", "post.published"]);
        assert_eq!(messages[0].json()["data"]["reason"], "legal");
    }
);

on_both!(
    languages_categories_and_events_limit_what_is_delivered,
    async |app| {
        let boss = app.admin("boss").await;
        let city = boss.makes(CATEGORIES, named("en", "City")).await;
        let mut below = named("en", "Housing");
        below["parent"] = city.clone().into();
        let housing = boss.makes(CATEGORIES, below).await;
        let inside = boss
            .issues_with("en", "Old", json!({ "categories": [housing] }))
            .await;
        let (french, urban, tags) = (Receiver::new(), Receiver::new(), Receiver::new());
        hooks(
            &boss,
            &french,
            json!({ "languages": ["fr"], "events": ["post.published"] }),
        )
        .await;
        let (limited, _) = hooks(&boss, &urban, json!({ "categories": [city] })).await;
        hooks(&boss, &tags, json!({ "events": ["tag.created"] })).await;
        boss.issues("en", "Elsewhere").await;
        boss.issues("fr", "Ailleurs").await;
        boss.makes(TAGS, named("en", "Rent")).await;
        delivers(&app);
        assert_eq!(events(&french.takes()), ["post.published"]);
        assert_eq!(events(&tags.takes()), ["tag.created"]);
        assert_eq!(events(&urban.takes()), ["tag.created"]);
        // A post that was there before the webhook, and leaves the category.
        let post = format!("{POSTS}/{inside}?publish=shared");
        boss.patch(&post, json!({ "categories": [] }))
            .await
            .expect(200);
        delivers(&app);
        let left = urban.takes();
        assert_eq!(events(&left), ["post.unpublished"]);
        assert_eq!(left[0].json()["data"]["reason"], "left_filter");
        boss.patch(&post, json!({ "featured": true }))
            .await
            .expect(200);
        delivers(&app);
        assert_eq!(events(&urban.takes()), [""; 0]);
        boss.patch(&post, json!({ "categories": [housing] }))
            .await
            .expect(200);
        delivers(&app);
        boss.delete(&publication(&inside, "en")).await.expect(204);
        delivers(&app);
        assert_eq!(
            events(&urban.takes()),
            ["post.published", "post.unpublished"]
        );
        // A category with a webhook cannot be deleted, and a merged one hands it over.
        boss.delete(&format!("{CATEGORIES}/{city}"))
            .await
            .expect_problem(409, "in_use");
        let other = boss.makes(CATEGORIES, named("en", "Town")).await;
        boss.post(
            &format!("{CATEGORIES}/{city}/merge"),
            json!({ "into": other }),
        )
        .await
        .expect(200);
        let read = boss.get(&limited).await.expect(200);
        assert_eq!(read.at("/data/categories"), &json!([other]));
    }
);

on_both!(
    what_happened_while_a_webhook_was_disabled_is_not_delivered,
    async |app| {
        let boss = app.admin("boss").await;
        let receiver = Receiver::new();
        let (hook, _) = hooks(&boss, &receiver, json!({ "events": ["post.published"] })).await;
        boss.issues("en", "Waits").await;
        plans(&app);
        let off = boss
            .patch(&hook, json!({ "enabled": false }))
            .await
            .expect(200);
        assert_eq!(off.at("/data/disabled_reason"), &json!("admin"));
        boss.issues("en", "Missed").await;
        delivers(&app);
        let dead = boss
            .get(&format!("{hook}/deliveries?state=dead"))
            .await
            .expect(200);
        assert_eq!(dead.items().len(), 1);
        let replay = format!("{hook}/deliveries/{}/replay", dead.column("id")[0]);
        boss.post(&replay, json!({}))
            .await
            .expect_problem(409, "webhook_disabled");
        let on = boss
            .patch(&hook, json!({ "enabled": true }))
            .await
            .expect(200);
        assert_eq!(on.at("/data/disabled_at"), &Value::Null);
        boss.issues("en", "Told").await;
        delivers(&app);
        assert_eq!(receiver.takes().len(), 1);
        boss.post(&replay, json!({})).await.expect(200);
        delivers(&app);
        assert_eq!(receiver.takes().len(), 1);
    }
);
