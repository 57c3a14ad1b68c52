//! Threads as the public sees them.

use serde_json::{Value, json};

use super::{answer, comment, comments};
use crate::support::TestApp;
use crate::support::client::Client;

/// Writes a comment that is public at once. Returns its id.
async fn says(anyone: &Client, post: &str, new: Value) -> String {
    anyone.post(&comments(post), new).await.expect(201).id()
}

async fn texts(anyone: &Client, path: &str) -> Vec<String> {
    let list = anyone.get(path).await.expect(200);
    let text = |item: &Value| {
        let html = item["html"].as_str().unwrap_or("-");
        let text = html.trim_start_matches("<p>").trim_end_matches("</p>\n");
        format!(
            "{}{text}",
            ".".repeat(item["depth"].as_u64().unwrap() as usize)
        )
    };
    list.items().iter().map(text).collect()
}

/// Two threads: one with three levels and an answer to the third, another one with a single answer.
async fn threads(app: &TestApp) -> (String, Vec<String>) {
    let post = app.open_post(json!({ "moderation": "none" })).await;
    let anyone = app.anonymous();
    let a = says(&anyone, &post, comment("Amara", "a")).await;
    let b = says(&anyone, &post, comment("Bo", "b")).await;
    let aa = says(&anyone, &post, answer("Chi", "aa", &a)).await;
    let aaa = says(&anyone, &post, answer("Amara", "aaa", &aa)).await;
    let aaaa = says(&anyone, &post, answer("Bo", "aaaa", &aaa)).await;
    let mut french = answer("Dia", "bb", &b);
    french["lang"] = "fr".into();
    let bb = says(&anyone, &post, french).await;
    (post, vec![a, b, aa, aaa, aaaa, bb])
}

on_both!(
    threads_are_in_order_and_pages_continue_in_them,
    async |app| {
        let (post, ids) = threads(&app).await;
        let (anyone, path) = (app.anonymous(), comments(&post));
        let all = [".a", "..aa", "...aaa", "...aaaa", ".b", "..bb"];
        assert_eq!(texts(&anyone, &path).await, all);
        let answers = anyone.get(&path).await.expect(200);
        assert_eq!(answers.at("/data/3/parent"), &Value::from(ids[3].as_str()));
        let newest = texts(&anyone, &format!("{path}?sort=-created_at")).await;
        assert_eq!(newest[..3], ["..bb", "...aaaa", "...aaa"]);
        assert_eq!(texts(&anyone, &format!("{path}?lang=fr")).await, ["..bb"]);
        for sort in ["thread", "created_at", "-created_at"] {
            let whole = texts(&anyone, &format!("{path}?sort={sort}")).await;
            let mut walked = Vec::new();
            let mut next = Some(format!("{path}?sort={sort}&limit=2&count=true"));
            while let Some(page) = next {
                let answer = anyone.get(&page).await.expect(200);
                assert_eq!(answer.at("/page/total"), 6);
                walked.extend(texts(&anyone, &page).await);
                next = answer.json["page"]["next"].as_str().map(str::to_owned);
            }
            assert_eq!(walked, whole, "{sort}");
        }
        let by_slug = anyone.get("/v1/posts/housing/comments").await.expect(200);
        assert_eq!(by_slug.items().len(), 6);
        let one = anyone.get(&format!("/v1/comments/{}", ids[5])).await;
        let one = one.expect(200);
        assert_eq!(
            (one.text("/data/lang"), one.text("/data/name")),
            ("fr", "Dia")
        );
        assert_eq!(one.header("content-language"), "fr");
        for address in [
            "/v1/posts/nothing/comments",
            "/v1/comments/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11",
        ] {
            anyone.get(address).await.expect_problem(404, "not_found");
        }
    }
);

on_both!(
    a_deleted_comment_keeps_its_place_while_it_has_answers,
    async |app| {
        let (post, ids) = threads(&app).await;
        let (anyone, mo) = (app.anonymous(), app.moderator("mo").await);
        let path = comments(&post);
        let deleted = json!({ "state": "deleted" });
        for id in [&ids[2], &ids[3]] {
            mo.decides(id, deleted.clone()).await.expect(200);
        }
        let shown = [".a", "..-", "...-", "...aaaa", ".b", "..bb"];
        assert_eq!(texts(&anyone, &path).await, shown);
        let gone = anyone
            .get(&format!("/v1/comments/{}", ids[3]))
            .await
            .expect(200);
        assert_eq!(gone.at("/data/is_deleted"), true);
        for member in ["name", "html", "edited_at"] {
            assert!(gone.at("/data")[member].is_null(), "{member}");
        }
        let unknown = answer("Eve", "to nobody", &ids[3]);
        let refused = anyone.post(&path, unknown).await;
        assert_eq!(
            refused.expect(422).faults(),
            [("/parent", "unknown_reference")]
        );
        mo.decides(&ids[4], json!({ "state": "spam" }))
            .await
            .expect(200);
        assert_eq!(texts(&anyone, &path).await, [".a", ".b", "..bb"]);
        let count = async || {
            let post = anyone.get(&format!("/v1/posts/{post}")).await.expect(200);
            post.at("/data/comment_count").as_i64().unwrap()
        };
        assert_eq!(count().await, 3);
        mo.decides(&ids[4], json!({ "state": "approved" }))
            .await
            .expect(200);
        assert_eq!(texts(&anyone, &path).await, shown);
        mo.decides(&ids[3], json!({ "state": "approved" }))
            .await
            .expect(200);
        assert_eq!(count().await, 5);
    }
);

on_both!(comments_end_with_their_post, async |app| {
    let (post, ids) = threads(&app).await;
    let (anyone, ada) = (app.anonymous(), app.editor("ada").await);
    let path = format!("/v1/admin/posts/{post}/translations/en/publication");
    ada.delete(&path).await.expect(204);
    anyone
        .get(&comments(&post))
        .await
        .expect_problem(410, "gone");
    let one = format!("/v1/comments/{}", ids[0]);
    anyone.get(&one).await.expect_problem(404, "not_found");
    let new = comment("Amara", "Too late.");
    anyone
        .post(&comments(&post), new)
        .await
        .expect_problem(410, "gone");
    ada.publishes(&post, "en").await;
    assert_eq!(
        anyone.get(&comments(&post)).await.expect(200).items().len(),
        6
    );
    let boss = app.admin("boss").await;
    let whole = format!("/v1/admin/posts/{post}?permanent=true");
    boss.delete(&whole).await.expect(204);
    assert_eq!((app.count("comments"), app.count("discussions")), (0, 0));
});

on_both!(
    a_page_of_comments_costs_a_constant_number_of_statements,
    async |app| {
        let (post, _) = threads(&app).await;
        let anyone = app.anonymous();
        let mut costs = Vec::new();
        for limit in [1, 5] {
            let path = format!("{}?limit={limit}", comments(&post));
            costs.push(app.watched(anyone.get(&path)).await.1.len());
        }
        assert!(costs[0] == costs[1] && costs[0] <= 3, "{costs:?}");
        app.editor("ada").await.issues("en", "Rent").await;
        let (list, statements) = app.watched(anyone.get("/v1/posts")).await;
        let counts: Vec<&Value> = list
            .items()
            .iter()
            .map(|one| &one["comment_count"])
            .collect();
        assert_eq!(counts, [&json!(0), &json!(6)]);
        assert!(statements.len() <= 5, "{statements:#?}");
    }
);
