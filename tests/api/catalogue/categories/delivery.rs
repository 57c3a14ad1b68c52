//! Categories as readers see them, and the lists of their posts.

use serde_json::json;

use super::{ALL, category};
use crate::support::client::Client;

on_both!(
    the_public_lists_categories_in_any_order_there_and_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let list = "/v1/categories";
        let made = ["Zoning", "École", "ecology", "Ecology", "Parks"];
        let mut ids = Vec::new();
        for name in made {
            ids.push(category(&ada, name, ids.first().map(String::as_str)).await);
            app.pass(60);
        }
        anyone.finds_in_order(list, "created_at", &made).await;
        let sorted = ["École", "ecology", "Ecology", "Parks", "Zoning"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let address = format!("{ALL}/{}", ids[1]);
        let translated =
            json!({ "translations": { "fr": { "name": "Zut" }, "en": { "name": "School" } } });
        ada.patch(&address, translated).await.expect(200);
        let sorted = ["ecology", "Ecology", "Parks", "School", "Zoning"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let sorted = ["ecology", "Ecology", "Parks", "Zoning", "Zut"];
        let french = "/v1/categories?lang=fr-CA&fallback=fr";
        anyone.finds_in_order(french, "name", &sorted).await;
        // A term that loses its original language takes the next one as its original.
        ada.patch(&address, json!({ "translations": { "en": null } }))
            .await
            .expect(200);
        anyone.finds_in_order(list, "name", &sorted).await;
        let updated = ["Zoning", "ecology", "Ecology", "Parks", "Zut"];
        anyone.finds_in_order(list, "updated_at", &updated).await;
        let late = anyone.get("/v1/categories?updated_after=2026-05-01T08:05:00Z");
        assert_eq!(late.await.expect(200).column("name"), ["Zut"]);
        let early = anyone.get("/v1/categories?updated_before=2026-05-01T08:03:00Z&sort=name");
        assert_eq!(
            early.await.expect(200).column("name"),
            ["ecology", "Zoning"]
        );
    }
);

on_both!(
    a_category_is_answered_with_the_fields_asked_for,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let top = category(&ada, "Top", None).await;
        let middle = category(&ada, "Middle", Some(&top)).await;
        category(&ada, "Bottom", Some(&middle)).await;
        for path in ["/v1/categories?q=middle", "/v1/categories/middle?lang=en"] {
            for (fields, expected) in [
                ("name", json!({ "name": "Middle" })),
                ("parent.name", json!({ "parent": { "name": "Top" } })),
                (
                    "ancestors.slug,children.name,post_count",
                    json!({ "ancestors": [{ "slug": "top" }], "children": [{ "name": "Bottom" }], "post_count": 0 }),
                ),
                (
                    "position,translations.name",
                    json!({ "position": 0, "translations": [{ "name": "Middle" }] }),
                ),
            ] {
                let path = format!("{path}&fields={fields}");
                let read = anyone.get(&path).await.expect(200);
                let item = read.json.pointer("/data/0").unwrap_or(read.at("/data"));
                assert_eq!(item, &expected, "{path}");
            }
        }
    }
);

/// For each of these categories: the number of posts in it, counted in two ways, and their titles.
async fn posts_by_category(reader: &Client, slugs: &[&str]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for slug in slugs {
        let posts = format!("/v1/posts?category={slug}&count=true&sort=title");
        let posts = reader.get(&posts).await.expect(200);
        let titles: Vec<String> = posts
            .column("title")
            .iter()
            .map(|title| (*title).to_owned())
            .collect();
        assert_eq!(posts.at("/page/total"), titles.len(), "{slug}");
        let read = reader
            .get(&format!("/v1/categories/{slug}"))
            .await
            .expect(200);
        assert_eq!(read.at("/data/post_count"), titles.len(), "{slug}");
        all.push(titles);
    }
    all
}

on_both!(
    all_posts_of_a_category_move_with_it_immediately,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let town = category(&ada, "Town", None).await;
        let land = category(&ada, "Land", None).await;
        let homes = category(&ada, "Homes", Some(&town)).await;
        let rent = category(&ada, "Rent", Some(&homes)).await;
        let village = category(&ada, "Village", Some(&land)).await;
        for (title, categories) in [
            ("A", vec![&rent]),
            ("B", vec![&homes, &village]),
            ("C", vec![&town, &rent]),
            ("D", vec![&land]),
        ] {
            ada.issues_with("en", title, json!({ "categories": categories }))
                .await;
        }
        let slugs = ["town", "land", "homes", "rent", "village"];
        let expect = async |expected: [&[&str]; 5]| {
            assert_eq!(posts_by_category(&reader, &slugs).await, expected);
        };
        let at = |id: &str| format!("{ALL}/{id}");
        expect([
            &["A", "B", "C"],
            &["B", "D"],
            &["A", "B", "C"],
            &["A", "C"],
            &["B"],
        ])
        .await;
        ada.patch(&at(&homes), json!({ "parent": village }))
            .await
            .expect(200);
        let moved: [&[&str]; 5] = [
            &["C"],
            &["A", "B", "C", "D"],
            &["A", "B", "C"],
            &["A", "C"],
            &["A", "B", "C"],
        ];
        expect(moved).await;
        ada.patch(&at(&homes), json!({ "parent": null }))
            .await
            .expect(200);
        let alone: [&[&str]; 5] = [&["C"], &["B", "D"], &["A", "B", "C"], &["A", "C"], &["B"]];
        expect(alone).await;
        // A change of other members does not move the category.
        ada.patch(&at(&homes), json!({ "position": 3 }))
            .await
            .expect(200);
        expect(alone).await;
        let put = json!({ "translations": { "en": { "name": "Rent" } }, "parent": land });
        ada.put(&at(&rent), put).await.expect(200);
        expect([&["C"], &["A", "B", "C", "D"], &["B"], &["A", "C"], &["B"]]).await;
    }
);

on_both!(
    the_posts_of_a_merged_category_are_in_the_survivor_at_once,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let town = category(&ada, "Town", None).await;
        let homes = category(&ada, "Homes", Some(&town)).await;
        let rent = category(&ada, "Rent", Some(&homes)).await;
        let land = category(&ada, "Land", None).await;
        let village = category(&ada, "Village", Some(&land)).await;
        for (title, categories) in [
            ("A", vec![&rent]),
            ("B", vec![&homes]),
            ("C", vec![&homes, &village]),
            ("D", vec![&town, &rent]),
            ("E", vec![&village]),
        ] {
            ada.issues_with("en", title, json!({ "categories": categories }))
                .await;
        }
        let slugs = ["town", "rent", "land", "village"];
        let expected = [
            &["A", "B", "C", "D"][..],
            &["A", "D"],
            &["C", "E"],
            &["C", "E"],
        ];
        assert_eq!(posts_by_category(&reader, &slugs).await, expected);
        ada.post(&format!("{ALL}/{homes}/merge"), json!({ "into": village }))
            .await
            .expect(200);
        let all = ["A", "B", "C", "D", "E"];
        let expected = [&["D"][..], &["A", "D"], &all, &all];
        assert_eq!(posts_by_category(&reader, &slugs).await, expected);
        // The former slug and the id of a merged category still filter by the survivor.
        for name in ["homes", &homes] {
            let list = format!("/v1/posts?category={name}&sort=title");
            let list = reader.get(&list).await.expect(200);
            assert_eq!(list.column("title"), all, "{name}");
        }
        // A merge into the parent removes only the level.
        ada.post(&format!("{ALL}/{village}/merge"), json!({ "into": land }))
            .await
            .expect(200);
        let expected = [&["D"][..], &["A", "D"], &all];
        assert_eq!(posts_by_category(&reader, &slugs[..3]).await, expected);
    }
);
