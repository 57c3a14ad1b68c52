//! Categories: the tree. Features that they share with tags are tested in `tags`.

mod delivery;

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::published::Published;

const ALL: &str = "/v1/admin/categories";

/// Creates a category and returns its id.
async fn category(editor: &Client, name: &str, parent: Option<&str>) -> String {
    let body = json!({ "translations": { "en": { "name": name } }, "parent": parent });
    editor.post(ALL, body).await.expect(201).id()
}

/// The names in an array of categories, in order.
fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

on_both!(a_whole_number_may_be_written_as_a_float, async |app| {
    let ada = app.editor("ada").await;
    let id = category(&ada, "Rights", None).await;
    let patched = async |position: &str| {
        let request = ada.request(Method::PATCH, &format!("{ALL}/{id}"));
        let request = request.insert_header((CONTENT_TYPE, "application/json"));
        let body = format!(r#"{{ "position": {position} }}"#);
        ada.send(request.set_payload(body)).await
    };
    for (written, position) in [("3.0", 3), ("2e1", 20), ("0.0", 0), ("-0.0", 0)] {
        let answer = patched(written).await.expect(200);
        assert_eq!(answer.at("/data/position"), position, "{written}");
    }
    for written in ["3.5", "1e-1"] {
        let refused = patched(written).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/position", "wrong_type")], "{written}");
    }
});

on_both!(a_category_is_made_and_read_back_the_same, async |app| {
    let ada = app.editor("ada").await;
    let top = category(&ada, "Rights", None).await;
    let body = json!({ "translations": { "fr": { "name": "Logement" }, "en": { "name": "Housing" } }, "parent": top, "position": 7 });
    let made = ada.post(ALL, body).await.expect(201);
    assert_eq!(made.text("/data/parent"), top);
    assert_eq!(made.at("/data/position"), 7);
    let address = format!("{ALL}/{}", made.id());
    assert_eq!(ada.get(&address).await.expect(200).body, made.body);
    let patched = ada
        .patch(&address, json!({ "position": null }))
        .await
        .expect(200);
    assert_eq!(patched.at("/data/position"), 0);
    assert_eq!(patched.text("/data/parent"), top);
    let patched = ada
        .patch(&address, json!({ "parent": null }))
        .await
        .expect(200);
    assert_eq!(patched.at("/data/parent"), &Value::Null);
    let put = json!({ "translations": { "fr": { "name": "Logement" } }, "parent": top });
    let put = ada.put(&address, put).await.expect(200);
    assert_eq!(put.text("/data/parent"), top);
    let put = json!({ "translations": { "fr": { "name": "Logement" } } });
    assert_eq!(
        ada.put(&address, put).await.expect(200).at("/data/parent"),
        &Value::Null
    );
    let refused = ada
        .patch(&address, json!({ "position": -1, "parent": "top" }))
        .await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/parent", "wrong_format"), ("/position", "too_small")]
    );
});

on_both!(a_parent_must_be_a_category, async |app| {
    let ada = app.editor("ada").await;
    let tag = json!({ "translations": { "en": { "name": "A tag" } } });
    let tag = ada.post("/v1/admin/tags", tag).await.expect(201).id();
    let id = category(&ada, "Housing", None).await;
    for parent in ["0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11", &tag] {
        let body = json!({ "translations": { "en": { "name": "Homes" } }, "parent": parent });
        let refused = ada
            .post(ALL, body)
            .await
            .expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/parent", "unknown_reference")]);
        let refused = ada
            .patch(&format!("{ALL}/{id}"), json!({ "parent": parent }))
            .await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/parent", "unknown_reference")]);
    }
    assert_eq!(ada.get(ALL).await.items().len(), 1);
});

on_both!(a_category_never_becomes_its_own_ancestor, async |app| {
    let ada = app.editor("ada").await;
    let top = category(&ada, "Top", None).await;
    let middle = category(&ada, "Middle", Some(&top)).await;
    let bottom = category(&ada, "Bottom", Some(&middle)).await;
    for parent in [&top, &middle, &bottom] {
        let refused = ada
            .patch(&format!("{ALL}/{top}"), json!({ "parent": parent }))
            .await;
        let refused = refused.expect_problem(409, "category_cycle");
        assert_eq!(refused.faults(), [("/parent", "category_cycle")]);
    }
    let refused = ada
        .post(&format!("{ALL}/{top}/merge"), json!({ "into": bottom }))
        .await;
    let refused = refused.expect_problem(409, "category_cycle");
    assert_eq!(refused.faults(), [("/into", "category_cycle")]);
    ada.patch(&format!("{ALL}/{bottom}"), json!({ "parent": top }))
        .await
        .expect(200);
});

on_both!(the_tree_is_at_most_sixteen_levels_deep, async |app| {
    let ada = app.editor("ada").await;
    let mut line = vec![category(&ada, "Level 1", None).await];
    for level in 2..=16 {
        line.push(
            category(
                &ada,
                &format!("Level {level}"),
                line.last().map(String::as_str),
            )
            .await,
        );
    }
    let body = json!({ "translations": { "en": { "name": "Level 17" } }, "parent": line[15] });
    let refused = ada
        .post(ALL, body)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/parent", "too_deep")]);
    let branch = category(&ada, "Branch", None).await;
    category(&ada, "Leaf", Some(&branch)).await;
    let address = format!("{ALL}/{branch}");
    let refused = ada.patch(&address, json!({ "parent": line[14] })).await;
    assert_eq!(
        refused.expect_problem(422, "invalid_body").faults(),
        [("/parent", "too_deep")]
    );
    let refused = ada
        .post(&format!("{address}/merge"), json!({ "into": line[15] }))
        .await;
    assert_eq!(
        refused.expect_problem(422, "invalid_body").faults(),
        [("/into", "too_deep")]
    );
    ada.patch(&address, json!({ "parent": line[13] }))
        .await
        .expect(200);
    let read = app.anonymous().get("/v1/categories/leaf").await.expect(200);
    assert_eq!(read.at("/data/ancestors").as_array().unwrap().len(), 15);
    let tree = app.anonymous().get("/v1/category-tree").await.expect(200);
    assert!(
        tree.json
            .pointer(&format!("/data/0{}", "/children/0".repeat(15)))
            .is_some()
    );
});

on_both!(
    a_category_with_children_or_posts_cannot_be_deleted,
    async |app| {
        let ada = app.editor("ada").await;
        let top = category(&ada, "Top", None).await;
        let below = category(&ada, "Below", Some(&top)).await;
        let refused = ada
            .delete(&format!("{ALL}/{top}"))
            .await
            .expect_problem(409, "in_use");
        assert_eq!(
            refused.at("/held_by"),
            &json!([{ "kind": "children", "count": 1 }])
        );
        app.publish(&Published {
            langs: &["en"],
            terms: &[&below],
            ..Default::default()
        });
        let refused = ada
            .delete(&format!("{ALL}/{below}"))
            .await
            .expect_problem(409, "in_use");
        let held_by =
            json!([{ "kind": "posts", "count": 1 }, { "kind": "publications", "count": 1 }]);
        assert_eq!(refused.at("/held_by"), &held_by);
        ada.get(&format!("{ALL}/{below}")).await.expect(200);
    }
);

on_both!(a_category_counts_each_post_below_it_once, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let top = category(&ada, "Top", None).await;
    let left = category(&ada, "Left", Some(&top)).await;
    let right = category(&ada, "Right", Some(&top)).await;
    let deep = category(&ada, "Deep", Some(&right)).await;
    let publish = |langs: &[&str], terms: &[&str]| {
        app.publish(&Published {
            langs,
            terms,
            ..Default::default()
        })
    };
    publish(&["en", "fr"], &[&left, &right]);
    publish(&["fr"], &[&deep, &top]);
    publish(&["en"], &[&left]);
    let counts = async |query: &str| {
        let list = reader
            .get(&format!("/v1/categories{query}"))
            .await
            .expect(200);
        let count = |id: &String| {
            let found = list.items().iter().find(|item| item["id"] == **id);
            found.unwrap()["post_count"].as_i64().unwrap()
        };
        [&top, &left, &right, &deep].map(count)
    };
    assert_eq!(counts("").await, [3, 2, 2, 1]);
    assert_eq!(counts("?lang=en").await, [2, 2, 1, 0]);
    let tree = reader.get("/v1/category-tree?lang=en").await.expect(200);
    assert_eq!(tree.at("/data/0/post_count"), 2);
    assert_eq!(tree.at("/data/0/children/1/children/0/post_count"), 0);
});

on_both!(
    the_tree_is_in_order_and_in_the_chosen_language,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for (en, fr, position) in [
            ("Zoo", "Animaux", 1),
            ("beta", "Zeta", 1),
            ("Alpha", "Mu", 1),
            ("Last", "Premier", 0),
        ] {
            let parent = ids.first();
            let body = json!({ "translations": { "en": { "name": en }, "fr": { "name": fr } }, "parent": parent, "position": position });
            ids.push(ada.post(ALL, body).await.expect(201).id());
        }
        category(&ada, "Another", None).await;
        let tree = reader.get("/v1/category-tree").await.expect(200);
        assert_eq!(names(tree.at("/data")), ["Another", "Zoo"]);
        assert_eq!(
            names(tree.at("/data/1/children")),
            ["Last", "Alpha", "beta"]
        );
        let tree = reader.get("/v1/category-tree?lang=fr").await.expect(200);
        assert_eq!(names(tree.at("/data")), ["Another", "Animaux"]);
        assert_eq!(tree.at("/data/0/is_fallback"), true);
        assert_eq!(
            names(tree.at("/data/1/children")),
            ["Premier", "Mu", "Zeta"]
        );
        let read = reader.get("/v1/categories/zoo?lang=fr").await.expect(200);
        assert_eq!(read.header("content-language"), "fr");
        assert_eq!(names(read.at("/data/children")), ["Premier", "Mu", "Zeta"]);
        assert_eq!(read.at("/data/parent"), &Value::Null);
        let read = reader.get("/v1/categories/alpha?lang=fr").await.expect(200);
        assert_eq!(read.text("/data/parent/slug"), "animaux");
        assert_eq!(names(read.at("/data/ancestors")), ["Animaux"]);
    }
);

on_both!(
    the_children_of_a_merged_category_move_below_the_survivor,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let loser = category(&ada, "Homes", None).await;
        let child = category(&ada, "Rent", Some(&loser)).await;
        let survivor = category(&ada, "Housing", Some(&loser)).await;
        let refused = ada
            .post(&format!("{ALL}/{loser}/merge"), json!({ "into": survivor }))
            .await;
        refused.expect_problem(409, "category_cycle");
        ada.patch(&format!("{ALL}/{survivor}"), json!({ "parent": null }))
            .await
            .expect(200);
        app.publish(&Published {
            langs: &["en"],
            terms: &[&loser, &child],
            ..Default::default()
        });
        let merged = ada
            .post(&format!("{ALL}/{loser}/merge"), json!({ "into": survivor }))
            .await;
        assert_eq!(merged.expect(200).id(), survivor);
        let moved = reader.get("/v1/categories/homes?lang=fr").await.expect(308);
        assert_eq!(moved.header("location"), "/v1/categories/housing?lang=fr");
        let read = reader.get("/v1/categories/housing").await.expect(200);
        assert_eq!(names(read.at("/data/children")), ["Rent"]);
        assert_eq!(read.at("/data/post_count"), 1);
        assert_eq!(
            ada.get(&format!("{ALL}/{child}")).await.at("/data/version"),
            2
        );
        // A merge with the parent moves a child into the place of the parent.
        ada.post(&format!("{ALL}/{child}/merge"), json!({ "into": survivor }))
            .await
            .expect(200);
    }
);

on_both!(
    a_list_costs_at_most_six_statements_whatever_its_size,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let organization = ada
            .post("/v1/admin/organizations", json!({ "name": "Lagos" }))
            .await
            .expect(201)
            .id();
        let mut costs = Vec::new();
        for size in [1, 30] {
            for number in 0..size {
                let top = category(&ada, &format!("Top {size} {number}"), None).await;
                let below = category(&ada, &format!("Below {size} {number}"), Some(&top)).await;
                let tag =
                    json!({ "translations": { "en": { "name": format!("Tag {size} {number}") } } });
                let tag = ada.post("/v1/admin/tags", tag).await.expect(201).id();
                let author = json!({ "name": format!("Author {number}"), "organization": organization, "bio": { "en": "Writes." } });
                let author = ada.post("/v1/admin/authors", author).await.expect(201).id();
                app.publish(&Published {
                    langs: &["en", "fr"],
                    terms: &[&below, &tag],
                    authors: &[&author],
                    ..Default::default()
                });
            }
            for list in ["categories", "tags", "authors", "category-tree"] {
                let query = if list == "category-tree" {
                    ""
                } else {
                    "&limit=100&count=true"
                };
                let url = format!("/v1/{list}?lang=en&fallback=original{query}");
                let (answer, statements) = app.watched(reader.get(&url)).await;
                answer.expect(200);
                assert!(
                    (1..=6).contains(&statements.len()),
                    "{url}: {statements:#?}"
                );
                costs.push(statements.len());
            }
        }
        assert_eq!(costs[..4], costs[4..]);
    }
);
