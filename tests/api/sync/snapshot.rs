//! The snapshot: everything in one response, continued where it broke off, and then by sync.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::http::header::ACCEPT_ENCODING;
use serde_json::{Value, json};

use super::{all_told, drained, told};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{TAGS, named, publication};

fn lines(answer: &Answer) -> Vec<Value> {
    let text = std::str::from_utf8(&answer.body).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn token(line: &Value, name: &str) -> String {
    line[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {line}"))
        .to_owned()
}

async fn fill(app: &TestApp, ada: &Client) {
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    for number in 0..130 {
        app.pass(1);
        let with = json!({ "tags": [tag] });
        ada.issues_with("en", &format!("Post {number}"), with).await;
    }
    let french = ada.issues("fr", "Logement").await;
    ada.translates(&french, "en", "Housing").await;
    ada.publishes(&french, "en").await;
}

on_both!(
    a_snapshot_has_everything_and_is_continued_by_sync,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        fill(&app, &ada).await;
        let address = "/v1/snapshot.ndjson?kinds=tag,post";
        let whole = anyone.get(address).await.expect(200);
        assert_eq!(whole.header("content-type"), "application/x-ndjson");
        assert_eq!(whole.header("cache-control"), "no-store");
        let all = lines(&whole);
        let (first, rest) = drained(&anyone, "/v1/sync?initial=true&kinds=tag,post").await;
        let items: Vec<Value> = all
            .iter()
            .filter(|line| line.get("op").is_some())
            .cloned()
            .collect();
        assert_eq!(items.len(), 133);
        assert_eq!(items, first);
        // Whatever broke off is continued.
        let resumes: Vec<&Value> = all
            .iter()
            .filter(|line| line.get("resume").is_some())
            .collect();
        assert!(resumes.len() >= 3, "{resumes:?}");
        for resume in resumes {
            let at = all.iter().position(|line| line == resume).unwrap();
            let address = format!("/v1/snapshot.ndjson?resume={}", token(resume, "resume"));
            let continued = anyone.get(&address).await.expect(200);
            assert_eq!(lines(&continued), all[at + 1..]);
        }
        let sync = token(all.last().unwrap(), "sync");
        assert!(rest.contains(&sync), "nothing happened meanwhile");
        let post = items[5]["id"].as_str().unwrap();
        ada.delete(&publication(post, "en")).await.expect(204);
        let (news, _) = drained(&anyone, &format!("/v1/sync?token={sync}")).await;
        assert_eq!(all_told(&news), ["delete en unpublished"]);
    }
);

on_both!(what_changes_during_a_snapshot_comes_after_it, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    fill(&app, &ada).await;
    let whole = lines(&anyone.get("/v1/snapshot.ndjson?lang=en").await.expect(200));
    let resume = whole
        .iter()
        .find(|line| line.get("resume").is_some())
        .unwrap();
    let resume = token(resume, "resume");
    let mut known: BTreeSet<String> = whole[..100].iter().map(told).collect();
    // One that was sent is taken down, and a new one would have come before those that were sent.
    let sent = whole[0]["id"].as_str().unwrap();
    ada.delete(&publication(sent, "en")).await.expect(204);
    ada.issues("en", "Late").await;
    let address = format!("/v1/snapshot.ndjson?resume={resume}");
    let rest = lines(&anyone.get(&address).await.expect(200));
    let (end, rest) = rest.split_last().unwrap();
    known.extend(rest.iter().map(told));
    let (news, _) = drained(&anyone, &format!("/v1/sync?token={}", token(end, "sync"))).await;
    let news = all_told(&news);
    assert_eq!(news, ["delete en language_withdrawn", "upsert en Late"]);
    assert!(known.contains("upsert en Post 0") && known.contains("upsert en Housing"));
});

on_both!(a_snapshot_is_compressed_when_asked, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    fill(&app, &ada).await;
    let plain = anyone.get("/v1/snapshot.ndjson").await.expect(200);
    for coding in ["br", "zstd", "gzip"] {
        let request = anyone.request(Method::GET, "/v1/snapshot.ndjson");
        let coded = anyone
            .send(request.insert_header((ACCEPT_ENCODING, coding)))
            .await;
        assert_eq!(coded.header("content-encoding"), coding);
        assert!(coded.body.len() * 4 < plain.body.len(), "{coding}");
    }
    anyone
        .get("/v1/snapshot.ndjson?resume=abc")
        .await
        .expect_problem(400, "invalid_parameter");
});
