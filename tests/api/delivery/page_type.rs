//! Pages: posts that stand outside of the feed, with a parent and a position.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::content::{POSTS, TAGS, named, post, post_with, publication};

/// A page with more members.
fn page(more: Value) -> Value {
    let mut page = json!({ "type": "page" });
    for (name, value) in more.as_object().unwrap() {
        page[name] = value.clone();
    }
    page
}

/// The titles of a list.
async fn titles(reader: &Client, path: &str) -> Vec<String> {
    let list = reader.get(path).await.expect(200);
    let titles = list.column("title");
    titles.into_iter().map(str::to_owned).collect()
}

on_both!(a_page_stands_outside_of_the_feed, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let tag = ada.makes(TAGS, named("en", "Towns")).await;
    let tagged = json!({ "tags": [tag] });
    let news = ada.issues_with("en", "News", tagged.clone()).await;
    ada.issues_with("en", "More news", tagged.clone()).await;
    let about = ada.issues_with("en", "About", page(tagged)).await;
    for (query, expected) in [
        ("", vec!["More news", "News"]),
        ("?lang=en", vec!["More news", "News"]),
        ("?sort=title", vec!["More news", "News"]),
        ("?type=post", vec!["More news", "News"]),
        ("?type=page", vec!["About"]),
        ("?type=page&lang=fr", vec![]),
        (
            "?type=page,post&sort=title",
            vec!["About", "More news", "News"],
        ),
        (
            "?type=page&type=post&lang=en&sort=-title",
            vec!["News", "More news", "About"],
        ),
        ("?tag=towns", vec!["More news", "News"]),
        ("?tag=towns&type=page", vec!["About"]),
        (
            "?tag=towns&type=post,page&sort=title",
            vec!["About", "More news", "News"],
        ),
        ("?tag=towns&sort=title", vec!["More news", "News"]),
        ("?available_in=en&sort=title", vec!["More news", "News"]),
        (
            "?published_after=2020-01-01&lang=en",
            vec!["More news", "News"],
        ),
    ] {
        let list = format!("/v1/posts{query}");
        assert_eq!(titles(&reader, &list).await, expected, "{query}");
        let sign = if query.is_empty() { "?" } else { "&" };
        let counted = reader.get(&format!("{list}{sign}count=true")).await;
        assert_eq!(
            counted.expect(200).at("/page/total"),
            expected.len(),
            "{query}"
        );
    }
    let facets = reader.get("/v1/posts/facets").await.expect(200);
    assert_eq!(facets.at("/data/total"), 2);
    assert_eq!(facets.at("/data/tags/0/count"), 2);
    let facets = reader.get("/v1/posts/facets?type=page").await.expect(200);
    assert_eq!(facets.at("/data/total"), 1);
    let tag = reader.get("/v1/tags/towns").await.expect(200);
    assert_eq!(tag.at("/data/post_count"), 2);
    for id in [&news, &about] {
        let related = titles(&reader, &format!("/v1/posts/{id}/related")).await;
        assert!(!related.contains(&"About".to_owned()), "{related:?}");
        assert!(related.contains(&"More news".to_owned()), "{related:?}");
    }
    for name in [about.as_str(), "about"] {
        let found = reader.get(&format!("/v1/posts/{name}")).await.expect(200);
        assert_eq!(found.text("/data/type"), "page");
        assert_eq!(found.at("/data/parent"), &Value::Null);
        assert_eq!(found.at("/data/position"), 0);
    }
    let found = reader.get("/v1/posts/news").await.expect(200);
    assert_eq!(found.text("/data/type"), "post");
    for (query, expected) in [
        ("", 3),
        ("?type=page", 1),
        ("?type=post", 2),
        ("?type=post,page", 3),
        ("?type=page&type=page", 1),
    ] {
        let list = ada.get(&format!("{POSTS}{query}")).await.expect(200);
        assert_eq!(list.items().len(), expected, "{query}");
    }
    for (query, expected) in [("type=page", 1), ("type=page&type=post", 3)] {
        let list = ada.get(&format!("/v1/admin/translations?{query}")).await;
        assert_eq!(list.expect(200).items().len(), expected, "{query}");
    }
    let tasks = ada.get("/v1/admin/tasks?type=page,post").await;
    tasks.expect(200);
    reader.get("/v1/posts?type=story").await.expect(400);
});

on_both!(pages_have_parents_and_positions, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let about = ada
        .makes(POSTS, post_with("en", "About", page(json!({}))))
        .await;
    ada.translates(&about, "fr", "À propos").await;
    let below = |position: i32| page(json!({ "parent": about, "position": position }));
    let team = ada.issues_with("en", "Team", below(2)).await;
    ada.translates(&team, "fr", "Équipe").await;
    ada.publishes(&team, "fr").await;
    ada.issues_with("en", "Imprint", below(1)).await;
    // Not public: nothing tells that there is a page above.
    let shown = reader.get(&format!("/v1/posts/{team}")).await.expect(200);
    assert_eq!(shown.at("/data/parent"), &Value::Null);
    assert_eq!(
        titles(&reader, "/v1/posts?type=page&parent=about").await,
        [""; 0]
    );
    let by_id = format!("/v1/posts?type=page&parent={about}");
    assert_eq!(titles(&reader, &by_id).await, [""; 0]);
    ada.publishes(&about, "en").await;
    let shown = reader.get(&format!("/v1/posts/{team}")).await.expect(200);
    assert_eq!(
        shown.at("/data/parent"),
        &json!({ "id": about, "lang": "en", "slug": "about", "title": "About", "url": "/v1/posts/about?lang=en" })
    );
    // In French, the page above is not public: it is shown in its own language.
    let french = format!("/v1/posts/{team}?lang=fr");
    let shown = reader.get(&french).await.expect(200);
    assert_eq!(shown.text("/data/parent/lang"), "en");
    ada.publishes(&about, "fr").await;
    let shown = reader.get(&french).await.expect(200);
    assert_eq!(shown.text("/data/parent/title"), "À propos");
    for path in [
        "/v1/posts?type=page&parent=about&sort=position",
        &format!("{by_id}&sort=position"),
    ] {
        assert_eq!(titles(&reader, path).await, ["Imprint", "Team"]);
    }
    let all = titles(&reader, "/v1/posts?type=page&sort=position").await;
    assert_eq!(all, ["About", "Imprint", "Team"]);
    let first = reader
        .get("/v1/posts?type=page&sort=position&limit=1")
        .await
        .expect(200);
    let next = first.text("/page/next").to_owned();
    let second = reader.get(&next).await.expect(200);
    assert_eq!(second.column("title"), ["Imprint"]);
    assert_eq!(second.text("/data/0/parent/title"), "About");
    let slim = reader
        .get("/v1/posts?type=page&sort=position&fields=title,parent.title")
        .await;
    assert_eq!(
        slim.expect(200).at("/data/1"),
        &json!({ "title": "Imprint", "parent": { "title": "About" } })
    );
    for query in ["sort=position", "sort=position&type=post,page"] {
        let refused = reader.get(&format!("/v1/posts?{query}")).await.expect(400);
        assert_eq!(refused.faults(), [("sort", "invalid")]);
    }
    let list = ada
        .get(&format!("{POSTS}?parent={about}"))
        .await
        .expect(200);
    assert_eq!(list.items().len(), 2);
});

on_both!(
    the_place_of_a_page_becomes_public_when_it_is_published,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let about = ada.issues_with("en", "About", page(json!({}))).await;
        let team = ada.issues_with("en", "Team", page(json!({}))).await;
        let path = format!("{POSTS}/{team}");
        let place = json!({ "parent": about, "position": 7 });
        let changed = ada.patch(&path, place).await.expect(200);
        assert_eq!(changed.at("/data/parent"), about.as_str());
        assert_eq!(changed.at("/data/position"), 7);
        assert_eq!(changed.at("/data/translation/revision"), 2, "{changed}");
        let entry = app
            .admin("eve")
            .await
            .get(&format!(
                "/v1/admin/audit?entity={team}&kind=post&operation=update"
            ))
            .await;
        assert_eq!(
            entry.expect(200).at("/data/0/after"),
            &json!({ "parent": about, "position": 7 })
        );
        let revision = ada
            .get(&format!("{path}/translations/en/revisions/2"))
            .await
            .expect(200);
        assert_eq!(revision.at("/data/snapshot/position"), 7);
        assert_eq!(revision.at("/data/snapshot/parent"), about.as_str());
        let public = reader.get("/v1/posts/team").await.expect(200);
        assert_eq!(public.at("/data/position"), 0);
        assert_eq!(public.at("/data/parent"), &Value::Null);
        ada.publishes(&team, "en").await;
        let public = reader.get("/v1/posts/team").await.expect(200);
        assert_eq!(public.at("/data/position"), 7);
        assert_eq!(public.text("/data/parent/title"), "About");
        // Without a text: what all languages share is published by itself.
        ada.patch(
            &format!("{path}?publish=shared"),
            json!({ "position": 3, "parent": null }),
        )
        .await
        .expect(200);
        let public = reader.get("/v1/posts/team").await.expect(200);
        assert_eq!(public.at("/data/position"), 3);
        assert_eq!(public.at("/data/parent"), &Value::Null);
        // What is replaced as a whole has no place, but keeps its type.
        let kept = ada.put(&path, post("en", "Team")).await.expect(200);
        assert_eq!(kept.text("/data/type"), "page");
        assert_eq!(kept.at("/data/parent"), &Value::Null);
        let copy = ada
            .post(&format!("{path}/copies"), json!({}))
            .await
            .expect(201);
        assert_eq!(copy.text("/data/type"), "page");
    }
);

on_both!(
    what_is_above_a_page_comes_and_goes_in_every_answer,
    async |app| {
        let keeping = app.keeping().await;
        let (ada, reader) = (keeping.editor("ada").await, keeping.anonymous());
        let about = ada
            .makes(POSTS, post_with("en", "About", page(json!({}))))
            .await;
        ada.issues_with("en", "Team", page(json!({ "parent": about })))
            .await;
        let paths = [
            "/v1/posts/team",
            "/v1/posts?type=page&fields=parent.title,title&lang=en",
            "/v1/posts?type=page&parent=about&lang=en",
        ];
        let above = async |expected: Option<&str>, count: usize| {
            let one = reader.get(paths[0]).await.expect(200);
            let title = one.json.pointer("/data/parent/title");
            assert_eq!(title.and_then(Value::as_str), expected);
            let list = reader.get(paths[1]).await.expect(200);
            let mut items = list.items().iter();
            let team = items.find(|item| item["title"] == "Team").unwrap();
            assert_eq!(team["parent"]["title"].as_str(), expected);
            let below = reader.get(paths[2]).await.expect(200);
            assert_eq!(below.items().len(), count);
        };
        above(None, 0).await;
        ada.publishes(&about, "en").await;
        above(Some("About"), 1).await;
        ada.delete(&publication(&about, "en")).await.expect(204);
        above(None, 0).await;
        ada.schedules(
            &about,
            "en",
            json!({ "publish_at": "2026-05-01T09:00:00Z" }),
        )
        .await;
        above(None, 0).await;
        app.set_time("2026-05-01T09:00:00.000Z");
        above(Some("About"), 1).await;
    }
);

on_both!(the_tree_of_pages_has_no_circles_and_an_end, async |app| {
    let admin = app.admin("ada").await;
    let write =
        async |title: &str, more: Value| admin.makes(POSTS, post_with("en", title, more)).await;
    let top = write("Top", page(json!({}))).await;
    let mut chain = vec![top.clone()];
    for level in 2..=16 {
        let parent = chain.last().unwrap().clone();
        chain.push(write(&format!("Level {level}"), page(json!({ "parent": parent }))).await);
    }
    let deepest = chain.last().unwrap().clone();
    let deeper = post_with("en", "Too deep", page(json!({ "parent": deepest })));
    let refused = admin.post(POSTS, deeper).await.expect(422);
    assert_eq!(refused.faults(), [("/parent", "too_deep")]);
    let path = |id: &str| format!("{POSTS}/{id}");
    for parent in [&top, &deepest] {
        let circle = admin.patch(&path(&top), json!({ "parent": parent })).await;
        circle.expect_problem(409, "page_cycle");
    }
    let news = write("News", json!({})).await;
    for (member, value) in [("parent", json!(top)), ("position", json!(1))] {
        let refused = admin.patch(&path(&news), json!({ member: value })).await;
        let pointer = format!("/{member}");
        assert_eq!(
            refused.expect(422).faults(),
            [(pointer.as_str(), "invalid")]
        );
    }
    let unknown = admin
        .patch(&path(&deepest), json!({ "parent": news }))
        .await;
    assert_eq!(
        unknown.expect(422).faults(),
        [("/parent", "unknown_reference")]
    );
    let other = admin
        .put(&path(&news), post_with("en", "News", page(json!({}))))
        .await;
    assert_eq!(other.expect(422).faults(), [("/type", "invalid")]);
    admin
        .patch(&path(&news), json!({ "type": "page" }))
        .await
        .expect(422);
    for query in ["", "?permanent=true"] {
        let held = admin.delete(&format!("{}{query}", path(&chain[14]))).await;
        let held = held.expect_problem(409, "in_use");
        assert_eq!(
            held.at("/held_by"),
            &json!([{ "kind": "pages", "count": 1 }])
        );
    }
    // In the trash, nothing is held, and a page that comes back is at the top.
    admin.delete(&path(&deepest)).await.expect(204);
    admin
        .delete(&format!("{}?permanent=true", path(&chain[14])))
        .await
        .expect(204);
    let restored = admin
        .post(&format!("{}/restoration", path(&deepest)), Value::Null)
        .await;
    assert_eq!(restored.expect(200).at("/data/parent"), &Value::Null);
    let trashed = chain[13].clone();
    admin.delete(&path(&trashed)).await.expect(204);
    let unknown = admin
        .patch(&path(&deepest), json!({ "parent": trashed }))
        .await;
    assert_eq!(
        unknown.expect(422).faults(),
        [("/parent", "unknown_reference")]
    );
});

on_both!(a_page_has_its_own_path_on_the_site, async |app| {
    let ada = app.editor("ada").await;
    ada.issues_with("en", "About", page(json!({}))).await;
    ada.issues("en", "News").await;
    let reader = app.anonymous();
    for (path, kind, right) in [
        ("/en/page/about", "page", "/en/page/about"),
        ("/en/about", "page", "/en/page/about"),
        ("/en/news", "post", "/en/news"),
        ("/en/page/news", "post", "/en/news"),
    ] {
        let found = reader
            .get(&format!("/v1/resolve?path={path}"))
            .await
            .expect(200);
        assert_eq!(found.text("/data/kind"), "post");
        assert_eq!(found.text("/data/type"), kind, "{path}");
        assert_eq!(found.text("/data/path"), right, "{path}");
    }
    let flat = app
        .another(&[("TRIBUNA_SITE_PATHS", "post=/{lang}/{slug}")])
        .await;
    let found = flat.anonymous().get("/v1/resolve?path=/en/about").await;
    assert_eq!(found.expect(200).text("/data/path"), "/en/about");
});
