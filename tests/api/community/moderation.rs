//! The queue of moderators.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::json;

use super::{comment, comments};

const QUEUE: &str = "/v1/admin/comments";

on_both!(
    moderators_find_and_decide_and_it_is_on_record,
    async |app| {
        let post = app.open_post(json!({})).await;
        let (anyone, mo) = (app.anonymous(), app.moderator("mo").await);
        for (name, text) in [
            ("Amara", "Housing matters."),
            ("Bo", "Cheap pills!"),
            ("Chi", "Hm, 100%."),
        ] {
            app.pass(60);
            anyone
                .post(&comments(&post), comment(name, text))
                .await
                .expect(202);
        }
        let list = mo.get(QUEUE).await.expect(200);
        assert_eq!(list.column("name"), ["Chi", "Bo", "Amara"]);
        assert_eq!(list.column("email")[2], "amara@example.org");
        let hash = list.column("author_hash")[1].to_owned();
        for (query, names) in [
            (format!("author={hash}"), vec!["Bo"]),
            ("q=housing".to_owned(), vec!["Amara"]),
            ("q=chi".to_owned(), vec!["Chi"]),
            ("q=0%25".to_owned(), vec!["Chi"]),
            ("since=2026-05-01T08:02:00Z".to_owned(), vec!["Chi", "Bo"]),
            ("sort=created_at&limit=1".to_owned(), vec!["Amara"]),
            ("state=approved,spam".to_owned(), vec![]),
            ("state=pending&lang=fr".to_owned(), vec![]),
            (
                format!("post={post}&state=pending&lang=en"),
                vec!["Chi", "Bo", "Amara"],
            ),
        ] {
            let found = mo.get(&format!("{QUEUE}?{query}")).await.expect(200);
            assert_eq!(found.column("name"), names, "{query}");
        }
        let id = |name: &str| {
            let items = list.items().iter();
            let mut of = items.filter(|one| one["name"] == name);
            of.next().unwrap()["id"].as_str().unwrap().to_owned()
        };
        mo.decides(&id("Amara"), json!({ "state": "approved" }))
            .await
            .expect(200);
        let spam = json!({ "state": "spam", "reason": "spam", "note": "Third today." });
        let decided = mo.decides(&id("Bo"), spam.clone()).await.expect(200);
        assert_eq!(decided.text("/data/state"), "spam");
        // The same decision again changes nothing.
        let again = mo.decides(&id("Bo"), spam).await.expect(200);
        assert_eq!(again.header("etag"), decided.header("etag"));
        mo.decides(
            &id("Bo"),
            json!({ "state": "rejected", "reason": "off_topic" }),
        )
        .await
        .expect(200);
        let one = mo.get(&format!("{QUEUE}/{}", id("Bo"))).await.expect(200);
        let history = one.at("/data/history").as_array().unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!(history[0]["by"]["name"], "mo");
        assert_eq!(history[0]["note"], "Third today.");
        assert_eq!(
            (&history[1]["from"], &history[1]["to"]),
            (&json!("spam"), &json!("rejected"))
        );
        let counts = mo.get(&format!("{QUEUE}/counts")).await.expect(200);
        let expected =
            json!({ "pending": 1, "approved": 1, "rejected": 1, "spam": 0, "deleted": 0 });
        assert_eq!(counts.at("/data"), &expected);
        let request = mo.request(Method::PUT, &format!("{QUEUE}/{}/state", id("Chi")));
        let request = request.insert_header((IF_MATCH, "\"v7\""));
        let stale = mo
            .send(request.set_json(json!({ "state": "approved" })))
            .await;
        stale.expect_problem(412, "precondition_failed");
        // Many at once, in a batch.
        let operation = |name: &str, state: &str| json!({ "method": "PUT", "path": format!("{QUEUE}/{}/state", id(name)), "body": { "state": state } });
        let batch =
            json!({ "operations": [operation("Bo", "deleted"), operation("Chi", "approved")] });
        mo.post("/v1/admin/batch", batch).await.expect(200);
        let public = anyone.get(&comments(&post)).await.expect(200);
        assert_eq!(public.column("name"), ["Amara", "Chi"]);
        // The trail names the decisions and nobody who wrote.
        let trail = app
            .admin("boss")
            .await
            .get("/v1/admin/audit?kind=comment&limit=100")
            .await;
        let trail = trail.expect(200);
        assert_eq!(trail.items().len(), 8, "{trail}");
        let trail = trail.to_string();
        for secret in ["amara@", "Amara", "Cheap", "Third today", &hash] {
            assert!(!trail.contains(secret), "{secret}: {trail}");
        }
    }
);

on_both!(a_key_that_is_limited_moderates_nothing, async |app| {
    let boss = app.admin("boss").await;
    let new = json!({ "name": "Queue", "scopes": ["comments:moderate"], "languages": ["fr"] });
    let made = boss.post("/v1/admin/keys", new).await.expect(201);
    let key = app.bearer(made.text("/data/secret"));
    key.get(QUEUE).await.expect_problem(403, "beyond_key_limit");
});
