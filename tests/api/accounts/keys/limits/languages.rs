//! Keys that are limited to languages.

use actix_web::http::Method;
use serde_json::json;

use super::super::{key, new};
use super::Shelf;
use crate::support::client::Answer;
use crate::support::content::{POSTS, TAGS, named, post, text, translation};

on_both!(a_key_sees_and_writes_only_in_its_languages, async |app| {
    let ada = app.editor("ada").await;
    let shelf = Shelf::filled(&ada).await;
    let mut limited = new(&["content:publish"]);
    limited["languages"] = json!(["fr"]);
    let (machine, _) = key(&app, limited).await;
    let seen = machine.get(POSTS).await.expect(200);
    assert_eq!(
        seen.column("id"),
        [&*shelf.outside, &*shelf.below, &*shelf.inside]
    );
    let langs = |answer: &Answer, at: &str| {
        let lines = answer.at(at).as_array().unwrap().clone();
        lines
            .iter()
            .map(|line| line["lang"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(langs(&seen, "/data/0/translations"), ["fr"]);
    let one = machine
        .get(&format!("{POSTS}/{}", shelf.inside))
        .await
        .expect(200);
    assert_eq!(langs(&one, "/data/translations"), ["fr"]);
    machine
        .get(&format!("{POSTS}/{}", shelf.english))
        .await
        .expect(404);
    for path in ["", "/revisions", "/revisions/1", "/steps", "/preview-links"] {
        machine
            .get(&format!("{}{path}", translation(&shelf.inside, "fr")))
            .await
            .expect(200);
        machine
            .get(&format!("{}{path}", translation(&shelf.inside, "en")))
            .await
            .expect(404);
    }
    machine
        .patch(&translation(&shelf.inside, "fr"), json!({ "title": "X" }))
        .await
        .expect(200);
    for lang in ["en", "de"] {
        let refused = machine
            .put(&translation(&shelf.inside, lang), text("X"))
            .await;
        let refused = refused.expect_problem(403, "beyond_key_limit");
        assert!(refused.text("/detail").ends_with("(`languages`): fr."));
    }
    machine
        .post(POSTS, post("en", "New"))
        .await
        .expect_problem(403, "beyond_key_limit");
    machine.post(POSTS, post("fr", "Nouveau")).await.expect(201);
    machine
        .delete(&format!("{POSTS}/{}", shelf.inside))
        .await
        .expect(403);
    let matrix = machine
        .get("/v1/admin/translation-matrix")
        .await
        .expect(200);
    assert_eq!(langs(&matrix, "/data"), ["fr"]);
    // What is public is everybody's.
    ada.publishes(&shelf.inside, "en").await;
    assert_eq!(machine.get("/v1/posts").await.expect(200).items().len(), 1);
});

on_both!(
    a_key_writes_what_all_languages_share_only_within_its_languages,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        for lang in ["en", "fr"] {
            ada.publishes(&shelf.inside, lang).await;
        }
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let mut limited = new(&["content:publish"]);
        limited["languages"] = json!(["fr"]);
        let (machine, _) = key(&app, limited).await;
        let inside = format!("{POSTS}/{}", shelf.inside);
        let tags = json!({ "tags": [tag] });
        let one = format!("{inside}/tags/{tag}?publish=shared");
        let refused = [
            machine
                .patch(&format!("{inside}?publish=shared"), tags.clone())
                .await,
            machine.patch(&inside, tags).await,
            machine.send(machine.request(Method::PUT, &one)).await,
            machine
                .send(machine.request(Method::PUT, &format!("{inside}/publication")))
                .await,
        ];
        for refused in refused {
            refused.expect_problem(403, "beyond_key_limit");
        }
        let seen = machine.get(&inside).await.expect(200);
        assert_eq!(seen.text("/data/translation/lang"), "fr");
        assert_eq!(seen.json.pointer("/data/translations/1"), None);
        machine
            .delete(&one)
            .await
            .expect_problem(403, "beyond_key_limit");
        let removed = machine.delete(&format!("{inside}/tags/{tag}")).await;
        assert!(removed.expect(204).headers.contains_key("etag"));
        let french = translation(&shelf.inside, "fr");
        let named = machine.get(&format!("{french}?include=translators")).await;
        named.expect(200);
        let english = translation(&shelf.inside, "en");
        for path in [
            format!("{english}?include=translators"),
            format!("{inside}/history?lang=en"),
        ] {
            machine.get(&path).await.expect(404);
        }
        let takedown = json!({ "reason": "error" });
        let request = machine.request(Method::DELETE, &format!("{english}/publication"));
        let refused = machine.send(request.set_json(takedown)).await;
        refused.expect_problem(403, "beyond_key_limit");
    }
);

on_both!(a_key_learns_nothing_of_other_languages, async |app| {
    let ada = app.editor("ada").await;
    let german = ada.writes("de", "Anfang").await;
    ada.translates(&german, "en", "Zebra").await;
    let english = ada.writes("en", "Middle").await;
    let mut limited = new(&["content:publish"]);
    limited["languages"] = json!(["en", "fr"]);
    let (machine, _) = key(&app, limited).await;
    let sorted = machine
        .get(&format!("{POSTS}?sort=title"))
        .await
        .expect(200);
    assert_eq!(sorted.column("id"), [&*english, &*german]);
    let missing = "/v1/admin/translations?state=missing&lang=fr";
    let missing = machine.get(missing).await.expect(200);
    assert_eq!(missing.column("post"), [&*english]);
    let shown = machine.get(&format!("{POSTS}/{german}")).await.expect(200);
    assert_eq!(shown.text("/data/translation/title"), "Zebra");
    for answer in [sorted, shown] {
        assert!(!answer.json.to_string().contains("Anfang"));
    }
    ada.delete(&format!("{POSTS}/{german}")).await.expect(204);
    machine
        .post(&format!("{POSTS}/{german}/restoration"), json!({}))
        .await
        .expect_problem(403, "beyond_key_limit");
});
