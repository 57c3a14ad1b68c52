//! The history of a post: who changed what, for everybody who may read the post.

use actix_web::http::Method;
use serde_json::{Value, json};
use tribuna::operations::scheduler;

use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post_with, publication, translation};

fn history(post: &str, query: &str) -> String {
    format!("{POSTS}/{post}/history?{query}")
}

/// Returns `operation kind lang` of each entry, newest first.
fn summaries(list: &Answer) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let summary = |one: &Value| ["operation", "kind", "lang"].map(|member| text(&one[member]));
    let items = list.items().iter();
    items.map(|one| summary(one).join(" ")).collect()
}

on_both!(an_editor_sees_who_changed_what_in_a_post, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    let bob = app.author("bob").await;
    let id = bob.writes("en", "Housing").await;
    let other = ada.issues("en", "Other").await;
    let copy = translation(&id, "en");
    app.pass(60);
    bob.patch(&copy, json!({ "title": "Homes" }))
        .await
        .expect(200);
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let request = ada
        .request(Method::PUT, &publication(&id, "en"))
        .set_json(json!({ "unpublish_at": "2026-05-01T08:30:00Z" }))
        .insert_header(("X-Request-Id", "a-request-of-ada"))
        .peer_addr("203.0.113.7:4711".parse().unwrap());
    ada.send(request).await.expect(200);
    let tagged = format!("{POSTS}/{id}/tags/{tag}?publish=shared");
    ada.put(&tagged, json!({})).await.expect(200);
    ada.translates(&id, "fr", "Logement").await;
    let links = format!("{copy}/preview-links");
    ada.post(&links, json!({})).await.expect(201);
    let list = ada.get(&history(&id, "")).await.expect(200);
    let expected = [
        "create translation fr",
        "publish_shared post -",
        "update post -",
        "publish publication en",
        "update translation en",
        "create translation en",
        "create post -",
    ];
    assert_eq!(summaries(&list), expected);
    let shared = list.at("/data/1");
    assert_eq!(shared["before"], json!({ "tags": [] }));
    assert_eq!(shared["after"], json!({ "langs": ["en"], "tags": [tag] }));
    let saved = list.at("/data/4");
    let author = json!({ "kind": "user", "id": bob.user.unwrap().to_string(), "name": "bob" });
    assert_eq!(saved["actor"], author);
    assert_eq!(saved["before"]["title"], "Housing");
    assert_eq!(saved["after"]["title"], "Homes");
    assert_eq!(saved["entity"], id);
    for entry in list.items() {
        assert!(entry.get("address").is_none() && entry.get("request_id").is_none());
    }
    // Except for these two members, it is the audit trail.
    let audit = format!("/v1/admin/audit?entity={id}&limit=100");
    let audit = boss.get(&audit).await.expect(200);
    let mut entries = audit.items().to_vec();
    entries.retain(|one| one["kind"] != "preview_link");
    for entry in &mut entries {
        let members = entry.as_object_mut().unwrap();
        members.retain(|name, _| !["address", "request_id"].contains(&name.as_str()));
    }
    assert_eq!(list.items(), entries);
    // What the clock does is part of it.
    app.set_time("2026-05-01T09:00:00Z");
    scheduler::tick(&app.state.db, app.clock.now()).unwrap();
    let ended = ada.get(&history(&id, "limit=1")).await.expect(200);
    assert_eq!(ended.at("/data/0/actor/kind"), "clock");
    assert_eq!(summaries(&ended), ["unpublish publication en"]);
    let of_other = ada.get(&history(&other, "")).await.expect(200);
    assert_eq!(of_other.items().len(), 3);
});

on_both!(
    the_history_is_for_those_who_may_read_the_post,
    async |app| {
        let (ada, bob, cleo) = (
            app.editor("ada").await,
            app.author("bob").await,
            app.contributor("cleo").await,
        );
        let [of_ada, of_bob, of_cleo] = [
            ada.writes("en", "One").await,
            bob.writes("en", "Two").await,
            cleo.writes("en", "Three").await,
        ];
        let reads = async |who: &Client, post: &str| who.get(&history(post, "")).await;
        for post in [&of_ada, &of_bob, &of_cleo] {
            reads(&ada, post).await.expect(200);
            let moderator = app.moderator("mo").await;
            reads(&moderator, post)
                .await
                .expect_problem(403, "forbidden");
            app.anonymous()
                .get(&history(post, ""))
                .await
                .expect_problem(401, "unauthenticated");
        }
        for (who, own) in [(&bob, &of_bob), (&cleo, &of_cleo)] {
            let own = reads(who, own).await.expect(200);
            assert_eq!(summaries(&own), ["create translation en", "create post -"]);
            reads(who, &of_ada).await.expect_problem(404, "not_found");
        }
        // It is there in the trash, and no longer after that.
        let (address, boss) = (format!("{POSTS}/{of_ada}"), app.admin("boss").await);
        ada.delete(&address).await.expect(204);
        let trashed = reads(&ada, &of_ada).await.expect(200);
        assert_eq!(summaries(&trashed)[0], "delete post -");
        let forever = format!("{address}?permanent=true");
        boss.delete(&forever).await.expect(204);
        reads(&ada, &of_ada).await.expect_problem(404, "not_found");
    }
);

on_both!(the_history_has_pages_and_filters, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.issues("en", "Housing").await;
    ada.translates(&id, "fr", "Logement").await;
    ada.publishes(&id, "fr").await;
    let all = ada.get(&history(&id, "count=true")).await.expect(200);
    let all_at_once = summaries(&all);
    assert_eq!(all.at("/page/total"), 5);
    let mut walked = Vec::new();
    let mut next = history(&id, "limit=2");
    loop {
        let page = ada.get(&next).await.expect(200);
        walked.extend(summaries(&page));
        match page.at("/page/next").as_str() {
            Some(address) => next = address.to_owned(),
            None => break,
        }
    }
    assert_eq!(walked, all_at_once);
    for (query, expected) in [
        (
            "lang=fr",
            vec!["publish publication fr", "create translation fr"],
        ),
        (
            "lang=FR,de&operation=publish",
            vec!["publish publication fr"],
        ),
        (
            "operation=create&lang=en&lang=fr",
            vec!["create translation fr", "create translation en"],
        ),
        ("after=2026-05-02", vec![]),
    ] {
        let list = ada.get(&history(&id, query)).await.expect(200);
        assert_eq!(summaries(&list), expected, "{query}");
    }
    let sparse = ada
        .get(&history(&id, "fields=operation,actor.name&limit=1"))
        .await;
    let expected = json!({ "operation": "publish", "actor": { "name": "ada" } });
    assert_eq!(sparse.expect(200).at("/data/0"), &expected);
});

on_both!(a_shared_publication_says_what_the_public_saw, async |app| {
    let ada = app.editor("ada").await;
    let [rent, air] = [
        ada.makes(TAGS, named("en", "Rent")).await,
        ada.makes(TAGS, named("en", "Air")).await,
    ];
    let shared = json!({ "tags": [rent], "licence": "CC0-1.0" });
    let id = ada.makes(POSTS, post_with("en", "Housing", shared)).await;
    ada.publishes(&id, "en").await;
    ada.translates(&id, "fr", "Logement").await;
    let address = format!("{POSTS}/{id}");
    let published = format!("{address}/publication");
    // The French text is published with other tags than the English one has.
    ada.patch(&address, json!({ "tags": [air, rent] }))
        .await
        .expect(200);
    ada.publishes(&id, "fr").await;
    ada.patch(&address, json!({ "licence": "CC-BY-4.0" }))
        .await
        .expect(200);
    ada.put(&published, Value::Null).await.expect(200);
    let newest = async || {
        let list = ada
            .get(&history(&id, "operation=publish_shared&limit=1"))
            .await;
        list.expect(200).at("/data/0").clone()
    };
    let entry = newest().await;
    assert_eq!(
        entry["before"],
        json!({ "licence": "CC0-1.0", "tags": [rent] })
    );
    let after = json!({ "langs": ["en", "fr"], "licence": "CC-BY-4.0", "tags": [air, rent] });
    assert_eq!(entry["after"], after);
    // In one step.
    let change = json!({ "featured": true });
    ada.patch(&format!("{address}?publish=shared"), change)
        .await
        .expect(200);
    let entry = newest().await;
    assert_eq!(entry["before"], json!({ "featured": false }));
    assert_eq!(
        entry["after"],
        json!({ "featured": true, "langs": ["en", "fr"] })
    );
    // What was changed there and back leaves nothing to publish.
    ada.patch(&address, json!({ "tags": [] })).await.expect(200);
    ada.patch(&address, json!({ "tags": [air, rent] }))
        .await
        .expect(200);
    let keeping = app.keeping().await;
    let modified = async || {
        keeping.catches_up().await;
        let at = keeping.clock.now();
        let read = format!("/v1/posts?published_before={at}");
        let read = keeping.anonymous().get(&read).await.expect(200);
        read.header("last-modified").to_owned()
    };
    app.pass(60);
    let first = modified().await;
    app.pass(60);
    ada.put(&published, Value::Null).await.expect(200);
    assert_eq!(newest().await, entry);
    app.pass(60);
    assert_eq!(modified().await, first);
    let copy = ada.get(&translation(&id, "en")).await.expect(200);
    assert_eq!(copy.at("/data/has_unpublished_changes"), false);
});
