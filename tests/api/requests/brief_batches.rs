//! Batches that are answered briefly: `Prefer: return=minimal` (RFC 7240).

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post, publication, translation};

const BATCH: &str = "/v1/admin/batch";
const MINIMAL: &str = "return=minimal";

async fn run(client: &Client, prefer: &str, batch: &Value) -> Answer {
    let request = client.request(Method::POST, BATCH);
    let request = request.insert_header(("prefer", prefer)).set_json(batch);
    client.send(request).await
}

fn members(result: &Value) -> Vec<&str> {
    let members = result.as_object().unwrap().keys();
    members.map(String::as_str).collect()
}

on_both!(a_brief_result_has_all_but_the_body, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let mut lossy = post("en", "Rents");
    lossy["translation"]["body"] =
        json!({ "format": "html", "source": "<p onclick=x>a</p><form>b</form>" });
    let operations = json!([
        { "method": "POST", "path": POSTS, "body": lossy },
        { "method": "PATCH", "path": translation(&id, "en"), "body": { "title": "Homes" } },
        { "method": "PATCH", "path": format!("{POSTS}/{id}"), "body": { "featured": true } },
        { "method": "PUT", "path": publication(&id, "en"), "body": {} },
        { "method": "POST", "path": TAGS, "body": { "colour": "red" } },
        { "method": "PATCH", "path": translation(&id, "en"), "body": {}, "if_match": "\"v1\"" },
        { "method": "GET", "path": translation(&id, "en") },
        { "method": "POST", "path": format!("{}/preview-links", translation(&id, "en")), "body": {} },
        { "method": "DELETE", "path": format!("{POSTS}/{id}") },
    ]);
    for how in [json!({ "dry_run": true }), json!({})] {
        let mut batch = how;
        batch["operations"] = operations.clone();
        let answer = run(&ada, MINIMAL, &batch).await.expect(200);
        assert_eq!(answer.header("preference-applied"), MINIMAL);
        let results = answer.at("/data/results").as_array().unwrap();
        let [
            made,
            saved,
            changed,
            published,
            refused,
            stale,
            read,
            link,
            deleted,
        ] = results.as_slice()
        else {
            panic!("{answer}");
        };
        assert_eq!(members(made), ["status", "etag", "location", "warnings"]);
        assert_eq!(made["status"], 201);
        let removed = json!([{ "element": "form", "count": 1 }, { "element": "p", "attribute": "onclick", "count": 1 }]);
        assert_eq!(made["warnings"], removed);
        assert_eq!(members(saved), ["status", "etag", "warnings"]);
        assert_eq!(saved["warnings"], json!([]));
        for result in [changed, published] {
            assert_eq!(members(result), ["status", "etag"]);
            assert_eq!(result["status"], 200);
        }
        assert_eq!(refused["body"]["code"], "invalid_body");
        assert_eq!(stale["body"]["code"], "precondition_failed");
        assert_eq!(read["body"]["data"]["title"], "Homes");
        assert_eq!(link["body"]["data"]["token"].as_str().unwrap().len(), 43);
        assert_eq!(deleted, &json!({ "status": 204 }));
    }
});

on_both!(an_atomic_batch_is_brief_about_what_succeeds, async |app| {
    let ada = app.editor("ada").await;
    let make = |name| json!({ "method": "POST", "path": TAGS, "body": named("en", name) });
    let batch = json!({ "atomic": true, "operations": [make("A"), make("B")] });
    let answer = run(&ada, MINIMAL, &batch).await.expect(200);
    for result in answer.at("/data/results").as_array().unwrap() {
        assert_eq!(members(result), ["status", "etag", "location"]);
    }
    let bad = json!({ "method": "POST", "path": TAGS, "body": {} });
    let batch = json!({ "atomic": true, "operations": [make("C"), bad] });
    let answer = run(&ada, MINIMAL, &batch).await.expect(200);
    assert_eq!(answer.at("/data/results/0/body/code"), "rolled_back");
    assert_eq!(answer.at("/data/results/1/body/code"), "invalid_body");
});

on_both!(
    a_batch_is_brief_only_if_the_client_prefers_it,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.makes(TAGS, named("en", "Housing")).await;
        let change = json!({ "method": "PATCH", "path": format!("{TAGS}/{id}"), "body": {} });
        let batch = json!({ "operations": [change] });
        for (prefer, is_brief) in [
            ("respond-async, RETURN=minimal;x=y, handling=lenient", true),
            ("return=representation", false),
            ("return=minimal, return=representation", false),
            ("return=short", false),
            ("return", false),
            ("=,;\"return=minimal", false),
            ("", false),
        ] {
            let answer = run(&ada, prefer, &batch).await.expect(200);
            let applied = answer.headers.contains_key("preference-applied");
            assert_eq!(applied, is_brief, "{prefer}");
            let body = answer.at("/data/results/0").get("body");
            assert_eq!(body.is_none(), is_brief, "{prefer}");
        }
    }
);

on_both!(a_brief_answer_is_replayed_as_it_was, async |app| {
    let ada = app.editor("ada").await;
    let make = json!({ "method": "POST", "path": TAGS, "body": named("en", "Housing") });
    let batch = json!({ "operations": [make] });
    let send = async || {
        let request = ada.request(Method::POST, BATCH);
        let request = request.insert_header(("idempotency-key", "k-1"));
        let request = request.insert_header(("prefer", MINIMAL));
        ada.send(request.set_json(&batch)).await.expect(200)
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("preference-applied"), MINIMAL);
});
