//! What all languages of a post share is published by itself: in every language at once, and no text with it.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, POSTS, TAGS, named, post_with, publication, text, translation,
};

fn shared(post: &str) -> String {
    format!("{POSTS}/{post}/publication")
}

async fn public(client: &Client, post: &str, lang: &str) -> Answer {
    let path = format!("/v1/posts/{post}?lang={lang}");
    client.get(&path).await.expect(200)
}

async fn revisions(client: &Client, post: &str, lang: &str) -> usize {
    let list = format!("{}/revisions", translation(post, lang));
    client.get(&list).await.expect(200).items().len()
}

/// Everything that all languages share, other than a new post has it.
async fn properties(ada: &Client) -> Value {
    let author = json!({ "name": "Iris" });
    json!({
        "authors": [{ "author": ada.makes(AUTHORS, author).await, "role": "Mayor" }],
        "categories": [ada.makes(CATEGORIES, named("en", "Cities")).await],
        "tags": [ada.makes(TAGS, named("en", "Rent")).await],
        "featured": true, "licence": "CC0-1.0", "canonical_url": "https://first.example/homes",
    })
}

fn assert_shows(read: &Answer, properties: &Value) {
    for (ours, theirs) in [
        ("/authors/0/author", "/data/authors/0/id"),
        ("/authors/0/role", "/data/authors/0/role"),
        ("/categories/0", "/data/categories/0/id"),
        ("/tags/0", "/data/tags/0/id"),
        ("/featured", "/data/featured"),
        ("/licence", "/data/licence"),
        ("/canonical_url", "/data/canonical_url"),
    ] {
        assert_eq!(properties.pointer(ours), Some(read.at(theirs)), "{theirs}");
    }
}

on_both!(
    every_live_language_shows_it_and_no_text_is_published,
    async |app| {
        let (ada, anna, anyone) = (
            app.editor("ada").await,
            app.author("anna").await,
            app.anonymous(),
        );
        let id = anna.writes("en", "Homes").await;
        ada.translates(&id, "fr", "Logements").await;
        ada.translates(&id, "es", "Casas").await;
        for lang in ["en", "fr"] {
            ada.publishes(&id, lang).await;
        }
        let title = |title: &str| json!({ "title": title });
        let english = translation(&id, "en");
        ada.patch(&english, title("Half a sen")).await.expect(200);
        let french = translation(&id, "fr");
        ada.patch(&french, title("Autres logements"))
            .await
            .expect(200);
        anna.put(&format!("{french}/submission"), json!({}))
            .await
            .expect(200);
        let new = properties(&ada).await;
        let whole = format!("{POSTS}/{id}");
        ada.patch(&whole, new.clone()).await.expect(200);
        let before = public(&anyone, &id, "en").await;
        assert_eq!(before.at("/data/tags"), &json!([]));
        let counts = (
            revisions(&ada, &id, "en").await,
            revisions(&ada, &id, "fr").await,
        );
        app.pass(60);
        let read = ada.get(&whole).await.expect(200);
        let actions = read.at("/data/allowed_actions").clone();
        assert_eq!(actions, json!(["edit", "publish_shared", "delete"]));
        let done = ada.put(&shared(&id), json!({})).await.expect(200);
        assert_ne!(done.header("etag"), read.header("etag"));
        for (lang, title) in [("en", "Homes"), ("fr", "Logements")] {
            let read = public(&anyone, &id, lang).await;
            assert_shows(&read, &new);
            assert_eq!(read.text("/data/title"), title);
            for member in ["body", "slug", "published_at", "updated_at"] {
                let member = format!("/data/{member}");
                if lang == "en" {
                    assert_eq!(read.at(&member), before.at(&member));
                }
            }
        }
        anyone
            .get(&format!("/v1/posts/{id}?lang=es"))
            .await
            .expect(404);
        let after = (
            revisions(&ada, &id, "en").await,
            revisions(&ada, &id, "fr").await,
        );
        assert_eq!(after, counts);
        for (path, status, has_changes) in
            [(&english, "published", true), (&french, "submitted", true)]
        {
            let copy = ada.get(path).await.expect(200);
            assert_eq!(copy.text("/data/status"), status);
            assert_eq!(copy.at("/data/has_unpublished_changes"), has_changes);
            assert_eq!(copy.at("/data/publication/revision"), 1);
        }
        // Twice is once.
        let same = ada.put(&shared(&id), Value::Null).await.expect(200);
        assert_eq!(same.json, done.json);
        assert_eq!(same.header("etag"), done.header("etag"));
        let boss = app.admin("boss").await;
        let log = format!("/v1/admin/audit?entity={id}&operation=publish_shared");
        let log = boss.get(&log).await.expect(200);
        assert_eq!(log.items().len(), 1);
        assert_eq!(log.at("/data/0/kind"), "post");
        assert_eq!(log.at("/data/0/after/langs"), &json!(["en", "fr"]));
        assert_eq!(log.at("/data/0/after/tags"), &new["tags"]);
    }
);

on_both!(
    the_working_copy_differs_no_more_if_its_text_is_public,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.issues("en", "Homes").await;
        let copy = async || ada.get(&translation(&id, "en")).await.expect(200);
        let whole = format!("{POSTS}/{id}");
        ada.patch(&whole, json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        let differs = copy().await;
        assert_eq!(differs.at("/data/has_unpublished_changes"), true);
        ada.put(&shared(&id), json!({})).await.expect(200);
        let same = copy().await;
        assert_ne!(same.header("etag"), differs.header("etag"));
        assert_eq!(same.at("/data/has_unpublished_changes"), false);
        assert_eq!(same.at("/data/revision"), 2);
        // The same text is in both revisions; the later one has what is public.
        assert_eq!(same.at("/data/publication/revision"), 2);
        let published = format!("{whole}?publish=shared");
        ada.patch(&published, json!({ "licence": "CC-BY-4.0" }))
            .await
            .expect(200);
        let still = copy().await;
        assert_eq!(still.header("etag"), same.header("etag"));
        assert_eq!(still.json, same.json);
        assert_eq!(revisions(&ada, &id, "en").await, 2);
        // A text that is saved again, and one that is published again, adds none either.
        ada.put(&translation(&id, "en"), text("Homes"))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        assert_eq!(revisions(&ada, &id, "en").await, 2);
        // Back to what the last revision recorded: that is a change, too.
        ada.patch(&whole, json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        assert_eq!(copy().await.at("/data/has_unpublished_changes"), true);
        assert_eq!(revisions(&ada, &id, "en").await, 3);
        ada.publishes(&id, "en").await;
        assert_eq!(copy().await.at("/data/has_unpublished_changes"), false);
    }
);

on_both!(
    a_change_that_is_taken_back_leaves_nothing_to_publish,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.issues("en", "Homes").await;
        let whole = format!("{POSTS}/{id}");
        let licence = ada.get(&whole).await.at("/data/licence").clone();
        let licensed = async |licence: Value| {
            let changed = ada.patch(&whole, json!({ "licence": licence })).await;
            changed.expect(200)
        };
        let differs = licensed(json!("CC0-1.0")).await;
        assert_eq!(differs.at("/data/has_unpublished_changes"), true);
        let back = licensed(licence.clone()).await;
        assert_eq!(back.at("/data/has_unpublished_changes"), false);
        let copy = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(copy.at("/data/has_unpublished_changes"), false);
        ada.put(&shared(&id), json!({})).await.expect(200);
        assert_eq!(ada.get(&whole).await.header("etag"), back.header("etag"));
        // A change after one that was taken back differs from all publications, also from one of the change between.
        licensed(json!("CC0-1.0")).await;
        ada.translates(&id, "fr", "Logements").await;
        ada.publishes(&id, "fr").await;
        licensed(licence).await;
        licensed(json!("MIT")).await;
        for lang in ["en", "fr"] {
            let copy = ada.get(&translation(&id, lang)).await.expect(200);
            assert_eq!(copy.at("/data/has_unpublished_changes"), true, "{lang}");
        }
    }
);

on_both!(a_change_is_public_at_once_with_the_switch, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.issues("en", "Homes").await;
    ada.translates(&id, "fr", "Logements").await;
    ada.publishes(&id, "fr").await;
    let approved = translation(&id, "fr");
    ada.patch(&approved, json!({ "title": "Approuvé" }))
        .await
        .expect(200);
    let eve = app.editor("eve").await;
    ada.put(&format!("{approved}/submission"), json!({}))
        .await
        .expect(200);
    eve.put(
        &format!("{approved}/review"),
        json!({ "verdict": "approved" }),
    )
    .await
    .expect(200);
    let keeping = app.keeping().await;
    let reader = keeping.anonymous();
    let new = properties(&ada).await;
    let tag = new["tags"][0].as_str().unwrap();
    let lists = [
        format!("/v1/posts?tag={tag}"),
        "/v1/posts?category=cities&lang=fr".to_owned(),
        "/v1/posts?author=iris&lang=en".to_owned(),
        "/v1/posts?featured=true".to_owned(),
    ];
    for list in &lists {
        assert!(
            reader.get(list).await.expect(200).items().is_empty(),
            "{list}"
        );
    }
    let path = format!("{POSTS}/{id}?publish=shared");
    let done = ada.patch(&path, new.clone()).await.expect(200);
    assert_eq!(done.at("/data/tags"), &new["tags"]);
    keeping.catches_up().await;
    for list in &lists {
        let found = reader.get(list).await.expect(200);
        assert_eq!(found.items().len(), 1, "{list}");
    }
    for lang in ["en", "fr"] {
        assert_shows(&public(&reader, &id, lang).await, &new);
        assert_shows(&public(&anyone, &id, lang).await, &new);
    }
    let facets = "/v1/posts/facets?lang=fr";
    let facets = anyone.get(facets).await;
    assert!(facets.to_string().contains(tag), "{facets}");
    // No revision, and the approval stays.
    assert_eq!(revisions(&ada, &id, "fr").await, 2);
    let copy = ada.get(&approved).await.expect(200);
    assert_eq!(copy.text("/data/status"), "approved");
    // One by one, with the same switch.
    let tag = format!("{POSTS}/{id}/tags/rent?publish=shared");
    ada.delete(&tag).await.expect(204);
    let author = format!("{POSTS}/{id}/authors/iris?publish=shared");
    ada.put(&author, json!({ "role": "Poet" }))
        .await
        .expect(200);
    let read = public(&anyone, &id, "fr").await;
    assert_eq!(read.at("/data/tags"), &json!([]));
    assert_eq!(read.text("/data/authors/0/role"), "Poet");
    keeping.catches_up().await;
    assert!(reader.get(&lists[0]).await.expect(200).items().is_empty());
    assert_eq!(revisions(&ada, &id, "en").await, 1);
});

on_both!(
    what_is_planned_does_not_bring_former_properties_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Homes").await;
        ada.translates(&id, "fr", "Logements").await;
        let later = json!({ "publish_at": "2026-05-03T08:00:00Z" });
        ada.patch(&translation(&id, "en"), json!({ "title": "Houses" }))
            .await
            .expect(200);
        ada.schedules(&id, "en", later.clone()).await;
        ada.schedules(&id, "fr", later).await;
        let new = properties(&ada).await;
        let path = format!("{POSTS}/{id}?publish=shared");
        ada.patch(&path, new.clone()).await.expect(200);
        let read = public(&anyone, &id, "en").await;
        assert_eq!(read.text("/data/title"), "Homes");
        assert_shows(&read, &new);
        app.set_time("2026-05-03T08:00:00Z");
        let read = public(&anyone, &id, "en").await;
        assert_eq!(read.text("/data/title"), "Houses");
        assert_shows(&read, &new);
        assert_shows(&public(&anyone, &id, "fr").await, &new);
        let list = format!("/v1/posts?tag={}&lang=fr", new["tags"][0].as_str().unwrap());
        assert_eq!(anyone.get(&list).await.expect(200).items().len(), 1);
        let publication = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(publication.at("/data/revision"), 2);
    }
);

on_both!(
    editors_publish_it_where_there_is_a_publication,
    async |app| {
        let (ada, anna) = (app.editor("ada").await, app.author("anna").await);
        let (boss, carl) = (app.admin("boss").await, app.contributor("carl").await);
        let id = anna.writes("en", "Homes").await;
        let (whole, path) = (format!("{POSTS}/{id}"), shared(&id));
        let switch = format!("{whole}?publish=shared");
        let licence = json!({ "licence": "CC0-1.0" });
        ada.put(&path, json!({}))
            .await
            .expect_problem(409, "not_published");
        ada.patch(&switch, licence.clone())
            .await
            .expect_problem(409, "not_published");
        let read = ada.get(&whole).await.expect(200);
        assert_eq!(read.at("/data/licence"), &Value::Null);
        assert_eq!(read.at("/data/allowed_actions"), &json!(["edit", "delete"]));
        ada.publishes(&id, "en").await;
        anna.put(&path, json!({}))
            .await
            .expect_problem(403, "forbidden");
        anna.patch(&switch, licence.clone())
            .await
            .expect_problem(403, "forbidden");
        anna.patch(&whole, licence.clone()).await.expect(200);
        let hers = anna.get(&whole).await.expect(200);
        assert_eq!(hers.at("/data/allowed_actions"), &json!(["edit"]));
        carl.patch(&switch, licence.clone())
            .await
            .expect_problem(404, "not_found");
        let nowhere = shared("0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11");
        ada.put(&nowhere, json!({}))
            .await
            .expect_problem(404, "not_found");
        ada.put(&path, json!({ "revision": 1 }))
            .await
            .expect_problem(422, "invalid_body");
        ada.patch(&format!("{whole}?publish=all"), licence)
            .await
            .expect_problem(400, "invalid_parameter");
        let stale = ada.request(Method::PUT, &path);
        let stale = stale.insert_header((IF_MATCH, "\"v1\""));
        ada.send(stale)
            .await
            .expect_problem(412, "precondition_failed");
        let seen = ada.request(Method::PUT, &path);
        let seen = seen.insert_header((IF_MATCH, hers.header("etag").to_owned()));
        ada.send(seen).await.expect(200);
        ada.delete(&whole).await.expect(204);
        ada.put(&path, json!({}))
            .await
            .expect_problem(409, "post_in_trash");
        let trashed = boss.get(&whole).await.expect(200);
        let actions = json!(["restore", "purge"]);
        assert_eq!(trashed.at("/data/allowed_actions"), &actions);
    }
);

on_both!(
    a_hundred_posts_are_retagged_and_public_in_one_batch,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let batch = async |operations: Vec<Value>| {
            let body = json!({ "operations": operations });
            let call = ada.post("/v1/admin/batch", body);
            let (answer, statements) = app.watched(call).await;
            let answer = answer.expect(200);
            let results = answer.at("/data/results").as_array().unwrap().clone();
            for result in &results {
                let status = result["status"].as_u64().unwrap();
                assert!(status < 300, "{result}");
            }
            (results, statements.len())
        };
        let make = |number: usize| json!({ "method": "POST", "path": POSTS, "body": post_with("en", &format!("Post {number}"), json!({})) });
        let (made, _) = batch((0..100).map(make).collect()).await;
        let ids: Vec<String> = made
            .iter()
            .map(|one| one["body"]["data"]["id"].as_str().unwrap().to_owned())
            .collect();
        let publish =
            |id: &String| json!({ "method": "PUT", "path": publication(id, "en"), "body": {} });
        batch(ids.iter().map(publish).collect()).await;
        let half = |id: &String| json!({ "method": "PATCH", "path": translation(id, "en"), "body": { "title": "Half" } });
        batch(ids.iter().map(half).collect()).await;
        let retag = |id: &String| json!({ "method": "PUT", "path": format!("{POSTS}/{id}/tags/{tag}?publish=shared") });
        let (_, statements) = batch(ids.iter().map(retag).collect()).await;
        assert!(statements <= 100 * 12, "{statements} statements");
        let list = format!("/v1/posts?tag={tag}&count=true&limit=100");
        let list = anyone.get(&list).await.expect(200);
        assert_eq!(list.at("/page/total"), 100);
        assert!(
            list.column("title")
                .iter()
                .all(|title| title.starts_with("Post "))
        );
        assert_eq!(revisions(&ada, &ids[0], "en").await, 2);
        let again = |id: &String| json!({ "method": "PUT", "path": shared(id) });
        let (_, statements) = batch(ids.iter().map(again).collect()).await;
        assert!(statements <= 100 * 3, "{statements} statements for nothing");
    }
);
