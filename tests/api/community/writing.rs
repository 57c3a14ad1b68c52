//! Writing, changing and deleting comments.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{comment, comments};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::AUTHORS;

/// Sends a request with the token of an answer to a comment.
async fn with_token(client: &Client, method: Method, made: &Answer, body: Option<Value>) -> Answer {
    let path = format!("/v1/comments/{}", made.text("/data/id"));
    let request = client.request(method, &path);
    let request = request.insert_header(("Edit-Token", made.text("/edit_token")));
    let request = match body {
        Some(body) => request.set_json(body),
        None => request,
    };
    client.send(request).await
}

on_both!(
    the_first_comment_waits_and_the_next_one_is_public,
    async |app| {
        let post = app.open_post(json!({})).await;
        let (anyone, mo) = (app.anonymous(), app.moderator("mo").await);
        let path = comments(&post);
        let mut new = comment(
            "Amara",
            "# Hi\n\n<b>x</b> ![y](https://a.example/y.png) https://a.example/",
        );
        new["website"] = "".into();
        let first = anyone.post(&path, new).await.expect(202);
        assert_eq!(first.text("/data/state"), "pending");
        assert_eq!(first.text("/data/lang"), "en");
        assert_eq!(
            first.text("/data/html"),
            "<p>Hi</p>\n<p>&lt;b&gt;x&lt;/b&gt; <em>y</em> <a href=\"https://a.example/\" rel=\"nofollow ugc noopener\">https://a.example/</a></p>\n"
        );
        assert_eq!(first.text("/edit_until"), "2026-05-01T08:15:00.000Z");
        assert!(anyone.get(&path).await.expect(200).items().is_empty());
        let hidden = format!("/v1/comments/{}", first.id());
        anyone.get(&hidden).await.expect_problem(404, "not_found");
        let approved = json!({ "state": "approved" });
        mo.decides(&first.id(), approved).await.expect(200);
        assert_eq!(
            anyone.get(&path).await.expect(200).column("name"),
            ["Amara"]
        );
        let other_case =
            json!({ "name": "Amara O.", "email": "AMARA@example.org", "text": "Again." });
        let second = anyone.post(&path, other_case).await.expect(201);
        assert_eq!(
            second.header("location"),
            format!("/v1/comments/{}", second.id())
        );
        anyone
            .post(&path, comment("Bo", "New here."))
            .await
            .expect(202);
        let mut bot = comment("Amara", "Buy!");
        bot["website"] = "https://spam.example/".into();
        let told = anyone.post(&path, bot).await.expect(202);
        assert_eq!(told.text("/data/state"), "pending");
        let kept = mo
            .get(&format!("/v1/admin/comments/{}", told.id()))
            .await
            .expect(200);
        assert_eq!(kept.text("/data/state"), "spam");
        assert_eq!(kept.at("/data/reasons"), &json!(["honeypot"]));
        let shown = anyone.get(&path).await.expect(200).to_string();
        assert!(
            !shown.contains('@') && !shown.contains("edit_token"),
            "{shown}"
        );
    }
);

on_both!(
    the_settings_say_who_may_comment_and_until_when,
    async |app| {
        let (anyone, boss) = (app.anonymous(), app.admin("boss").await);
        let (ada, mo) = (app.editor("ada").await, app.moderator("mo").await);
        let post = ada.issues("en", "Housing").await;
        let (path, new) = (comments(&post), || comment("Amara", "Hello."));
        let refused = async || {
            anyone
                .post(&path, new())
                .await
                .expect_problem(409, "comments_closed")
        };
        refused().await;
        let state = async || {
            let post = anyone.get(&format!("/v1/posts/{post}")).await.expect(200);
            let of = |name: &str| post.at("/data")[name].clone();
            (of("comments_open"), of("comments_close_at"))
        };
        assert_eq!(state().await, (json!(false), Value::Null));
        let discussion = format!("/v1/admin/posts/{post}/discussion");
        boss.opens_comments(json!({ "mode": "closed" })).await;
        let own = json!({ "comments": "open", "close_at": "2026-05-02T08:00:00Z" });
        let set = mo.put(&discussion, own).await.expect(200);
        assert_eq!(set.at("/data/comments_open"), true);
        assert_eq!(
            state().await,
            (json!(true), json!("2026-05-02T08:00:00.000Z"))
        );
        anyone.post(&path, new()).await.expect(202);
        app.set_time("2026-05-02T08:00:00Z");
        assert_eq!(state().await, (json!(false), Value::Null));
        refused().await;
        let seen = mo.get(&discussion).await.expect(200);
        assert_eq!(seen.at("/data/comments_open"), false);
        mo.put(&discussion, json!({})).await.expect(200);
        boss.opens_comments(json!({ "mode": "open", "close_after_days": 3 }))
            .await;
        assert_eq!(
            state().await,
            (json!(true), json!("2026-05-04T08:00:00.000Z"))
        );
        ada.translates(&post, "fr", "Logement").await;
        app.set_time("2026-05-03T08:00:00Z");
        ada.publishes(&post, "fr").await;
        assert_eq!(
            state().await,
            (json!(true), json!("2026-05-06T08:00:00.000Z"))
        );
        mo.put(&discussion, json!({ "comments": "closed" }))
            .await
            .expect(200);
        refused().await;
        mo.put(&discussion, json!({ "comments": "inherit" }))
            .await
            .expect(200);
        boss.opens_comments(json!({ "mode": "members" })).await;
        assert_eq!(state().await.0, true);
        anyone
            .post(&path, new())
            .await
            .expect_problem(401, "unauthenticated");
        let cleo = app.contributor("cleo").await;
        let made = cleo
            .post(&path, json!({ "text": "As a member." }))
            .await
            .expect(201);
        assert_eq!(made.text("/data/name"), "cleo");
        let draft = ada.writes("en", "Draft").await;
        anyone
            .post(&comments(&draft), new())
            .await
            .expect_problem(404, "not_found");
        let unseen = format!("/v1/admin/posts/{draft}/discussion");
        mo.get(&unseen).await.expect_problem(404, "not_found");
    }
);

on_both!(
    writers_change_and_delete_what_they_wrote_for_15_minutes,
    async |app| {
        let post = app.open_post(json!({})).await;
        let (anyone, mo) = (app.anonymous(), app.moderator("mo").await);
        let made = anyone
            .post(&comments(&post), comment("Amara", "One."))
            .await
            .expect(202);
        let edit = || Some(json!({ "text": "Two.", "name": "A." }));
        let changed = with_token(&anyone, Method::PATCH, &made, edit())
            .await
            .expect(200);
        assert_eq!(changed.text("/data/html"), "<p>Two.</p>\n");
        assert_eq!(changed.text("/data/edited_at"), crate::support::START);
        let path = format!("/v1/comments/{}", made.id());
        anyone
            .patch(&path, json!({ "text": "x" }))
            .await
            .expect_problem(404, "not_found");
        mo.decides(&made.id(), json!({ "state": "approved" }))
            .await
            .expect(200);
        anyone
            .patch(&path, json!({ "text": "x" }))
            .await
            .expect_problem(403, "forbidden");
        // One approved comment makes the writer trusted, so the change is public at once.
        let more = Some(json!({ "text": "Three." }));
        let changed = with_token(&anyone, Method::PATCH, &made, more)
            .await
            .expect(200);
        assert_eq!(changed.text("/data/state"), "approved");
        app.admin("boss")
            .await
            .opens_comments(json!({ "mode": "open", "moderation": "all" }))
            .await;
        let changed = with_token(&anyone, Method::PATCH, &made, edit())
            .await
            .expect(200);
        assert_eq!(changed.text("/data/state"), "pending");
        app.pass(15 * 60);
        let late = with_token(&anyone, Method::DELETE, &made, None).await;
        late.expect_problem(404, "not_found");
        let other = anyone
            .post(&comments(&post), comment("Bo", "Mine."))
            .await
            .expect(202);
        with_token(&anyone, Method::DELETE, &other, None)
            .await
            .expect(204);
        let gone = with_token(&anyone, Method::DELETE, &other, None).await;
        gone.expect_problem(404, "not_found");
        let kept = mo
            .get(&format!("/v1/admin/comments/{}", other.id()))
            .await
            .expect(200);
        for member in ["text", "html", "name"] {
            assert_eq!(kept.at("/data")[member], "", "{member}");
        }
        assert!(kept.at("/data/email").is_null());
        let undo = mo
            .decides(&other.id(), json!({ "state": "approved" }))
            .await;
        undo.expect_problem(409, "wrong_state");
    }
);

on_both!(
    accounts_comment_under_the_name_of_their_author,
    async |app| {
        let ada = app.editor("ada").await;
        app.admin("boss")
            .await
            .opens_comments(json!({ "mode": "open" }))
            .await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin Alvarez" })).await;
        let lin = app.author("lin").await;
        let boss = app.admin("boss").await;
        let user = format!("/v1/admin/users/{}", lin.user.unwrap());
        boss.patch(&user, json!({ "author": author }))
            .await
            .expect(200);
        let credited = json!({ "authors": [{ "author": author }] });
        let post = ada.issues_with("en", "Housing", credited).await;
        let made = lin
            .post(&comments(&post), json!({ "text": "Thank you all." }))
            .await
            .expect(201);
        assert_eq!(made.text("/data/name"), "Lin Alvarez");
        assert_eq!(made.at("/data/by_author"), true);
        let other = ada.issues("en", "Rent").await;
        let there = lin
            .post(&comments(&other), json!({ "text": "Hm." }))
            .await
            .expect(201);
        assert_eq!(there.at("/data/by_author"), false);
        // Long after the token has ended.
        app.pass(24 * 60 * 60);
        let path = format!("/v1/comments/{}", made.id());
        app.author("max")
            .await
            .delete(&path)
            .await
            .expect_problem(403, "forbidden");
        lin.delete(&path).await.expect(204);
        app.anonymous()
            .get(&path)
            .await
            .expect_problem(404, "not_found");
        lin.delete(&path).await.expect_problem(409, "wrong_state");
        lin.bearer_is_checked(&app, &post).await;
    }
);

impl Client {
    /// A token that is not valid is refused, rather than taken for no token.
    async fn bearer_is_checked(&self, app: &TestApp, post: &str) {
        let stranger = app.bearer("eyJhbGciOiJub25lIn0.e30.");
        let refused = stranger
            .post(&comments(post), comment("Amara", "Hi."))
            .await;
        refused.expect_problem(401, "invalid_token");
    }
}

on_both!(
    what_is_sent_again_with_its_key_is_one_comment,
    async |app| {
        let post = app.open_post(json!({})).await;
        let anyone = app.anonymous();
        let send = async || {
            let request = anyone.request(Method::POST, &comments(&post));
            let request = request.insert_header(("Idempotency-Key", "5f0c"));
            let sent = anyone
                .send(request.set_json(comment("Amara", "Once.")))
                .await;
            sent.expect(202)
        };
        let (first, again) = (send().await, send().await);
        assert_eq!(first.json, again.json);
        assert_eq!(app.count("comments"), 1);
        for (new, fault) in [
            (
                json!({ "text": "x", "email": "a@b.example" }),
                ("/name", "required"),
            ),
            (json!({ "text": "x", "name": "A" }), ("/email", "required")),
            (
                json!({ "text": " ", "name": "A", "email": "a@b.example" }),
                ("/text", "blank"),
            ),
            (
                json!({ "text": "x".repeat(5001), "name": "A", "email": "a@b.example" }),
                ("/text", "too_long"),
            ),
        ] {
            let refused = anyone.post(&comments(&post), new).await.expect(422);
            assert_eq!(refused.faults(), [fault]);
        }
    }
);

on_both!(fifty_writers_at_once_are_counted_exactly, async |app| {
    let post = app.open_post(json!({ "moderation": "none" })).await;
    let settings = [("TRIBUNA_DATABASE_POOL", "4")];
    let instances = [app.another(&settings).await, app.another(&settings).await];
    let mut running = Vec::new();
    for number in 0..50 {
        let writer = instances[number % 2].anonymous();
        let path = comments(&post);
        running.push(actix_web::rt::spawn(async move {
            let new = comment(&format!("Writer{number}"), "At once.");
            let made = writer.post(&path, new).await.expect(201);
            // A third of them think again.
            if number % 3 == 0 {
                with_token(&writer, Method::DELETE, &made, None)
                    .await
                    .expect(204);
            }
        }));
    }
    for one in running {
        one.await.expect("a writer");
    }
    let anyone = app.anonymous();
    let shown = anyone.get(&format!("/v1/posts/{post}")).await.expect(200);
    let list = anyone.get(&format!("{}?limit=100", comments(&post))).await;
    let public = list.expect(200).items().len();
    assert_eq!(public, 33);
    assert_eq!(shown.at("/data/comment_count"), public);
    assert_eq!(app.count("comments WHERE state = 'approved'"), 33);
});

on_both!(networks_are_forgotten_after_30_days, async |app| {
    let post = app.open_post(json!({})).await;
    let path = comments(&post);
    app.anonymous()
        .post(&path, comment("Amara", "Hi."))
        .await
        .expect(202);
    let with_network = || app.count("comments WHERE address_hash IS NOT NULL");
    assert_eq!(with_network(), 1);
    let logged = app.count("changes WHERE kind = 'comment' AND address IS NOT NULL");
    assert_eq!(logged, 0, "the log is kept for ever");
    app.does_housekeeping(30, app.clock.now().plus_seconds(29 * 86_400));
    assert_eq!(with_network(), 1);
    app.does_housekeeping(30, app.clock.now().plus_seconds(31 * 86_400));
    assert_eq!(with_network(), 0);
});
