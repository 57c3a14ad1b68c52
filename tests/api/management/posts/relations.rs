//! What posts refer to: kept in bylines, protected from deletion, and merged.

use serde_json::{Value, json};

use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with};

on_both!(a_byline_keeps_the_affiliation_of_its_time, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let lagos = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let accra = ada.makes(ORGANIZATIONS, json!({ "name": "Accra" })).await;
    let moves = json!({ "name": "Lin", "organization": lagos });
    let lin = ada.makes(AUTHORS, moves).await;
    let joins = ada.makes(AUTHORS, json!({ "name": "Kofi" })).await;
    let bylines = json!({ "authors": [{ "author": lin }, { "author": joins }] });
    let id = ada.issues_with("en", "Housing", bylines).await;
    for author in [&lin, &joins] {
        let moved = json!({ "organization": accra });
        ada.patch(&format!("{AUTHORS}/{author}"), moved)
            .await
            .expect(200);
    }
    let address = format!("{POSTS}/{id}");
    // Later changes of other members keep the affiliation, and so does sending the byline back.
    let sent_back = ada.get(&address).await.at("/data/authors").clone();
    for patch in [
        json!({ "featured": true }),
        json!({ "authors": [{ "author": lin }, { "author": joins }] }),
        json!({ "authors": sent_back }),
    ] {
        ada.patch(&address, patch).await.expect(200);
        ada.publishes(&id, "en").await;
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/authors/0/organization"), lagos);
        assert_eq!(read.at("/data/authors/1/organization"), &Value::Null);
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(read.text("/data/authors/0/organization/name"), "Lagos");
        assert_eq!(read.at("/data/authors/1/organization"), &Value::Null);
    }
    let new = post_with("en", "New", json!({ "authors": [{ "author": lin }] }));
    let new = ada.post(POSTS, new).await.expect(201);
    assert_eq!(new.text("/data/authors/0/organization"), accra);
    let alone = json!({ "authors": [{ "author": lin, "organization": null }] });
    let alone = ada.post(POSTS, post_with("en", "Alone", alone)).await;
    let alone = alone.expect(201);
    assert_eq!(alone.at("/data/authors/0/organization"), &Value::Null);
});

on_both!(what_posts_refer_to_cannot_be_deleted, async |app| {
    let ada = app.editor("ada").await;
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let more = json!({
        "authors": [{ "author": author, "organization": organization }],
        "categories": [category], "tags": [tag]
    });
    let id = ada.issues_with("en", "Housing", more).await;
    let things = [
        (ORGANIZATIONS, &organization),
        (AUTHORS, &author),
        (CATEGORIES, &category),
        (TAGS, &tag),
    ];
    for (list, thing) in things {
        let refused = ada.delete(&format!("{list}/{thing}")).await;
        let refused = refused.expect_problem(409, "in_use");
        let both = json!([{ "kind": "posts", "count": 1 }, { "kind": "publications", "count": 1 }]);
        assert_eq!(refused.at("/held_by"), &both, "{list}");
    }
    // The working copy has no references any more; the publication still protects them.
    let nothing = json!({ "authors": [], "categories": [], "tags": [] });
    ada.patch(&format!("{POSTS}/{id}"), nothing)
        .await
        .expect(200);
    for (list, thing) in things {
        let refused = ada.delete(&format!("{list}/{thing}")).await;
        let refused = refused.expect_problem(409, "in_use");
        let held_by = json!([{ "kind": "publications", "count": 1 }]);
        assert_eq!(refused.at("/held_by"), &held_by, "{list}");
    }
    ada.publishes(&id, "en").await;
    for (list, thing) in things.into_iter().rev() {
        ada.delete(&format!("{list}/{thing}")).await.expect(204);
    }
});

on_both!(
    merging_terms_moves_posts_and_publications_and_old_names_redirect,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (list, member) in [(TAGS, "tags"), (CATEGORIES, "categories")] {
            let old = ada.makes(list, named("en", &format!("Old {member}"))).await;
            let new = ada.makes(list, named("en", &format!("New {member}"))).await;
            let only = json!({ member: [old] });
            let only = ada.issues_with("en", &format!("Only {member}"), only).await;
            let both = json!({ member: [old, new] });
            let both = ada.issues_with("en", &format!("Both {member}"), both).await;
            let merge = format!("{list}/{old}/merge");
            let merged = ada.post(&merge, json!({ "into": new })).await;
            merged.expect(200);
            for id in [&only, &both] {
                let copy = ada.get(&format!("{POSTS}/{id}")).await;
                assert_eq!(copy.at(&format!("/data/{member}")), &json!([new]));
                let public = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
                let terms = public.at(&format!("/data/{member}")).as_array().unwrap();
                assert_eq!(terms.len(), 1);
                assert_eq!(terms[0]["id"], *new);
            }
            let filter = if member == "tags" { "tag" } else { "category" };
            let slug = format!("old-{member}");
            for name in [&old, &slug, &new, &old.to_uppercase()] {
                let list = anyone.get(&format!("/v1/posts?{filter}={name}")).await;
                assert_eq!(list.column("id"), [&*both, &*only], "{name}");
                if name != &new {
                    let led = anyone.get(&format!("/v1/{member}/{name}")).await;
                    let led = led.expect(308);
                    let target = format!("/v1/{member}/new-{member}?lang=en");
                    assert_eq!(led.header("location"), target);
                }
            }
            let refused = json!({ member: [old] });
            let refused = ada.post(POSTS, post_with("en", "X", refused)).await;
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(
                refused.faults(),
                [(&*format!("/{member}/0"), "unknown_reference")]
            );
        }
    }
);
