//! One byline, category or tag of a post is added or removed without naming the others.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, translation,
};

fn of(post: &str, list: &str, which: &str) -> String {
    format!("{POSTS}/{post}/{list}/{which}")
}

async fn read(client: &Client, post: &str) -> Answer {
    client.get(&format!("{POSTS}/{post}")).await.expect(200)
}

on_both!(
    a_tag_and_a_category_come_and_go_and_the_others_stay,
    async |app| {
        let ada = app.editor("ada").await;
        for (list, member) in [(TAGS, "tags"), (CATEGORIES, "categories")] {
            let mut terms = Vec::new();
            for name in ["Rent", "Water", "Air"] {
                terms.push(ada.makes(list, named("en", name)).await);
            }
            let [rent, water, air] = [0, 1, 2].map(|place: usize| terms[place].as_str());
            let more = json!({ member: [rent, water] });
            let id = ada.makes(POSTS, post_with("en", "Homes", more)).await;
            let ids = |answer: &Answer| answer.at(&format!("/data/{member}")).clone();
            let added = ada
                .put(&of(&id, member, air), Value::Null)
                .await
                .expect(200);
            assert_eq!(ids(&added), json!([rent, water, air]));
            let tag = added.header("etag").to_owned();
            assert_eq!(tag, read(&ada, &id).await.header("etag"));
            // Twice is once: neither a version nor a revision.
            let same = ada
                .put(&of(&id, member, "AIR"), json!({}))
                .await
                .expect(200);
            assert_eq!(same.header("etag"), tag);
            ada.delete(&of(&id, member, "Rent")).await.expect(204);
            ada.delete(&of(&id, member, rent)).await.expect(204);
            let left = read(&ada, &id).await;
            assert_eq!(ids(&left), json!([water, air]));
            let revisions = format!("{}/revisions", translation(&id, "en"));
            let revisions = ada.get(&revisions).await.expect(200);
            assert_eq!(revisions.items().len(), 3);
        }
    }
);

on_both!(
    a_removal_answers_with_the_version_of_the_post,
    async |app| {
        let ada = app.editor("ada").await;
        let iris = ada.makes(AUTHORS, json!({ "name": "Iris" })).await;
        let more = json!({
            "tags": [ada.makes(TAGS, named("en", "Rent")).await],
            "categories": [ada.makes(CATEGORIES, named("en", "Cities")).await],
            "authors": [{ "author": iris }],
        });
        let id = ada.makes(POSTS, post_with("en", "Homes", more)).await;
        let mut seen = read(&ada, &id).await.header("etag").to_owned();
        for (list, which) in [
            ("tags", "rent"),
            ("categories", "cities"),
            ("authors", "iris"),
        ] {
            let removal = ada.request(Method::DELETE, &of(&id, list, which));
            let removal = removal.insert_header((IF_MATCH, seen.clone()));
            let removed = ada.send(removal).await.expect(204);
            assert_ne!(removed.header("etag"), seen);
            seen = removed.header("etag").to_owned();
            assert_eq!(read(&ada, &id).await.header("etag"), seen);
            let again = ada.delete(&of(&id, list, which)).await.expect(204);
            assert_eq!(again.header("etag"), seen);
        }
        let removal = json!({ "method": "DELETE", "path": of(&id, "tags", "rent") });
        let batch = json!({ "operations": [removal] });
        let batch = ada.post("/v1/admin/batch", batch).await.expect(200);
        let result = json!({ "status": 204, "etag": seen });
        assert_eq!(batch.at("/data/results/0"), &result);
    }
);

on_both!(an_author_comes_and_goes_with_an_affiliation, async |app| {
    let ada = app.editor("ada").await;
    let council = ada.makes(ORGANIZATIONS, json!({ "name": "Council" })).await;
    let paper = ada.makes(ORGANIZATIONS, json!({ "name": "Paper" })).await;
    let iris = json!({ "name": "Iris", "organization": council });
    let iris = ada.makes(AUTHORS, iris).await;
    let tom = ada.makes(AUTHORS, json!({ "name": "Tom" })).await;
    let id = ada.writes("en", "Homes").await;
    ada.put(&of(&id, "authors", &iris), json!({ "role": " Mayor " }))
        .await
        .expect(200);
    let both = ada
        .put(&of(&id, "authors", "tom"), json!({ "organization": paper }))
        .await
        .expect(200);
    let line = |author: &str, organization: Value, role: Value| json!({ "author": author, "organization": organization, "role": role, "roles": {} });
    let first = line(&iris, json!(council), json!("Mayor"));
    let second = line(&tom, json!(paper), Value::Null);
    assert_eq!(both.at("/data/authors"), &json!([first, second]));
    // Absent members and the position stay.
    let same = ada.put(&of(&id, "authors", "iris"), json!({})).await;
    assert_eq!(same.expect(200).header("etag"), both.header("etag"));
    let change = json!({ "organization": null });
    let changed = ada
        .put(&of(&id, "authors", &iris), change)
        .await
        .expect(200);
    let first = line(&iris, Value::Null, json!("Mayor"));
    assert_eq!(changed.at("/data/authors"), &json!([first, second]));
    let change = json!({ "role": null, "organization": paper });
    let changed = ada
        .put(&of(&id, "authors", &iris), change)
        .await
        .expect(200);
    assert_eq!(changed.at("/data/authors/0/role"), &Value::Null);
    ada.delete(&of(&id, "authors", "iris")).await.expect(204);
    ada.delete(&of(&id, "authors", &iris)).await.expect(204);
    let left = read(&ada, &id).await;
    assert_eq!(left.at("/data/authors"), &json!([second]));
});

on_both!(what_does_not_exist_is_told_where_it_is_named, async |app| {
    let (ada, anna) = (app.editor("ada").await, app.author("anna").await);
    let id = ada.writes("en", "Homes").await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let iris = ada.makes(AUTHORS, json!({ "name": "Iris" })).await;
    let nobody = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
    for which in [nobody, "nope", "No-Pe", "%20", &id] {
        for list in ["tags", "categories", "authors"] {
            let path = of(&id, list, which);
            let told = ada.put(&path, json!({})).await;
            told.expect_problem(404, "not_found");
            ada.delete(&path).await.expect_problem(404, "not_found");
        }
    }
    let crossed = of(&id, "categories", &tag);
    ada.put(&crossed, json!({})).await.expect(404);
    let unknown = of(nobody, "tags", &tag);
    ada.put(&unknown, json!({})).await.expect(404);
    // Others do not see her post.
    let path = of(&id, "tags", &tag);
    anna.put(&path, Value::Null)
        .await
        .expect_problem(404, "not_found");
    let line = of(&id, "authors", &iris);
    let refused = ada.put(&line, json!({ "organization": nobody })).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/organization", "unknown_reference")]);
    let refused = ada.put(&line, json!({ "role": "" })).await;
    refused.expect_problem(422, "invalid_body");
    let refused = ada.put(&path, json!({ "a": 1 })).await;
    refused.expect_problem(422, "invalid_body");
    let request = ada.request(Method::PUT, &path);
    let stale = request.insert_header((IF_MATCH, "\"v9\""));
    ada.send(stale)
        .await
        .expect_problem(412, "precondition_failed");
    let request = ada.request(Method::DELETE, &path);
    let stale = request.insert_header((IF_MATCH, "\"v9\""));
    ada.send(stale)
        .await
        .expect_problem(412, "precondition_failed");
});

on_both!(
    a_slug_of_two_terms_means_that_of_the_posts_language,
    async |app| {
        let ada = app.editor("ada").await;
        let place = json!({ "translations": { "en": { "name": "Place" } } });
        let square =
            json!({ "translations": { "en": { "name": "Square" }, "fr": { "name": "Place" } } });
        let (place, square) = (ada.makes(TAGS, place).await, ada.makes(TAGS, square).await);
        let [english, french, german] = [
            ada.writes("en", "One").await,
            ada.writes("fr", "Deux").await,
            ada.writes("de", "Drei").await,
        ];
        for (post, tag) in [(english, place), (french, square)] {
            let put = ada.put(&of(&post, "tags", "place"), json!({})).await;
            assert_eq!(put.expect(200).at("/data/tags"), &json!([tag]));
        }
        let unclear = ada.put(&of(&german, "tags", "place"), json!({})).await;
        let unclear = unclear.expect_problem(409, "conflict");
        assert!(unclear.text("/detail").contains("use the id"), "{unclear}");
    }
);

on_both!(a_full_list_takes_no_more, async |app| {
    let ada = app.editor("ada").await;
    let make = |number: usize| json!({ "method": "POST", "path": TAGS, "body": named("en", &format!("Tag {number}")) });
    let mut tags = Vec::new();
    for from in [0, 100, 200] {
        let operations: Vec<Value> = (from..201.min(from + 100)).map(make).collect();
        let made = json!({ "operations": operations });
        let made = ada.post("/v1/admin/batch", made).await.expect(200);
        let results = made.at("/data/results").as_array().unwrap();
        tags.extend(results.iter().map(|one| one["body"]["data"]["id"].clone()));
    }
    let last = tags.pop().unwrap();
    let id = ada
        .makes(POSTS, post_with("en", "Full", json!({ "tags": tags })))
        .await;
    let path = of(&id, "tags", last.as_str().unwrap());
    ada.put(&path, Value::Null)
        .await
        .expect_problem(409, "conflict");
    ada.delete(&of(&id, "tags", "tag-7")).await.expect(204);
    ada.put(&path, json!({})).await.expect(200);
});
