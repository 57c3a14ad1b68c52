//! The limits of keys by language and category.

mod languages;

use serde_json::json;

use super::{KEYS, key, new};
use crate::support::client::Client;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, post_with, translation,
};

/// Posts in English and French: one in Housing, one below it, one elsewhere; and one in English only.
struct Shelf {
    housing: String,
    other: String,
    inside: String,
    below: String,
    outside: String,
    english: String,
}

impl Shelf {
    async fn filled(ada: &Client) -> Self {
        let housing = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let mut child = named("en", "Rent");
        child["parent"] = housing.clone().into();
        let child = ada.makes(CATEGORIES, child).await;
        let other = ada.makes(CATEGORIES, named("en", "Water")).await;
        let mut posts = Vec::new();
        for (title, category) in [("Inside", &housing), ("Below", &child), ("Outside", &other)] {
            let body = post_with("en", title, json!({ "categories": [category] }));
            let id = ada.makes(POSTS, body).await;
            ada.translates(&id, "fr", &format!("{title} fr")).await;
            posts.push(id);
        }
        let body = post_with("en", "English", json!({ "categories": [housing] }));
        let english = ada.makes(POSTS, body).await;
        let [inside, below, outside] = posts.try_into().unwrap();
        Self {
            housing,
            other,
            inside,
            below,
            outside,
            english,
        }
    }
}

on_both!(
    a_key_sees_and_writes_only_inside_of_its_categories,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        let mut limited = new(&["content:publish"]);
        limited["categories"] = json!([shelf.housing]);
        let (machine, id) = key(&app, limited).await;
        let seen = machine.get(POSTS).await.expect(200);
        assert_eq!(
            seen.column("id"),
            [&*shelf.english, &*shelf.below, &*shelf.inside]
        );
        let work = machine
            .get("/v1/admin/translations?state=draft")
            .await
            .expect(200);
        assert!(!work.column("post").contains(&&*shelf.outside));
        for path in [
            "",
            "/history",
            "/translations/en",
            "/translations/en/revisions",
        ] {
            machine
                .get(&format!("{POSTS}/{}{path}", shelf.inside))
                .await
                .expect(200);
            machine
                .get(&format!("{POSTS}/{}{path}", shelf.outside))
                .await
                .expect(404);
        }
        machine
            .patch(&translation(&shelf.outside, "en"), json!({ "title": "X" }))
            .await
            .expect(404);
        let moved = json!({ "categories": [shelf.other] });
        let inside = format!("{POSTS}/{}", shelf.inside);
        let refused = machine
            .patch(&inside, moved.clone())
            .await
            .expect_problem(403, "beyond_key_limit");
        assert!(refused.text("/detail").contains("categories"));
        let both = json!({ "categories": [shelf.other, shelf.housing] });
        machine.patch(&inside, both).await.expect(200);
        machine
            .post(POSTS, post("en", "New"))
            .await
            .expect_problem(403, "beyond_key_limit");
        machine
            .post(POSTS, post_with("en", "New", moved))
            .await
            .expect(403);
        let right = post_with("en", "New", json!({ "categories": [shelf.housing] }));
        machine.post(POSTS, right).await.expect(201);
        // The category stays as long as a key is limited to it, and a merge takes the limit along.
        let target = ada.makes(CATEGORIES, named("en", "Homes")).await;
        let merge = format!("{CATEGORIES}/{}/merge", shelf.housing);
        ada.post(&merge, json!({ "into": target }))
            .await
            .expect(200);
        let boss = app.admin("boss").await;
        assert_eq!(
            boss.get(&format!("{KEYS}/{id}"))
                .await
                .at("/data/categories"),
            &json!([target])
        );
        let held = ada
            .delete(&format!("{CATEGORIES}/{target}"))
            .await
            .expect_problem(409, "in_use");
        assert!(held.text("/detail").contains("1 key."));
    }
);

on_both!(
    a_limited_key_changes_nothing_that_posts_share,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Bo" })).await;
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let mut in_category = new(&["content:publish"]);
        in_category["categories"] = json!([shelf.housing]);
        let mut in_language = new(&["content:publish"]);
        in_language["languages"] = json!(["en", "fr"]);
        let other = format!("{CATEGORIES}/{}", shelf.other);
        // The first two would bring the posts of another category inside.
        let changes = [
            ("PATCH", other.clone(), json!({ "parent": shelf.housing })),
            (
                "POST",
                format!("{other}/merge"),
                json!({ "into": shelf.housing }),
            ),
            ("POST", CATEGORIES.to_owned(), named("en", "New")),
            ("DELETE", other, json!(null)),
            ("POST", TAGS.to_owned(), named("en", "New")),
            ("PATCH", format!("{TAGS}/{tag}"), json!({})),
            ("POST", AUTHORS.to_owned(), json!({ "name": "New" })),
            ("DELETE", format!("{AUTHORS}/{author}"), json!(null)),
            ("POST", ORGANIZATIONS.to_owned(), json!({ "name": "New" })),
            (
                "PATCH",
                format!("{ORGANIZATIONS}/{organization}"),
                json!({ "name": "Other" }),
            ),
        ];
        for limited in [in_category, in_language] {
            let (machine, _) = key(&app, limited).await;
            let seen = machine.get(POSTS).await.items().len();
            for (method, path, body) in &changes {
                let answer = match *method {
                    "POST" => machine.post(path, body.clone()).await,
                    "PATCH" => machine.patch(path, body.clone()).await,
                    _ => machine.delete(path).await,
                };
                answer.expect_problem(403, "beyond_key_limit");
            }
            for list in [CATEGORIES, TAGS, AUTHORS, ORGANIZATIONS] {
                machine.get(list).await.expect(200);
            }
            assert_eq!(machine.get(POSTS).await.items().len(), seen);
        }
    }
);

on_both!(
    a_narrow_key_takes_nothing_from_outside_and_is_promised_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        let mut narrow = new(&["content:publish"]);
        narrow["languages"] = json!(["fr"]);
        narrow["categories"] = json!([shelf.housing]);
        let (machine, _) = key(&app, narrow).await;
        for fields in ["", "&fields=original_title"] {
            let list = format!("/v1/admin/translations?state=draft&sort=title{fields}");
            let lines = machine.get(&list).await.expect(200);
            assert_eq!(lines.column("original_title"), ["Below fr", "Inside fr"]);
        }
        for post in [&shelf.outside, &shelf.below] {
            ada.publishes(post, "fr").await;
            let slug = json!({ "slug": format!("new-{post}") });
            ada.patch(&translation(post, "fr"), slug).await.expect(200);
            ada.publishes(post, "fr").await;
        }
        let take = async |slug: &str| {
            let wanted = json!({ "slug": slug, "take_over": true });
            machine
                .patch(&translation(&shelf.inside, "fr"), wanted)
                .await
        };
        let refused = take("outside-fr").await;
        refused.expect_problem(403, "beyond_key_limit");
        take("below-fr").await.expect(200);
        let french = post_with("fr", "Seul", json!({ "categories": [shelf.housing] }));
        let french = ada.makes(POSTS, french).await;
        let featured = json!({ "featured": true });
        let path = format!("{POSTS}/{}", shelf.inside);
        let refused = machine.patch(&path, featured.clone()).await;
        refused.expect_problem(403, "beyond_key_limit");
        let seen = machine.get(&path).await.expect(200);
        assert_eq!(seen.at("/data/allowed_actions"), &json!([]));
        let changed = machine.patch(&format!("{POSTS}/{french}"), featured).await;
        let changed = changed.expect(200);
        assert_eq!(
            changed.at("/data/allowed_actions"),
            &json!(["edit", "delete"])
        );
    }
);
