//! Lists of posts on the delivery surface: filters, pages, parameters and counts.

use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::content::{AUTHORS, CATEGORIES, POSTS, TAGS, named, post, publication};

on_both!(
    filters_take_ids_and_slugs_old_and_new_in_any_language,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let rent =
            json!({ "translations": { "en": { "name": "Rent" }, "fr": { "name": "Loyer" } } });
        let rent = ada.makes(TAGS, rent).await;
        let city = ada.makes(TAGS, named("en", "City")).await;
        let lin = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let kofi = ada.makes(AUTHORS, json!({ "name": "Kofi" })).await;
        let top = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let below = json!({ "translations": { "en": { "name": "Social" } }, "parent": top });
        let below = ada.makes(CATEGORIES, below).await;
        let deep = json!({ "translations": { "en": { "name": "Deep" } }, "parent": below });
        let deep = ada.makes(CATEGORIES, deep).await;
        let other = ada.makes(CATEGORIES, named("en", "Climate")).await;
        for (title, more) in [
            (
                "1",
                json!({ "tags": [rent], "categories": [top], "authors": [{ "author": lin }] }),
            ),
            (
                "2",
                json!({ "tags": [city], "categories": [deep], "authors": [{ "author": kofi }] }),
            ),
            (
                "3",
                json!({ "tags": [rent, city], "categories": [other, below], "authors": [{ "author": lin }, { "author": kofi }] }),
            ),
            ("4", json!({})),
        ] {
            ada.issues_with("en", title, more).await;
            app.pass(60);
        }
        let renamed = json!({ "translations": { "en": { "slug": "rents" } } });
        ada.patch(&format!("{TAGS}/{rent}"), renamed)
            .await
            .expect(200);
        let renamed = json!({ "slug": "lin-2" });
        ada.patch(&format!("{AUTHORS}/{lin}"), renamed)
            .await
            .expect(200);
        let unknown = Id::new();
        for (query, expected) in [
            (format!("tag={rent}"), "31"),
            ("tag=rents".into(), "31"),
            ("tag=rent".into(), "31"),
            ("tag=loyer&lang=en".into(), "31"),
            ("tag=rent,city".into(), "321"),
            (format!("tag=loyer,%20{city}"), "321"),
            ("tag=rent&tag=city".into(), "3"),
            ("tag=rent,city&tag=city".into(), "32"),
            ("tag=nothing".into(), ""),
            ("tag=nothing,rent".into(), "31"),
            ("tag=nothing&tag=rent".into(), ""),
            ("tag=housing".into(), ""),
            (format!("tag={unknown}"), ""),
            (format!("tag={top}"), ""),
            ("tag=Rent%20%25'".into(), ""),
            (format!("category={top}"), "321"),
            ("category=housing".into(), "321"),
            ("category=social".into(), "32"),
            ("category=deep,climate".into(), "32"),
            ("category=housing&category=climate".into(), "3"),
            ("category=nothing".into(), ""),
            (format!("author={lin}"), "31"),
            ("author=lin".into(), "31"),
            ("author=lin-2".into(), "31"),
            ("author=lin,kofi".into(), "321"),
            ("author=lin&author=kofi".into(), "3"),
            ("author=nobody".into(), ""),
            ("author=lin&tag=city&category=housing".into(), "3"),
            ("tag=rent&lang=fr".into(), ""),
            ("tag=rent&lang=fr&fallback=en".into(), "31"),
        ] {
            let list = anyone.get(&format!("/v1/posts?count=true&{query}")).await;
            let list = list.expect(200);
            assert_eq!(list.column("title").concat(), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(
    paging_returns_each_post_once_despite_other_changes,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for number in 1..=7 {
            ids.push(ada.issues("en", &number.to_string()).await);
            // Posts 4 and 5 have the same time.
            if number != 4 {
                app.pass(60);
            }
        }
        let first = anyone.get("/v1/posts?limit=2&lang=en&count=true").await;
        let first = first.expect(200);
        assert_eq!(first.column("title"), ["7", "6"]);
        assert_eq!(first.at("/page/total"), 7);
        assert!(first.header("link").contains("rel=\"first\""));
        ada.issues("en", "8").await;
        ada.delete(&publication(&ids[4], "en")).await.expect(204);
        let second = anyone.get(first.text("/page/next")).await.expect(200);
        assert_eq!(second.column("title"), ["4", "3"]);
        assert_eq!(second.at("/page/total"), 7);
        // The post next to the cursor is removed too.
        ada.delete(&publication(&ids[2], "en")).await.expect(204);
        let third = anyone.get(second.text("/page/next")).await.expect(200);
        assert_eq!(third.column("title"), ["2", "1"]);
        assert_eq!(third.at("/page/next"), &Value::Null);
        let back = anyone.get(third.text("/page/prev")).await.expect(200);
        assert_eq!(back.column("title"), ["6", "4"]);
        let back = anyone.get(back.text("/page/prev")).await.expect(200);
        assert_eq!(back.column("title"), ["8", "7"]);
        assert_eq!(back.at("/page/prev"), &Value::Null);
        let forth = anyone.get(back.text("/page/next")).await.expect(200);
        assert_eq!(forth.column("title"), ["6", "4"]);
    }
);

on_both!(a_cursor_is_valid_only_for_its_list, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    for title in ["1", "2", "3"] {
        ada.issues("en", title).await;
    }
    let list = anyone.get("/v1/posts?limit=1&lang=en").await.expect(200);
    let cursor = list.text("/page/next_cursor");
    let other_limit = format!("/v1/posts?lang=en&limit=5&cursor={cursor}");
    assert_eq!(anyone.get(&other_limit).await.expect(200).items().len(), 2);
    for query in [
        format!("/v1/posts?limit=1&cursor={cursor}"),
        format!("/v1/posts?limit=1&lang=fr&cursor={cursor}"),
        format!("/v1/posts?limit=1&lang=en&tag=x&cursor={cursor}"),
        format!("/v1/tags?limit=1&lang=en&cursor={cursor}"),
        "/v1/posts?cursor=nonsense".into(),
        "/v1/posts?cursor=".into(),
    ] {
        let refused = anyone.get(&query).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, "cursor", "{query}");
    }
});

on_both!(
    bad_parameters_are_named_with_the_valid_values,
    async |app| {
        let anyone = app.anonymous();
        for (query, name, detail) in [
            ("limit=0", "limit", "at least 1"),
            ("limit=101", "limit", "at most 100"),
            ("limit=abc", "limit", "integer"),
            ("limit=", "limit", "integer"),
            ("limit=1&limit=2", "limit", "once"),
            ("count=maybe", "count", "boolean"),
            ("lang=e_n", "lang", ""),
            ("lang=", "lang", ""),
            ("fallback=en", "fallback", "lang"),
            ("lang=fr&fallback=", "fallback", ""),
            ("lang=fr&fallback=en,,es", "fallback", "BCP 47"),
            ("lang=fr&fallback=en,es%20x", "fallback", "BCP 47"),
            ("lang=fr&fallback=en&fallback=", "fallback", "BCP 47"),
            ("lang=fr&lang=en", "lang", "once"),
            ("tag=,", "tag", "separated by commas"),
            ("category=", "category", "slug"),
            ("page=0", "page", "at least 1"),
            ("page=101&limit=100", "page", "cursor"),
            ("page=1&cursor=x", "page", "cursor"),
            ("published_after=yesterday", "published_after", "2026-05-01"),
            ("updated_before=2026-02-30", "updated_before", "2026-05-01"),
            ("sort=nope", "sort", "-published_at"),
            ("fields=", "fields", "authors.organization.name"),
            ("fields=titel", "fields", "title"),
            ("include=everything", "include", "body"),
            ("available_in=en,,fr", "available_in", "BCP 47"),
            ("lang=xx-invalid-", "lang", "BCP 47"),
            ("featured=2", "featured", "boolean"),
            ("featured=true&featured=true", "featured", "once"),
            ("categroy=x", "categroy", "category"),
            ("langs=en", "langs", "lang"),
            ("tags=x", "tags", "tag"),
            ("tag=a%00b", "tag", "NUL"),
            ("zzz=1", "zzz", "the known ones are"),
        ] {
            let refused = anyone.get(&format!("/v1/posts?{query}")).await;
            let refused = refused.expect_problem(400, "invalid_parameter");
            assert_eq!(refused.faults()[0].0, name, "{query}");
            let told = refused.text("/errors/0/detail");
            assert!(told.contains(detail), "{query}: {told}");
        }
        // Some generated clients write booleans as numbers.
        for query in ["featured=1&count=1", "featured=0&count=0"] {
            let list = anyone.get(&format!("/v1/posts?{query}")).await;
            list.expect(200);
        }
        for query in ["page=1", "limit=1", "tag=x"] {
            let refused = anyone.get(&format!("/v1/posts/x?{query}")).await;
            refused.expect_problem(400, "invalid_parameter");
        }
    }
);

on_both!(
    a_list_of_fallbacks_has_twenty_entries_at_most_and_may_have_spaces,
    async |app| {
        let anyone = app.anonymous();
        let twenty = ["es"; 20].join(",");
        anyone
            .get(&format!("/v1/posts?lang=fr&fallback={twenty}"))
            .await
            .expect(200);
        anyone
            .get("/v1/posts?lang=fr&fallback=es,%20pt-BR,+original")
            .await
            .expect(200);
        let more = format!("/v1/posts?lang=fr&fallback={twenty},en");
        let refused = anyone.get(&more).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [("fallback", "too_many")]);
    }
);

on_both!(
    counts_of_terms_and_authors_are_those_of_live_posts,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let more = || json!({ "tags": [tag], "authors": [{ "author": author }] });
        let id = ada.issues_with("en", "Housing", more()).await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        let mut draft = post("en", "Draft");
        draft["tags"] = json!([tag]);
        ada.makes(POSTS, draft).await;
        for path in ["/v1/tags/rent", "/v1/authors/lin"] {
            for (query, count) in [("", 1), ("?lang=fr", 1), ("?lang=es", 0)] {
                let read = anyone.get(&format!("{path}{query}")).await.expect(200);
                assert_eq!(read.at("/data/post_count"), count, "{path}{query}");
            }
        }
        ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
        for path in ["/v1/tags/rent", "/v1/authors/lin"] {
            let read = anyone.get(path).await.expect(200);
            assert_eq!(read.at("/data/post_count"), 0, "{path}");
        }
    }
);

on_both!(
    the_last_millisecond_of_a_year_is_counted_in_it,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (number, at) in [
            "1960-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "1970-01-01T00:00:00.000Z",
        ]
        .into_iter()
        .enumerate()
        {
            let id = ada.writes("en", &format!("Post {number}")).await;
            ada.schedules(&id, "en", json!({ "publish_at": at })).await;
        }
        let facets = anyone.get("/v1/posts/facets").await.expect(200);
        let years = facets.at("/data/years").as_array().unwrap();
        let years: Vec<i64> = years
            .iter()
            .filter_map(|one| one["year"].as_i64())
            .collect();
        assert_eq!(years, [1970, 1969, 1960]);
    }
);
