//! Examples of bad input. Each gets a status and a problem that names the place, and nothing is stored.

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tribuna::accounts::users::model::Role;
use tribuna::id::Id;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, post_with, publication, text,
    translation,
};
use crate::support::people::KEY_ID;

/// A post whose translation has this member.
fn written(member: &str, value: Value) -> Value {
    let mut post = post("en", "Housing");
    post["translation"][member] = value;
    post
}

/// Posts these bytes and returns the answer.
async fn post_bytes(client: &Client, path: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let request = client.request(Method::POST, path);
    let request = request.insert_header((CONTENT_TYPE, "application/json"));
    client.send(request.set_payload(bytes.into())).await
}

on_both!(
    each_flaw_of_a_post_is_named_and_nothing_is_stored,
    async |app| {
        let ada = app.editor("ada").await;
        let unknown = Id::new().to_string();
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let before = app.stored();
        let long = "x".repeat(501);
        let cases = [
            (
                written("title", "".into()),
                "/translation/title",
                "too_short",
            ),
            (
                written("title", " \t".into()),
                "/translation/title",
                "blank",
            ),
            (
                written("title", long.into()),
                "/translation/title",
                "too_long",
            ),
            (
                written("title", Value::Null),
                "/translation/title",
                "wrong_type",
            ),
            (
                written("title", "a\0b".into()),
                "/translation/title",
                "control_character",
            ),
            (written("lang", "e_n".into()), "/translation/lang", ""),
            (written("lang", "".into()), "/translation/lang", ""),
            (
                written("lang", Value::Null),
                "/translation/lang",
                "wrong_type",
            ),
            (
                written("slug", "two words".into()),
                "/translation/slug",
                "wrong_format",
            ),
            (
                written("slug", "a/b".into()),
                "/translation/slug",
                "wrong_format",
            ),
            (
                written("slug", "Ä".into()),
                "/translation/slug",
                "wrong_format",
            ),
            (
                written("slug", unknown.as_str().into()),
                "/translation/slug",
                "invalid",
            ),
            (
                written("slug", "x".repeat(201).into()),
                "/translation/slug",
                "too_long",
            ),
            (
                written("excerpt", "x".repeat(301).into()),
                "/translation/excerpt",
                "too_long",
            ),
            (
                written("body", Value::Null),
                "/translation/body",
                "wrong_type",
            ),
            (
                written("body", json!({ "format": "word", "source": "" })),
                "/translation/body/format",
                "not_allowed",
            ),
            (
                written("body", json!({ "format": "html" })),
                "/translation/body/source",
                "required",
            ),
            (
                written("seo", json!({ "keywords": "x" })),
                "/translation/seo/keywords",
                "unknown_field",
            ),
            (
                written("colour", "red".into()),
                "/translation/colour",
                "unknown_field",
            ),
            (
                post_with("en", "X", json!({ "colour": 1 })),
                "/colour",
                "unknown_field",
            ),
            (
                post_with("en", "X", json!({ "featured": "yes" })),
                "/featured",
                "wrong_type",
            ),
            (
                post_with("en", "X", json!({ "featured": null })),
                "/featured",
                "wrong_type",
            ),
            (
                post_with("en", "X", json!({ "tags": null })),
                "/tags",
                "wrong_type",
            ),
            (
                post_with("en", "X", json!({ "licence": "two words" })),
                "/licence",
                "wrong_format",
            ),
            (
                post_with("en", "X", json!({ "canonical_url": "javascript:alert(1)" })),
                "/canonical_url",
                "wrong_format",
            ),
            (
                post_with("en", "X", json!({ "authors": [{ "author": unknown }] })),
                "/authors/0/author",
                "unknown_reference",
            ),
            (
                post_with(
                    "en",
                    "X",
                    json!({ "authors": [{ "author": author, "organization": unknown }] }),
                ),
                "/authors/0/organization",
                "unknown_reference",
            ),
            (
                post_with(
                    "en",
                    "X",
                    json!({ "authors": [{ "author": author }, { "author": author }] }),
                ),
                "/authors/1/author",
                "duplicate",
            ),
            (
                post_with("en", "X", json!({ "authors": [{ "author": "lin" }] })),
                "/authors/0/author",
                "",
            ),
            (
                post_with("en", "X", json!({ "authors": [{}] })),
                "/authors/0/author",
                "required",
            ),
            (
                post_with(
                    "en",
                    "X",
                    json!({ "authors": [{ "author": author, "name": "Lin" }] }),
                ),
                "/authors/0/name",
                "unknown_field",
            ),
            (
                post_with("en", "X", json!({ "categories": [unknown] })),
                "/categories/0",
                "unknown_reference",
            ),
            (
                post_with("en", "X", json!({ "tags": [unknown] })),
                "/tags/0",
                "unknown_reference",
            ),
            (
                post_with("en", "X", json!({ "tags": vec![unknown.as_str(); 201] })),
                "/tags",
                "too_many",
            ),
            (json!({}), "/translation", "required"),
            (json!({ "translation": null }), "/translation", "wrong_type"),
        ];
        for (body, place, code) in cases {
            let refused = ada.post(POSTS, body).await;
            let refused = refused.expect_problem(422, "invalid_body");
            let faults = refused.faults();
            let named =
                |fault: &(&str, &str)| fault.0 == place && (code.is_empty() || fault.1 == code);
            assert!(faults.iter().any(named), "{place} {code}: {faults:?}");
            assert!(faults.iter().all(|fault| fault.0 == place), "{faults:?}");
        }
        assert_eq!(app.stored(), before);
    }
);

on_both!(all_flaws_of_a_post_are_told_at_once, async |app| {
    let ada = app.editor("ada").await;
    let unknown = Id::new().to_string();
    let body = json!({
        "translation": { "lang": "en", "title": "", "slug": "a b", "body": { "format": "x", "source": 1 } }, "colour": 1
    });
    let refused = ada.post(POSTS, body).await;
    let refused = refused.expect_problem(422, "invalid_body");
    let places: Vec<&str> = refused.faults().iter().map(|fault| fault.0).collect();
    for place in [
        "/colour",
        "/translation/body/format",
        "/translation/body/source",
        "/translation/slug",
        "/translation/title",
    ] {
        assert!(places.contains(&place), "{places:?}");
    }
    let body =
        json!({ "authors": [{ "author": unknown }], "categories": [unknown], "tags": [unknown] });
    let refused = ada.post(POSTS, post_with("en", "X", body)).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [
            ("/authors/0/author", "unknown_reference"),
            ("/categories/0", "unknown_reference"),
            ("/tags/0", "unknown_reference")
        ]
    );
});

on_both!(the_required_format_is_explained, async |app| {
    let (ada, root) = (app.editor("ada").await, app.admin("root").await);
    let refused = ada.post(POSTS, written("lang", "e_n".into())).await;
    let got = refused.expect(422).text("/errors/0/detail").to_owned();
    assert!(got.contains("BCP 47"), "{got}");
    let refused = ada.post(POSTS, written("slug", "a b".into())).await;
    let got = refused.expect(422).text("/errors/0/detail").to_owned();
    assert!(got.contains("hyphens"), "{got}");
    let user = json!({ "email": "ada", "password": "a long walk", "role": "author" });
    let refused = root.post("/v1/admin/users", user).await;
    let got = refused.expect(422).text("/errors/0/detail").to_owned();
    assert!(got.contains("ada@example.org"), "{got}");
});

on_both!(a_title_is_measured_in_characters, async |app| {
    let ada = app.editor("ada").await;
    let title = "東".repeat(500);
    let made = ada.post(POSTS, post("ja", &title)).await.expect(201);
    assert_eq!(made.text("/data/translation/title"), title);
    let refused = ada.post(POSTS, post("ja", &"東".repeat(501))).await;
    refused.expect_problem(422, "invalid_body");
});

on_both!(
    unreadable_json_is_refused_before_any_other_check,
    async |app| {
        let ada = app.editor("ada").await;
        let before = app.stored();
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let nested = format!(
            r#"{{"translation":{}1{}}}"#,
            r#"{"a":"#.repeat(500),
            "}".repeat(500)
        );
        for bytes in [
            b"".to_vec(),
            b" ".to_vec(),
            b"{".to_vec(),
            b"not json".to_vec(),
            b"{\"translation\":{\"title\":\"\xff\"}}".to_vec(),
            br#"{"featured":true,"featured":false}"#.to_vec(),
            br#"{"translation":{"lang":"en","lang":"fr"}}"#.to_vec(),
            br#"{"translation":NaN}"#.to_vec(),
            br#"{} {}"#.to_vec(),
            br#"{"translation":"\ud800"}"#.to_vec(),
            deep.into_bytes(),
            nested.into_bytes(),
        ] {
            let refused = post_bytes(&ada, POSTS, bytes).await;
            refused.expect_problem(400, "malformed_body");
        }
        assert_eq!(app.stored(), before);
    }
);

on_both!(
    a_body_of_3_mib_is_too_large_and_one_of_nearly_2_is_not,
    async |app| {
        let ada = app.editor("ada").await;
        let before = app.stored();
        let body = |size: usize| {
            written(
                "body",
                json!({ "format": "markdown", "source": "x ".repeat(size / 2) }),
            )
        };
        let refused = ada.post(POSTS, body(3 << 20)).await;
        refused.expect_problem(413, "body_too_large");
        assert_eq!(app.stored(), before);
        ada.post(POSTS, body((2 << 20) - 1000)).await.expect(201);
    }
);

on_both!(a_language_occurs_once_in_any_spelling, async |app| {
    let ada = app.editor("ada").await;
    let before = app.stored();
    let twice = json!({ "translations": { "pt-br": { "name": "A" }, "pt-BR": { "name": "B" } } });
    for list in [TAGS, CATEGORIES] {
        let refused = ada.post(list, twice.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert!(
            refused.faults()[0].0.starts_with("/translations"),
            "{refused}"
        );
    }
    let bad = ada.post(TAGS, named("e_n", "X")).await;
    let bad = bad.expect_problem(422, "invalid_body");
    assert!(bad.faults()[0].0.starts_with("/translations/e_n"), "{bad}");
    assert_eq!(app.stored(), before);
    // `PUT` names the language in its path, so a second one for the language updates the translation.
    let id = ada.writes("pt-BR", "Um").await;
    let address = translation(&id, "pt-br");
    ada.put(&address, text("Dois")).await.expect(200);
    let read = ada.get(&format!("{POSTS}/{id}")).await;
    assert_eq!(read.at("/data/translations").as_array().unwrap().len(), 1);
});

on_both!(flaws_are_named_on_every_way_to_write_a_post, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let other = ada.writes("en", "Taken").await;
    let unknown = Id::new().to_string();
    let before = app.stored();
    let whole = format!("{POSTS}/{id}");
    let copy = translation(&id, "en");
    let refused = [
        (
            ada.put(&whole, written("title", "".into())).await,
            "/translation/title",
        ),
        (
            ada.patch(&whole, json!({ "tags": [unknown] })).await,
            "/tags/0",
        ),
        (ada.patch(&whole, json!({ "title": "X" })).await, "/title"),
        (
            ada.put(&copy, json!({ "body": { "format": "html", "source": "" } }))
                .await,
            "/title",
        ),
        (
            ada.patch(&copy, json!({ "title": "x".repeat(501) })).await,
            "/title",
        ),
        (ada.patch(&copy, json!({ "lang": "fr" })).await, "/lang"),
        (
            ada.put(
                &publication(&id, "en"),
                json!({ "publish_at": "2026-06-01T08:00:00" }),
            )
            .await,
            "/publish_at",
        ),
    ];
    for (answer, place) in refused {
        let answer = answer.expect_problem(422, "invalid_body");
        assert_eq!(answer.faults()[0].0, place, "{answer}");
    }
    for answer in [
        ada.patch(&copy, json!({ "slug": "taken" })).await,
        ada.put(
            &translation(&other, "en"),
            json!({ "title": "X", "slug": "housing", "body": { "format": "html", "source": "" } }),
        )
        .await,
    ] {
        let answer = answer.expect_problem(409, "slug_taken");
        assert_eq!(answer.faults(), [("/slug", "slug_taken")]);
    }
    assert_eq!(app.stored(), before);
});

on_both!(an_invalid_token_gives_no_access, async |app| {
    let ada = app.editor("ada").await;
    let session = Id::new();
    let claims = || app.claims(ada.user.unwrap(), session, Role::Editor);
    let token = ada.token.clone().unwrap();
    let (head, rest) = token.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let header = |alg: &str| {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": KEY_ID });
        URL_SAFE_NO_PAD.encode(header.to_string())
    };
    let none = header("none");
    let hs256 = header("HS256");
    let mut other_issuer = claims();
    other_issuer.iss = "https://elsewhere.example".into();
    let mut other_audience = claims();
    other_audience.aud = "https://elsewhere.example".into();
    let mut expired = claims();
    expired.exp = app.clock.now().millis() / 1000 - 120;
    let before = app.stored();
    for token in [
        app.sign(&other_issuer),
        app.sign(&other_audience),
        app.sign(&expired),
        app.sign(&claims()), // Of no session.
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{hs256}.{body}.{signature}"),
        format!("{head}.{body}."),
        format!(
            "{head}.{body}.{}",
            signature.chars().rev().collect::<String>()
        ),
        "nonsense".into(),
        "a.b.c".into(),
    ] {
        let stranger = app.bearer(&token);
        let refused = stranger.post(POSTS, post("en", "X")).await;
        let refused = refused.expect_problem(401, "invalid_token");
        let got = refused.header("www-authenticate");
        assert!(got.contains("error=\"invalid_token\""), "{got}");
    }
    assert_eq!(app.stored(), before);
    ada.writes("en", "X").await;
});

on_both!(
    a_role_that_was_taken_away_a_second_ago_is_gone,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        set_user(&app, "role = 'contributor'");
        let refused = ada.put(&publication(&id, "en"), json!({})).await;
        refused.expect_problem(403, "forbidden");
        set_user(&app, "active = FALSE");
        let refused = ada.get(&format!("{POSTS}/{id}")).await;
        refused.expect_problem(401, "invalid_token");
    }
);

fn set_user(app: &TestApp, what: &str) {
    let statement = format!("UPDATE users SET {what}");
    app.state
        .db
        .write_now(|conn| Ok(conn.batch(&statement)?))
        .unwrap();
}

on_both!(
    each_error_in_a_query_for_named_things_is_named,
    async |app| {
        let ada = app.editor("ada").await;
        ada.makes(ORGANIZATIONS, json!({ "name": "A" })).await;
        ada.makes(ORGANIZATIONS, json!({ "name": "B" })).await;
        let anyone = app.anonymous();
        let first = anyone.get("/v1/organizations?sort=name&limit=1").await;
        let cursor = first.expect(200).text("/page/next_cursor").to_owned();
        let with_cursor = format!("sort=-name&cursor={cursor}");
        let unsorted = format!("cursor={cursor}");
        for (query, name, detail) in [
            ("limit=0", "limit", "at least 1"),
            ("page=0", "page", "at least 1"),
            ("page=101&limit=100", "page", "cursor"),
            ("page=1&cursor=x", "page", "cursor"),
            ("count=maybe", "count", "boolean"),
            ("sort=nope", "sort", "-created_at"),
            ("sort=title", "sort", "name"),
            ("sort=", "sort", "name"),
            ("sort=name&sort=name", "sort", "once"),
            ("updated_after=yesterday", "updated_after", "2026-05-01"),
            ("updated_after=2026-02-30", "updated_after", "2026-05-01"),
            (
                "updated_before=2026-05-01T08:00:00",
                "updated_before",
                "2026-05-01",
            ),
            ("updated_before=", "updated_before", "2026-05-01"),
            ("fields=", "fields", "post_count"),
            ("fields=title", "fields", "updated_at"),
            ("fields=name&fields=slugs", "fields", "slug"),
            ("fields=name,,slug", "fields", "post_count"),
            ("fallback=en", "fallback", "lang"),
            ("lang=e_n", "lang", ""),
            ("lang=fr&fallback=en,,es", "fallback", "BCP 47"),
            ("q=", "q", "empty"),
            ("updatd_after=2026-05-01", "updatd_after", "updated_after"),
            (
                "published_after=2026-05-01",
                "published_after",
                "is not a known parameter",
            ),
            ("include=body", "include", "is not a known parameter"),
            (&with_cursor, "cursor", "this order"),
            (&unsorted, "cursor", "this order"),
        ] {
            for list in ["categories", "tags", "authors", "organizations"] {
                let refused = anyone.get(&format!("/v1/{list}?{query}")).await;
                let refused = refused.expect_problem(400, "invalid_parameter");
                assert_eq!(refused.faults()[0].0, name, "{list}?{query}");
                let got = refused.text("/errors/0/detail");
                assert!(got.contains(detail), "{list}?{query}: {got}");
            }
        }
        for list in ["categories", "tags", "authors", "organizations"] {
            for query in [
                "sort=name",
                "updated_after=2026-05-01",
                "fields=nam",
                "fallback=en",
                "limit=1",
            ] {
                let refused = anyone.get(&format!("/v1/{list}/x?{query}")).await;
                refused.expect_problem(400, "invalid_parameter");
            }
        }
    }
);
