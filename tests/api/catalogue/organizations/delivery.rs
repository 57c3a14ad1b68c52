//! Organizations: the public view.

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::json;

use super::{ALL, made};
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{AUTHORS, POSTS, post_with};

on_both!(
    the_public_reads_by_id_and_slug_and_revalidates,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let address = made(&ada, json!({ "name": "Lagos", "country": "NG" })).await;
        let id = ada.get(&address).await.id();
        let read = anyone.get("/v1/organizations/lagos").await.expect(200);
        assert_eq!(
            anyone.get(&format!("/v1/organizations/{id}")).await.json,
            read.json
        );
        assert!(
            read.header("cache-control")
                .starts_with("public, max-age=60")
        );
        let tag = read.header("etag").to_owned();
        let again = async || {
            let request = anyone.request(Method::GET, "/v1/organizations/lagos");
            anyone
                .send(request.insert_header((IF_NONE_MATCH, tag.as_str())))
                .await
        };
        let unchanged = again().await.expect(304);
        assert_eq!(unchanged.header("etag"), tag);
        ada.patch(&address, json!({ "country": null }))
            .await
            .expect(200);
        assert_ne!(again().await.expect(200).header("etag"), tag);
    }
);

on_both!(
    a_page_costs_the_same_statements_whatever_its_size,
    async |app| {
        let ada = app.editor("ada").await;
        for number in 1..=12 {
            made(&ada, json!({ "name": format!("Number {number}") })).await;
        }
        let anyone = app.anonymous();
        let (small, few) = app.watched(anyone.get("/v1/organizations?limit=1")).await;
        let (large, many) = app.watched(anyone.get("/v1/organizations?limit=12")).await;
        assert_eq!((small.items().len(), large.items().len()), (1, 12));
        assert_eq!(few.len(), many.len());
        assert!(!many.is_empty() && many.len() <= 6, "{many:#?}");
    }
);

/// Creates organizations with these names, a minute apart. Returns their ids.
async fn create_all(app: &TestApp, editor: &Client, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(editor.makes(ALL, json!({ "name": name })).await);
        app.pass(60);
    }
    ids
}

on_both!(
    the_public_lists_organizations_in_any_order_there_and_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let list = "/v1/organizations";
        let made = ["zebra", "Éclair", "eclair", "Ωmega", "Eclair", "10", "élan"];
        let ids = create_all(&app, &ada, &made).await;
        anyone.finds_in_order(list, "created_at", &made).await;
        anyone.finds_in_order(list, "updated_at", &made).await;
        let sorted = ["10", "eclair", "Eclair", "Éclair", "élan", "zebra", "Ωmega"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let newest = anyone.get(list).await.expect(200);
        let latest = anyone.get("/v1/organizations?sort=-created_at").await;
        assert_eq!(newest.at("/data"), latest.expect(200).at("/data"));
        // A renamed organization moves to its new position at once, and is the most recently changed one.
        ada.patch(&format!("{ALL}/{}", ids[0]), json!({ "name": "Eclat" }))
            .await
            .expect(200);
        let sorted = ["10", "eclair", "Eclair", "Éclair", "Eclat", "élan", "Ωmega"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let updated = ["Éclair", "eclair", "Ωmega", "Eclair", "10", "élan", "Eclat"];
        anyone.finds_in_order(list, "updated_at", &updated).await;
    }
);

on_both!(
    organizations_with_the_same_name_or_time_are_ordered_by_id,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(ada.makes(ALL, json!({ "name": "Lagos" })).await);
        }
        for sort in ["name", "updated_at", "created_at"] {
            let mut expected = ids.clone();
            for sort in [sort.to_owned(), format!("-{sort}")] {
                let walked = anyone
                    .walks(&format!("/v1/organizations?sort={sort}"))
                    .await;
                let walked: Vec<&str> =
                    walked.iter().filter_map(|one| one["id"].as_str()).collect();
                assert_eq!(walked, expected, "{sort}");
                expected.reverse();
            }
        }
    }
);

on_both!(
    paging_by_name_skips_and_repeats_nothing_despite_renames,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let ids = create_all(&app, &ada, &["B", "D", "F", "H"]).await;
        let first = anyone.get("/v1/organizations?sort=name&limit=2").await;
        let first = first.expect(200);
        assert_eq!(first.column("name"), ["B", "D"]);
        create_all(&app, &ada, &["A", "E"]).await;
        // The organization next to the cursor moves to the end.
        ada.patch(&format!("{ALL}/{}", ids[1]), json!({ "name": "Z" }))
            .await
            .expect(200);
        let second = anyone.get(first.text("/page/next")).await.expect(200);
        assert_eq!(second.column("name"), ["E", "F"]);
        let third = anyone.get(second.text("/page/next")).await.expect(200);
        assert_eq!(third.column("name"), ["H", "Z"]);
        let back = anyone.get(second.text("/page/prev")).await.expect(200);
        assert_eq!(back.column("name"), ["A", "B"]);
    }
);

on_both!(
    organizations_are_listed_by_the_time_of_their_last_change,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let ids = create_all(
            &app,
            &ada,
            &["Eight", "A minute later", "Two minutes later"],
        )
        .await;
        app.set_time("2026-05-03T00:00:00Z");
        ada.patch(&format!("{ALL}/{}", ids[0]), json!({ "country": "NG" }))
            .await
            .expect(200);
        for (query, expected) in [
            ("updated_after=2026-05-03", &["Eight"][..]),
            ("updated_after=2026-05-03T00:00:00.001Z", &[]),
            ("updated_after=2026-05-03T01:00:00%2B01:00", &["Eight"]),
            (
                "updated_after=2026-05-01T08:02:00Z",
                &["Two minutes later", "Eight"],
            ),
            ("updated_before=2026-05-01T08:01:00Z", &[]),
            (
                "updated_before=2026-05-01T08:01:00.001Z",
                &["A minute later"],
            ),
            (
                "updated_after=2026-05-01&updated_before=2026-05-02&q=later",
                &["Two minutes later", "A minute later"],
            ),
            ("updated_after=2026-05-03&updated_before=2026-05-03", &[]),
        ] {
            let list = format!("/v1/organizations?count=true&{query}");
            let list = anyone.get(&list).await.expect(200);
            assert_eq!(list.column("name"), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(
    an_organization_is_answered_with_the_fields_asked_for,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.makes(ALL, json!({ "name": "Lagos", "country": "NG" }))
            .await;
        for path in ["/v1/organizations", "/v1/organizations/lagos"] {
            for (fields, expected) in [
                ("name", json!({ "name": "Lagos" })),
                (
                    "post_count,country",
                    json!({ "country": "NG", "post_count": 0 }),
                ),
            ] {
                let read = format!("{path}?fields={fields}");
                let read = anyone.get(&read).await.expect(200);
                let item = read.json.pointer("/data/0").unwrap_or(read.at("/data"));
                assert_eq!(item, &expected, "{path} {fields}");
            }
        }
        let all = anyone.get("/v1/organizations/lagos").await.expect(200);
        let names: Vec<&String> = all.at("/data").as_object().unwrap().keys().collect();
        let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        let every = format!("/v1/organizations/lagos?fields={}", names.join(","));
        assert_eq!(anyone.get(&every).await.expect(200).json, all.json);
    }
);

on_both!(
    an_organization_counts_the_posts_that_have_it_as_an_affiliation,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let ids = create_all(&app, &ada, &["Lagos", "Bilbao"]).await;
        let lin = json!({ "name": "Lin", "organization": ids[0] });
        let lin = ada.makes(AUTHORS, lin).await;
        let mo = ada.makes(AUTHORS, json!({ "name": "Mo" })).await;
        let both = json!({ "authors": [
            { "author": lin }, { "author": mo, "organization": ids[0] },
        ] });
        let one = ada.issues_with("en", "One", both).await;
        ada.translates(&one, "fr", "Un").await;
        ada.publishes(&one, "fr").await;
        let guest = json!({ "authors": [{ "author": lin, "organization": ids[1] }] });
        ada.issues_with("fr", "Deux", guest).await;
        // The present affiliation of an author does not count, and drafts do not count.
        ada.patch(
            &format!("{AUTHORS}/{lin}"),
            json!({ "organization": ids[1] }),
        )
        .await
        .expect(200);
        let draft = json!({ "authors": [{ "author": mo, "organization": ids[1] }] });
        ada.makes(POSTS, post_with("en", "Draft", draft)).await;
        for (query, bilbao, lagos) in [
            ("", 1, 1),
            ("?lang=en", 0, 1),
            ("?lang=fr", 1, 1),
            ("?lang=es", 0, 0),
            ("?lang=es&fallback=fr,en", 1, 1),
            ("?lang=en-GB&fallback=de", 0, 1),
        ] {
            let list = format!("/v1/organizations{query}");
            let list = anyone.get(&list).await.expect(200);
            let counts = [list.at("/data/0/post_count"), list.at("/data/1/post_count")];
            assert_eq!(counts, [bilbao, lagos], "{query}");
            for (slug, count) in [("bilbao", bilbao), ("lagos", lagos)] {
                let read = format!("/v1/organizations/{slug}{query}");
                let read = anyone.get(&read).await.expect(200);
                assert_eq!(read.at("/data/post_count"), count, "{slug}{query}");
                let joint = if query.is_empty() { '?' } else { '&' };
                let posts = format!("/v1/posts{query}{joint}organization={slug}&count=true");
                let posts = anyone.get(&posts).await.expect(200);
                assert_eq!(posts.at("/page/total"), count, "{slug}{query}");
            }
        }
    }
);
