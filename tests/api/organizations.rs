//! Organizations: the whole life of one, every refusal, the list and the search.

use actix_web::http::Method;
use actix_web::http::header::{IF_MATCH, IF_NONE_MATCH};
use diesel::prelude::*;
use serde_json::{Value, json};
use tribuna::accounts::users::model::Role;
use tribuna::collation::CollationKey;
use tribuna::db::Conn;
use tribuna::db::sql_types::Json;
use tribuna::id::Id;
use tribuna::schema::authors;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{AUTHORS, POSTS, post_with};

const ALL: &str = "/v1/admin/organizations";

/// The address of a new organization.
async fn made(editor: &Client, body: Value) -> String {
    let answer = editor.post(ALL, body).await.expect(201);
    answer.header("location").to_owned()
}

/// An author who works for it, straight into the database.
fn employ_author(app: &TestApp, organization: Id) {
    let now = app.clock.now();
    let row = (
        authors::id.eq(Id::new()),
        authors::slug.eq("lin"),
        authors::name.eq("Lin"),
        authors::name_key.eq(CollationKey::of("Lin").unwrap()),
        authors::organization_id.eq(organization),
        authors::bio.eq(Json(json!([]))),
        authors::links.eq(Json(json!([]))),
        authors::version.eq(1),
        authors::created_at.eq(now),
        authors::updated_at.eq(now),
    );
    let insert = diesel::insert_into(authors::table).values(row);
    let inserted = app.state.db.write_now(|conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => insert.execute(conn)?,
            Conn::Postgres(conn) => insert.execute(conn)?,
        })
    });
    assert_eq!(inserted.unwrap(), 1);
}

on_both!(
    an_organization_is_made_and_read_back_the_same,
    async |app| {
        let ada = app.editor("ada").await;
        let body = json!({ "name": "City of Granollers", "slug": "granollers", "url": "https://g.example/", "country": "ES" });
        let made = ada.post(ALL, body.clone()).await.expect(201);
        let address = format!("{ALL}/{}", made.id());
        assert_eq!(made.header("location"), address);
        assert_eq!(made.header("etag"), "\"v1\"");
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(made.at(&format!("/data/{name}")), value);
        }
        assert_eq!(made.text("/data/created_at"), "2026-05-01T08:00:00.000Z");
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.json, made.json);
        assert_eq!(read.header("etag"), "\"v1\"");
        assert_eq!(read.header("cache-control"), "no-store");
    }
);

on_both!(a_patch_changes_what_it_names_and_null_clears, async |app| {
    let ada = app.editor("ada").await;
    let address = made(
        &ada,
        json!({ "name": "Lagos", "url": "https://l.example/", "country": "NG" }),
    )
    .await;
    app.set_time("2026-05-02T10:00:00Z");
    let patched = ada
        .patch(&address, json!({ "url": null }))
        .await
        .expect(200);
    assert_eq!(patched.at("/data/url"), &Value::Null);
    assert_eq!(patched.text("/data/name"), "Lagos");
    assert_eq!(patched.text("/data/country"), "NG");
    assert_eq!(patched.at("/data/version"), 2);
    assert_eq!(patched.header("etag"), "\"v2\"");
    assert_eq!(patched.text("/data/updated_at"), "2026-05-02T10:00:00.000Z");
    assert_eq!(patched.text("/data/created_at"), "2026-05-01T08:00:00.000Z");
    assert_eq!(ada.get(&address).await.expect(200).json, patched.json);
    let refused = ada.patch(&address, json!({ "name": null, "slug": null }));
    let refused = refused.await.expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/name", "wrong_type"), ("/slug", "wrong_type")]
    );
});

on_both!(
    an_empty_patch_changes_nothing_but_the_version,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos", "country": "NG" })).await;
        let patched = ada.patch(&address, json!({})).await.expect(200);
        assert_eq!(patched.text("/data/country"), "NG");
        assert_eq!(patched.text("/data/slug"), "lagos");
    }
);

on_both!(
    a_put_clears_what_it_does_not_name_but_the_slug,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(
            &ada,
            json!({ "name": "Lagos", "slug": "eko", "country": "NG" }),
        )
        .await;
        let replaced = ada.put(&address, json!({ "name": "Lagos State" })).await;
        let replaced = replaced.expect(200);
        assert_eq!(replaced.text("/data/name"), "Lagos State");
        assert_eq!(replaced.at("/data/country"), &Value::Null);
        assert_eq!(replaced.text("/data/slug"), "eko");
        let refused = ada.put(&address, json!({ "country": "NG" })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/name", "required")]);
    }
);

on_both!(
    a_deleted_organization_is_gone_and_its_slug_free,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos" })).await;
        let deleted = ada.delete(&address).await.expect(204);
        assert!(deleted.body.is_empty());
        ada.get(&address).await.expect_problem(404, "not_found");
        ada.delete(&address).await.expect_problem(404, "not_found");
        let read = app.anonymous().get("/v1/organizations/lagos").await;
        read.expect_problem(404, "not_found");
        let again = ada.post(ALL, json!({ "name": "Lagos" })).await.expect(201);
        assert_eq!(again.text("/data/slug"), "lagos");
    }
);

on_both!(slugs_are_derived_numbered_and_never_shared, async |app| {
    let ada = app.editor("ada").await;
    let mut slugs = Vec::new();
    for name in ["Zürich", "Zurich", "ZÜRICH!", "東京", "القاهرة", "???"] {
        let made = ada.post(ALL, json!({ "name": name })).await.expect(201);
        slugs.push(made.text("/data/slug").to_owned());
    }
    assert_eq!(slugs[..3], ["zurich", "zurich-2", "zurich-3"]);
    assert!(slugs.iter().all(|slug| !slug.is_empty()), "{slugs:?}");
    let taken = ada.post(ALL, json!({ "name": "Other", "slug": "zurich" }));
    let taken = taken.await.expect_problem(409, "slug_taken");
    assert_eq!(taken.faults(), [("/slug", "slug_taken")]);
    let address = made(&ada, json!({ "name": "Bern" })).await;
    let taken = ada.patch(&address, json!({ "slug": "zurich-2" })).await;
    taken.expect_problem(409, "slug_taken");
    let read = ada.get(&address).await.expect(200);
    assert_eq!(read.text("/data/slug"), "bern");
    assert_eq!(read.at("/data/version"), 1);
});

on_both!(an_old_slug_leads_on_and_stays_taken, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let address = made(&ada, json!({ "name": "Constantinople" })).await;
    let renamed = json!({ "name": "Istanbul", "slug": "istanbul" });
    ada.patch(&address, renamed).await.expect(200);
    let old = anyone
        .get("/v1/organizations/constantinople")
        .await
        .expect(308);
    assert_eq!(old.header("location"), "/v1/organizations/istanbul");
    let new = anyone.get("/v1/organizations/istanbul").await.expect(200);
    assert_eq!(new.text("/data/name"), "Istanbul");
    let other = json!({ "name": "A band", "slug": "constantinople" });
    ada.post(ALL, other).await.expect_problem(409, "slug_taken");
    let back = ada
        .patch(&address, json!({ "slug": "constantinople" }))
        .await;
    back.expect(200);
    let turned = anyone.get("/v1/organizations/istanbul").await.expect(308);
    assert_eq!(
        turned.header("location"),
        "/v1/organizations/constantinople"
    );
});

on_both!(all_that_is_wrong_with_a_body_is_told_at_once, async |app| {
    let ada = app.editor("ada").await;
    let body = json!({ "name": "", "slug": "no slug/", "url": "gopher://x", "country": "es", "colour": "red", "a/b~c": 1 });
    let refused = ada
        .post(ALL, body)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [
            ("/a~1b~0c", "unknown_field"),
            ("/colour", "unknown_field"),
            ("/country", "wrong_format"),
            ("/name", "blank"),
            ("/name", "too_short"),
            ("/slug", "wrong_format"),
        ]
    );
    let long = json!({ "name": "x".repeat(201), "url": 7 });
    let refused = ada
        .post(ALL, long)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/name", "too_long"), ("/url", "wrong_type")]
    );
    for url in [
        "javascript:alert(1)",
        "/relative",
        "https://",
        "mailto:a@b.example",
    ] {
        let refused = ada.post(ALL, json!({ "name": "x", "url": url })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults().len(), 1, "{url}: {refused}");
        assert_eq!(refused.faults()[0].0, "/url", "{url}");
    }
    let refused = ada.post(ALL, json!(["a list"])).await;
    refused.expect_problem(422, "invalid_body");
    let refused = ada.post(ALL, Value::Null).await;
    refused.expect_problem(422, "invalid_body");
    let list = ada.get(&format!("{ALL}?count=true")).await.expect(200);
    assert_eq!(list.at("/page/total"), 0, "nothing may be stored");
});

on_both!(a_name_has_characters_not_bytes, async |app| {
    let ada = app.editor("ada").await;
    let name = "東".repeat(200);
    let made = ada.post(ALL, json!({ "name": name })).await.expect(201);
    assert_eq!(made.text("/data/name"), name);
    let refused = ada.post(ALL, json!({ "name": "東".repeat(201) })).await;
    refused.expect_problem(422, "invalid_body");
});

on_both!(
    only_editors_and_admins_write_and_everybody_signed_in_reads,
    async |app| {
        let address = made(&app.editor("ada").await, json!({ "name": "Lagos" })).await;
        let body = || json!({ "name": "Other" });
        for role in [Role::Contributor, Role::Author, Role::Moderator] {
            let other = app.person(role.as_str(), role).await;
            let refused = [
                other.post(ALL, body()).await,
                other.put(&address, body()).await,
                other.patch(&address, body()).await,
                other.delete(&address).await,
            ];
            for refused in refused {
                let refused = refused.expect_problem(403, "forbidden");
                assert!(
                    refused
                        .header("www-authenticate")
                        .contains("insufficient_scope")
                );
            }
            other.get(ALL).await.expect(200);
            other.get(&address).await.expect(200);
        }
        let nobody = app.anonymous();
        let refused = [
            nobody.get(ALL).await,
            nobody.post(ALL, body()).await,
            nobody.get(&address).await,
            nobody.put(&address, body()).await,
            nobody.patch(&address, body()).await,
            nobody.delete(&address).await,
        ];
        for refused in refused {
            let refused = refused.expect_problem(401, "unauthenticated");
            assert_eq!(
                refused.header("www-authenticate"),
                "Bearer realm=\"tribuna\""
            );
        }
        let boss = app.admin("boss").await;
        boss.patch(&address, body()).await.expect(200);
        boss.delete(&address).await.expect(204);
    }
);

on_both!(an_unknown_or_impossible_id_leads_nowhere, async |app| {
    let ada = app.editor("ada").await;
    let unknown = Id::new().to_string();
    for id in [
        unknown.as_str(),
        "lagos",
        "1",
        "%00",
        "..%2f..",
        "0192f0c12f6b7c1e9c520b6f3f0e7a11",
    ] {
        let address = format!("{ALL}/{id}");
        let answers = [
            ada.get(&address).await,
            ada.put(&address, json!({ "name": "x" })).await,
            ada.patch(&address, json!({ "name": "x" })).await,
            ada.delete(&address).await,
        ];
        for answer in answers {
            answer.expect_problem(404, "not_found");
        }
    }
});

on_both!(
    an_organization_in_use_stays_and_says_what_holds_it,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos" })).await;
        let id = ada.get(&address).await.id().parse().unwrap();
        employ_author(&app, id);
        let refused = ada.delete(&address).await.expect_problem(409, "in_use");
        assert_eq!(
            refused.at("/held_by"),
            &json!([{ "kind": "authors", "count": 1 }])
        );
        ada.get(&address).await.expect(200);
        let read = app.anonymous().get("/v1/organizations/lagos").await;
        read.expect(200);
    }
);

on_both!(a_write_on_a_version_that_is_past_is_refused, async |app| {
    let ada = app.editor("ada").await;
    let address = made(&ada, json!({ "name": "One" })).await;
    let write = async |method: Method, tag: &str| {
        let request = ada.request(method, &address).insert_header((IF_MATCH, tag));
        ada.send(request.set_json(json!({ "name": "Two" }))).await
    };
    write(Method::PATCH, "\"v1\"").await.expect(200);
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        for tag in ["\"v1\"", "W/\"v2\"", "nonsense"] {
            let refused = write(method.clone(), tag).await;
            let refused = refused.expect_problem(412, "precondition_failed");
            assert_eq!(refused.header("etag"), "\"v2\"");
        }
    }
    write(Method::PUT, "\"v9\", \"v2\"").await.expect(200);
    write(Method::PATCH, "*").await.expect(200);
    write(Method::DELETE, "\"v4\"").await.expect(204);
});

on_both!(
    a_walk_through_the_list_meets_each_once_there_and_back,
    async |app| {
        let ada = app.editor("ada").await;
        for number in 1..=5 {
            made(&ada, json!({ "name": format!("Number {number}") })).await;
        }
        for list in [ALL, "/v1/organizations"] {
            let first = ada
                .get(&format!("{list}?limit=2&count=true"))
                .await
                .expect(200);
            assert_eq!(first.column("name"), ["Number 5", "Number 4"]);
            assert_eq!(first.at("/page/total"), 5);
            assert_eq!(first.at("/page/limit"), 2);
            assert_eq!(first.at("/page/prev"), &Value::Null);
            assert!(first.header("link").contains("rel=\"next\""));
            assert!(first.header("link").contains("rel=\"first\""));
            let second = ada.get(first.text("/page/next")).await.expect(200);
            assert_eq!(second.column("name"), ["Number 3", "Number 2"]);
            let last = ada.get(second.text("/page/next")).await.expect(200);
            assert_eq!(last.column("name"), ["Number 1"]);
            assert_eq!(last.at("/page/next"), &Value::Null);
            let back = ada.get(last.text("/page/prev")).await.expect(200);
            assert_eq!(back.column("name"), second.column("name"));
            let front = ada.get(back.text("/page/prev")).await.expect(200);
            assert_eq!(front.column("name"), first.column("name"));
            assert_eq!(front.at("/page/prev"), &Value::Null);
        }
    }
);

on_both!(
    what_comes_and_goes_during_a_walk_skips_and_repeats_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        let mut addresses = Vec::new();
        for number in 1..=6 {
            addresses.push(made(&ada, json!({ "name": format!("Number {number}") })).await);
        }
        let first = ada.get(&format!("{ALL}?limit=2")).await.expect(200);
        assert_eq!(first.column("name"), ["Number 6", "Number 5"]);
        made(&ada, json!({ "name": "Number 7" })).await;
        ada.delete(&addresses[4]).await.expect(204);
        let second = ada.get(first.text("/page/next")).await.expect(200);
        assert_eq!(second.column("name"), ["Number 4", "Number 3"]);
    }
);

on_both!(a_cursor_of_another_list_is_refused, async |app| {
    let ada = app.editor("ada").await;
    for name in ["One", "Two", "Three"] {
        made(&ada, json!({ "name": name })).await;
    }
    let page = ada.get(&format!("{ALL}?limit=1&q=o")).await.expect(200);
    let cursor = page.text("/page/next_cursor");
    for query in [
        format!("limit=1&cursor={cursor}"),
        format!("limit=1&q=t&cursor={cursor}"),
        "cursor=nonsense".to_owned(),
        "cursor=".to_owned(),
    ] {
        let refused = ada.get(&format!("{ALL}?{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, "cursor", "{query}");
    }
    let other = format!("/v1/organizations?limit=1&q=o&cursor={cursor}");
    ada.get(&other)
        .await
        .expect_problem(400, "invalid_parameter");
});

on_both!(a_limit_out_of_range_is_refused_never_clamped, async |app| {
    let anyone = app.anonymous();
    for (limit, code) in [
        ("0", "too_small"),
        ("101", "too_large"),
        ("-1", "too_small"),
        ("ten", "wrong_type"),
        ("1.5", "wrong_type"),
        ("", "wrong_type"),
        ("99999999999999999999", "too_large"),
    ] {
        let refused = anyone
            .get(&format!("/v1/organizations?limit={limit}"))
            .await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [("limit", code)], "{limit}");
    }
    for limit in [1, 100] {
        let page = anyone
            .get(&format!("/v1/organizations?limit={limit}"))
            .await;
        assert_eq!(page.expect(200).at("/page/limit"), limit);
    }
});

on_both!(
    the_search_ignores_case_in_every_script_and_takes_wildcards_literally,
    async |app| {
        let ada = app.editor("ada").await;
        for name in [
            "Ville d'Évry",
            "ΑΘΗΝΑ",
            "100 % local",
            "under_score",
            r"back\slash",
            "Москва",
        ] {
            made(&ada, json!({ "name": name })).await;
        }
        for (q, expected) in [
            ("évry", "Ville d'Évry"),
            ("ÉVRY", "Ville d'Évry"),
            ("αθηνα", "ΑΘΗΝΑ"),
            ("%", "100 % local"),
            ("_", "under_score"),
            (r"\", r"back\slash"),
            ("МОСК", "Москва"),
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", q)
                .finish();
            let found = ada.get(&format!("{ALL}?{query}")).await.expect(200);
            assert_eq!(found.column("name"), [expected], "{q}");
        }
        let none = ada.get(&format!("{ALL}?q=%25%25")).await.expect(200);
        assert_eq!(none.items().len(), 0);
    }
);

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

/// Organizations with these names, made a minute apart; their ids.
async fn founded(app: &TestApp, editor: &Client, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(editor.makes(ALL, json!({ "name": name })).await);
        app.clock.set(app.clock.now().plus_seconds(60));
    }
    ids
}

on_both!(
    the_public_lists_organizations_in_any_order_there_and_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let list = "/v1/organizations";
        let made = ["zebra", "Éclair", "eclair", "Ωmega", "Eclair", "10", "élan"];
        let ids = founded(&app, &ada, &made).await;
        anyone.finds_in_order(list, "created_at", &made).await;
        anyone.finds_in_order(list, "updated_at", &made).await;
        let sorted = ["10", "eclair", "Eclair", "Éclair", "élan", "zebra", "Ωmega"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let newest = anyone.get(list).await.expect(200);
        let latest = anyone.get("/v1/organizations?sort=-created_at").await;
        assert_eq!(newest.at("/data"), latest.expect(200).at("/data"));
        // A new name has its place at once; what is changed is the last to have been.
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
    organizations_of_one_name_or_one_instant_stand_by_their_ids,
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
    a_walk_by_name_skips_and_repeats_nothing_whatever_is_renamed,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let ids = founded(&app, &ada, &["B", "D", "F", "H"]).await;
        let first = anyone.get("/v1/organizations?sort=name&limit=2").await;
        let first = first.expect(200);
        assert_eq!(first.column("name"), ["B", "D"]);
        founded(&app, &ada, &["A", "E"]).await;
        // The one beside the cursor goes to the end.
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
        let ids = founded(
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
    an_organization_counts_the_posts_on_which_an_author_spoke_for_it,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let ids = founded(&app, &ada, &["Lagos", "Bilbao"]).await;
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
        // Who works there now does not matter, nor what is not public.
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
